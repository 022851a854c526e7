package io.sluice.topology.stream;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** The stores of the topology: in memory, and persistent through their changelog topics. */
public final class StateStores {
  /** What the decisions of each zone go by, but for its servers. */
  public static final String ZONES = "zones";

  /**
   * What the decisions of a zone know of each of its servers. The store keeps its old name, and no
   * other is added: brokers take a group of the streams protocol for another one, and refuse it,
   * when its stores or the settings of their topics change. Earlier releases kept here what a
   * zone's balancer was told, under the name of the zone.
   */
  public static final String SERVERS = "members";

  /**
   * The largest record of a store or between processors, in bytes. A zone's state of an earlier
   * release has all its servers, some 300 bytes each; a command names up to 5,000.
   */
  public static final int RECORD_BYTES_MAX = 16 * 1024 * 1024;

  private StateStores() {}

  /** The store of {@link #ZONES}. */
  public static StoreBuilder<KeyValueStore<ZoneId, byte[]>> zones() {
    return store(ZONES, new CodecSerde<>(Topics.ZONE_KEY));
  }

  /**
   * What the store of {@link #ZONES} holds where a topology runs: the zones without their servers.
   *
   * @throws org.apache.kafka.streams.errors.InvalidStateStoreException while its share moves
   */
  public static List<ZoneState> zonesOf(KafkaStreams streams) {
    ReadOnlyKeyValueStore<ZoneId, byte[]> store =
        streams.store(
            StoreQueryParameters.fromNameAndType(ZONES, QueryableStoreTypes.keyValueStore()));
    List<ZoneState> zones = new ArrayList<>();
    try (KeyValueIterator<ZoneId, byte[]> all = store.all()) {
      all.forEachRemaining(zone -> ZoneStore.read(zone.value).ifPresent(zones::add));
    }
    return zones;
  }

  /** The store of {@link #SERVERS}. */
  public static StoreBuilder<KeyValueStore<String, byte[]>> servers() {
    return store(SERVERS, Serdes.String());
  }

  private static <K> StoreBuilder<KeyValueStore<K, byte[]>> store(String name, Serde<K> keys) {
    return Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), keys, Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RECORD_BYTES_MAX)));
  }
}
