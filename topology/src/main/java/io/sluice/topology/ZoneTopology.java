package io.sluice.topology;

import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.stream.CodecSerde;
import io.sluice.topology.stream.DecideProcessor;
import io.sluice.topology.stream.ObserveProcessor;
import io.sluice.topology.stream.OptionalSerde;
import io.sluice.topology.stream.PanesProcessor;
import io.sluice.topology.stream.ProjectProcessor;
import io.sluice.topology.stream.StateStores;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * The topology, from metrics to commands.
 *
 * <pre>
 *  metrics ─▶ observe-panes ─▶ (observe-panes-repartition) ─▶ observe ──▶ journal
 *                                                                ▲           │
 *                                                              zones         ▼
 *                                                                └──────── decide ──▶ scale-commands
 *                                                                            │
 *                                                              members ─── project ─▶ membership.*
 * </pre>
 *
 * <p>A zone's panes and its journal lie in the partition of the same number, so that one task has
 * both, and observe reads what decide knows from their common store.
 */
public final class ZoneTopology {
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();
  private static final TopicNameExtractor<ServerId, Optional<Member>> MEMBERSHIP_OF_ZONE =
      (server, member, context) -> Topics.membership(server.zone()).name();
  private static final Produced<ServerId, Optional<Member>> MEMBERSHIP =
      Produced.with(
              new CodecSerde<>(Topics.SERVER_KEY),
              new OptionalSerde<>(new CodecSerde<>(new JsonCodec<>(Member.class))))
          .withName("membership-sink");

  private ZoneTopology() {}

  /**
   * The topology. All its topics but the internal ones must exist before it runs.
   *
   * @param partitions how many partitions the journal has
   */
  public static Topology build(int partitions) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(StateStores.zones());
    builder.addStateStore(StateStores.members());

    // The first start has no use for old reports; the journal is read whole.
    KStream<byte[], byte[]> metrics = source(builder, Topics.METRICS, AutoOffsetReset.latest());
    KStream<byte[], byte[]> journal = source(builder, Topics.JOURNAL, AutoOffsetReset.earliest());

    metrics
        .process(PanesProcessor::create, Named.as("observe-panes"))
        .repartition(
            Repartitioned.with(BYTES, BYTES)
                .withName("observe-panes")
                .withNumberOfPartitions(partitions))
        .process(ObserveProcessor::create, Named.as("observe"), StateStores.ZONES)
        .to(Topics.JOURNAL.name(), sink(Topics.JOURNAL));

    journal
        .process(DecideProcessor::create, Named.as("decide"), StateStores.ZONES)
        .to(Topics.SCALE_COMMANDS.name(), sink(Topics.SCALE_COMMANDS));

    journal
        .process(ProjectProcessor::create, Named.as("project"), StateStores.MEMBERS)
        .to(MEMBERSHIP_OF_ZONE, MEMBERSHIP);

    return builder.build();
  }

  private static KStream<byte[], byte[]> source(
      StreamsBuilder builder, Topic<?, ?> topic, AutoOffsetReset reset) {
    return builder.stream(
        topic.name(),
        Consumed.with(BYTES, BYTES)
            .withName(topic.name() + "-source")
            .withOffsetResetPolicy(reset));
  }

  private static <K, V> Produced<K, V> sink(Topic<K, V> topic) {
    return Produced.with(new CodecSerde<>(topic.key()), new CodecSerde<>(topic.value()))
        .withName(topic.name() + "-sink");
  }
}
