package io.sluice.topology.stream;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;
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
  /** What the decisions of each zone go by; decide writes it, observe reads it. */
  public static final String ZONES = "zones";

  /** What the balancer of each zone was told of its servers. */
  public static final String MEMBERS = "members";

  /**
   * The largest record of a store or between processors, in bytes. A zone's state takes some 300
   * bytes per server, so that Kafka's default of 1 MiB would end at 3,500 servers in one zone.
   */
  public static final int RECORD_BYTES_MAX = 16 * 1024 * 1024;

  private StateStores() {}

  /** The store of {@link #ZONES}. */
  public static StoreBuilder<KeyValueStore<ZoneId, byte[]>> zones() {
    return store(ZONES);
  }

  /**
   * What the store of {@link #ZONES} holds where a topology runs.
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

  /** The store of {@link #MEMBERS}. */
  public static StoreBuilder<KeyValueStore<ZoneId, byte[]>> members() {
    return store(MEMBERS);
  }

  private static StoreBuilder<KeyValueStore<ZoneId, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name),
            new CodecSerde<>(Topics.ZONE_KEY),
            Serdes.ByteArray())
        .withCachingDisabled()
        .withLoggingEnabled(
            Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RECORD_BYTES_MAX)));
  }
}
