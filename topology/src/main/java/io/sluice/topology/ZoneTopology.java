package io.sluice.topology;

import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.Recall;
import io.sluice.topology.project.MembershipChange;
import io.sluice.topology.stream.CodecSerde;
import io.sluice.topology.stream.DecideProcessor;
import io.sluice.topology.stream.ObserveProcessor;
import io.sluice.topology.stream.OptionalSerde;
import io.sluice.topology.stream.Outcome;
import io.sluice.topology.stream.PanesProcessor;
import io.sluice.topology.stream.PromptCommits;
import io.sluice.topology.stream.StateStores;
import io.sluice.topology.stream.ZoneStores;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KeyValue;
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
 *  metrics ─▶ observe-panes ─▶ (observe-panes-repartition) ─▶ observe ──▶ journal ◀─┐
 *                                                                ▲           │      │
 *                                                              zones         ▼      │
 *                                                                └──────── decide ──┼─▶ scale-commands
 *                                                                         │  │      ├─▶ sluice-checkpoints
 *                                                                    servers │      └─ conditions
 *                                                                            └────────▶ membership.*
 * </pre>
 *
 * <p>A zone's panes and its journal lie in the partition of the same number, so that one task has
 * both, and observe sees the states that decide makes.
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
   * @param recall what was written before, for zones that have to catch up
   */
  public static Topology build(int partitions, Recall recall) {
    StreamsBuilder builder = withStores();
    ZoneStores stores = new ZoneStores();
    PromptCommits commits = new PromptCommits();

    // The first start has no use for old reports; the journal is read whole.
    KStream<byte[], byte[]> metrics = source(builder, Topics.METRICS, AutoOffsetReset.latest());
    KStream<byte[], byte[]> journal = source(builder, Topics.JOURNAL, AutoOffsetReset.earliest());

    metrics
        .process(() -> PanesProcessor.create(commits), Named.as("observe-panes"))
        .repartition(
            Repartitioned.with(BYTES, BYTES)
                .withName("observe-panes")
                .withNumberOfPartitions(partitions))
        .process(
            () -> ObserveProcessor.create(stores, commits), Named.as("observe"), StateStores.ZONES)
        .to(Topics.JOURNAL.name(), sink(Topics.JOURNAL));

    KStream<ZoneId, Outcome> decided =
        journal.process(
            DecideProcessor.supplier(recall, stores, commits),
            Named.as("decide"),
            StateStores.ZONES,
            StateStores.SERVERS);

    decided
        .flatMapValues(ZoneTopology::commands, Named.as("command"))
        .to(Topics.SCALE_COMMANDS.name(), sink(Topics.SCALE_COMMANDS));
    decided
        .flatMapValues(ZoneTopology::kept, Named.as("checkpoint"))
        .to(Topics.CHECKPOINTS.name(), sink(Topics.CHECKPOINTS));
    decided.flatMap(ZoneTopology::members, Named.as("project")).to(MEMBERSHIP_OF_ZONE, MEMBERSHIP);
    decided
        .flatMapValues(ZoneTopology::facts, Named.as("tell"))
        .to(Topics.JOURNAL.name(), sink(Topics.JOURNAL).withName("condition-sink"));

    return builder.build();
  }

  private static StreamsBuilder withStores() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(StateStores.zones());
    builder.addStateStore(StateStores.servers());
    return builder;
  }

  private static List<ScaleCommand> commands(Outcome outcome) {
    return outcome instanceof Outcome.Commanded(ScaleCommand command)
        ? List.of(command)
        : List.of();
  }

  private static List<byte[]> kept(Outcome outcome) {
    return outcome instanceof Outcome.Kept(byte[] state) ? List.of(state) : List.of();
  }

  private static List<KeyValue<ServerId, Optional<Member>>> members(ZoneId zone, Outcome outcome) {
    return outcome instanceof Outcome.Changed(MembershipChange change)
        ? List.of(KeyValue.pair(change.server(), change.member()))
        : List.of();
  }

  private static List<FleetEvent> facts(Outcome outcome) {
    return outcome instanceof Outcome.Told(FleetEvent fact) ? List.of(fact) : List.of();
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
