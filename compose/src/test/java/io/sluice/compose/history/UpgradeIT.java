package io.sluice.compose.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.compose.bench.ScratchBroker;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.TopologyConfig;
import io.sluice.topology.ZoneStreams;
import io.sluice.topology.audit.NewestCommands;
import io.sluice.topology.audit.NewestCommands.Wanted;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.decide.Decide;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an earlier release left in Kafka, as it was written by it: a small cluster's journal,
 * commands and changelogs. This release takes it over where that stopped, and both can run.
 */
class UpgradeIT {
  private static final Path FILES = Path.of("src", "test", "resources", "releases");

  /** The decision rules of the release that wrote the files. */
  private static final int RULES = 5;

  private static final String HEADS = "sluice-zones-changelog";
  private static final int PARTITIONS = 2;
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final ZoneId OTHER = new ZoneId("zone2");
  private static final List<ZoneId> ZONES = List.of(ZONE, OTHER);
  private static final Actor ACTOR = new Actor("test");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private ScratchBroker broker;
  private KafkaAccess kafka;
  private KafkaHistory history;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void takeOver() throws Exception {
    broker = ScratchBroker.start();
    kafka = KafkaAccess.at(broker.bootstrap());
    history = new KafkaHistory(kafka);
    producer = KafkaClients.producer(kafka, Map.of());
    new Import(kafka, _ -> {})
        .write(new ArchiveHistory(FILES.resolve("history-%d.jsonl.gz".formatted(RULES))));
    writeChangelogs();
    TopicSetup.ensure(kafka, ZONES, PARTITIONS, 1);
  }

  @AfterEach
  void stop() {
    producer.close();
    broker.close();
  }

  @Test
  void whatAnEarlierReleaseLeftIsTakenOverAndARollingUpgradeLosesNothing() throws Exception {
    List<ScaleCommand> before = commands();
    assertThat(before).extracting(ScaleCommand::foldVersion).containsOnly(RULES);

    try (ZoneStreams present = running("present")) {
      ask(ZONE, 3);
      ask(OTHER, 3);
      await().atMost(PATIENCE).until(() -> asked(ZONE) == 3 && asked(OTHER) == 3);
      assertThat(present.zones()).hasSize(ZONES.size());
    }
    // From here on this release is the older one: a later one has decided on one of the zones.
    madeBy(ZONE, Decide.FOLD_VERSION + 1);
    try (ZoneStreams older = running("older")) {
      ask(ZONE, 4);
      ask(OTHER, 4);
      await().atMost(PATIENCE).until(() -> asked(OTHER) == 4 && standsStill(ZONE));
      assertThat(asked(ZONE)).as("nothing is decided on what a later release knows").isEqualTo(3);
      assertThat(older.zones()).extracting(state -> state.zone().id()).containsExactly(OTHER);
    }
    // And the later one again.
    madeBy(ZONE, Decide.FOLD_VERSION);
    try (ZoneStreams later = running("later")) {
      await().atMost(PATIENCE).until(() -> asked(ZONE) == 4 && !standsStill(ZONE));
      assertThat(later.zones()).hasSize(ZONES.size());
    }

    verify(before);
  }

  private void verify(List<ScaleCommand> before) {
    List<ScaleCommand> after =
        commands().stream().filter(it -> it.foldVersion() == Decide.FOLD_VERSION).toList();
    assertThat(commands()).containsAll(before).hasSize(before.size() + after.size());
    assertThat(commands()).extracting(ScaleCommand::id).doesNotHaveDuplicates();
    Set<ServerId> given =
        before.stream().flatMap(it -> it.start().stream()).collect(Collectors.toSet());
    assertThat(after.stream().flatMap(it -> it.start().stream()))
        .as("no number is given twice")
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(given);
    assertThat(ParallelAudit.of(history, Optional.empty(), false))
        .isInstanceOfSatisfying(
            Verdict.Verified.class,
            verified -> {
              assertThat(verified.counts().ofCommands().fromEvidence()).isEqualTo(before.size());
              assertThat(verified.counts().ofCommands().recomputed()).isEqualTo(after.size());
              assertThat(verified.counts().ofCheckpoints().checkpoints()).isPositive();
            });
  }

  /** One that has nothing but what stands in Kafka. */
  private ZoneStreams running(String name) {
    ZoneStreams streams =
        ZoneStreams.start(TopologyConfig.of(kafka.bootstrap(), PARTITIONS, folder.resolve(name)));
    streams.awaitRunning(PATIENCE);
    return streams;
  }

  private List<ScaleCommand> commands() {
    return NewestCommands.of(history, Wanted.ALL, Integer.MAX_VALUE);
  }

  /** How many servers the zone was last commanded to have; 0: it was not. */
  private int asked(ZoneId zone) {
    return commands().stream()
        .filter(command -> command.zone().equals(zone))
        .findFirst()
        .map(ScaleCommand::to)
        .orElse(0);
  }

  /** Whether the journal says so. */
  private boolean standsStill(ZoneId zone) {
    boolean stands = false;
    try (TopicReader<FleetEvent> journal =
        new TopicReader<>(
            kafka,
            Topics.JOURNAL,
            problem -> {
              throw new AssertionError(problem);
            })) {
      for (Entry<FleetEvent> entry : journal.toEnd()) {
        if (entry.value() instanceof ConditionRaised raised && raised.zone().equals(zone)) {
          stands |= raised.condition().kind().equals(ConditionKind.NEWER_RECORD);
        }
        if (entry.value() instanceof ConditionCleared cleared && cleared.zone().equals(zone)) {
          stands &= !cleared.kind().equals(ConditionKind.NEWER_RECORD);
        }
      }
    }
    return stands;
  }

  private void ask(ZoneId zone, int servers) throws ExecutionException, InterruptedException {
    ManualScaleRequested fact =
        new ManualScaleRequested(zone, Instant.now(), servers, Optional.empty(), ACTOR);
    send(
        new ProducerRecord<>(
            Topics.JOURNAL.name(),
            Topics.ZONE_KEY.encode(zone),
            Topics.JOURNAL.value().encode(fact)));
  }

  private void send(ProducerRecord<byte[], byte[]> record)
      throws ExecutionException, InterruptedException {
    producer.send(record).get();
  }

  /** Puts other decision rules' name to what is kept of a zone, while nobody runs. */
  private void madeBy(ZoneId zone, int rules)
      throws IOException, ExecutionException, InterruptedException {
    ConsumerRecord<byte[], byte[]> last = lastHead(zone);
    ObjectNode kept = (ObjectNode) Json.mapper().readTree(last.value());
    if (kept.has("waiting")) {
      ObjectNode state = (ObjectNode) Json.mapper().readTree(kept.path("state").binaryValue());
      name(state, rules);
      kept.put("state", Json.mapper().writeValueAsBytes(state));
    } else {
      name(kept, rules);
    }
    send(
        new ProducerRecord<>(
            HEADS, last.partition(), last.key(), Json.mapper().writeValueAsBytes(kept)));
  }

  private static void name(ObjectNode state, int rules) {
    ObjectNode progress = (ObjectNode) state.path("progress");
    assertThat(progress.path("foldVersion").isInt()).isTrue();
    progress.put("foldVersion", rules);
  }

  private ConsumerRecord<byte[], byte[]> lastHead(ZoneId zone) {
    byte[] key = Topics.ZONE_KEY.encode(zone);
    TopicPartition place = new TopicPartition(HEADS, KafkaHistory.partition(key, PARTITIONS));
    Optional<ConsumerRecord<byte[], byte[]>> last = Optional.empty();
    try (KafkaConsumer<byte[], byte[]> consumer =
        KafkaClients.consumer(kafka, Map.of("isolation.level", "read_committed"))) {
      consumer.assign(List.of(place));
      consumer.seekToBeginning(List.of(place));
      while (consumer.currentLag(place).orElse(1) > 0) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          last = Optional.of(record);
        }
      }
    }
    return last.orElseThrow();
  }

  private void writeChangelogs() throws IOException, InterruptedException, ExecutionException {
    Path changelogs = FILES.resolve("changelogs-%d.jsonl.gz".formatted(RULES));
    try (Admin admin = KafkaClients.admin(kafka, Map.of());
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(changelogs)), UTF_8))) {
      // Here it is no copy that is only for reading.
      admin.deleteTopics(Set.of(Topics.IMPORTED_HISTORY.name())).all().get();
      Set<String> made = new TreeSet<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode record = Json.mapper().readTree(line);
        String topic = record.path("topic").asText();
        if (made.add(topic)) {
          admin.createTopics(Set.of(changelog(topic))).all().get();
        }
        byte[] value = record.path("value").isNull() ? null : record.path("value").binaryValue();
        int partition = record.path("partition").asInt();
        send(new ProducerRecord<>(topic, partition, record.path("key").binaryValue(), value));
      }
    }
  }

  private static NewTopic changelog(String name) {
    return new NewTopic(name, PARTITIONS, (short) 1)
        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
  }
}
