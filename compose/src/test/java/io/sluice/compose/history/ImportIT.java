package io.sluice.compose.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compose.bench.GeneratedHistory;
import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.ClusterException;
import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Audit;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportIT {
  private static final int PARTITIONS = 3;

  @TempDir private Path folder;

  @Test
  void aHistoryWithGapsComesToStandWhereItStood() throws Exception {
    Path file = folder.resolve("history.jsonl.gz");
    try (EmbeddedBroker broker = broker("first")) {
      TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(), PARTITIONS, 1);
      writeWithGaps(broker.bootstrap());
      new KafkaExport(KafkaAccess.at(broker.bootstrap()), "1").to(file, Instant.EPOCH);
    }
    ArchiveHistory archive = new ArchiveHistory(file);
    assertThat(offsets(archive.journal(), 0)).containsExactly(0L, 1L, 3L, 4L, 6L, 7L, 12L, 13L);
    assertThat(offsets(archive.journal(), 1)).containsExactly(2L, 3L);

    try (EmbeddedBroker broker = broker("second")) {
      new Import(KafkaAccess.at(broker.bootstrap()), _ -> {}).write(archive);

      History copy = new KafkaHistory(KafkaAccess.at(broker.bootstrap()));
      assertThat(Fingerprint.of(copy.journal())).isEqualTo(Fingerprint.of(archive.journal()));
      assertThat(offsets(copy.journal(), 0)).isEqualTo(offsets(archive.journal(), 0));
      assertThat(config(broker.bootstrap(), Topics.JOURNAL))
          .containsEntry("message.timestamp.type", "LogAppendTime")
          .containsEntry("retention.ms", "-1");

      Path again = folder.resolve("again.jsonl.gz");
      new KafkaExport(KafkaAccess.at(broker.bootstrap()), "1").to(again, Instant.EPOCH);
      assertThat(new ArchiveHistory(again).topics()).isEqualTo(archive.topics());
      refusesAnother(broker.bootstrap(), archive);
    }
  }

  @Test
  void anImportedHistoryIsVerifiedAndNoClusterStartsOnIt() throws Exception {
    GeneratedHistory history =
        new GeneratedHistory(new GeneratedHistory.Shape(3_000, 3, 5, PARTITIONS));
    Ports ports = FreePorts.find();
    Path data = folder.resolve("data");
    try (EmbeddedBroker broker = start(ports, data.resolve("kafka"))) {
      new Import(KafkaAccess.at(broker.bootstrap()), _ -> {}).write(history);

      assertThat(Audit.of(new KafkaHistory(KafkaAccess.at(broker.bootstrap())), true))
          .isInstanceOf(Verdict.Verified.class);
    }

    ClusterConfig config = ClusterConfig.defaults(Map.of()).withData(data).withPorts(ports);
    assertThatThrownBy(() -> EmbeddedCluster.start(config, _ -> {}).close())
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("holds an imported history, which is only for reading");
  }

  @Test
  void aKafkaWithAHistoryIsLeftAsItWas() throws Exception {
    GeneratedHistory history =
        new GeneratedHistory(new GeneratedHistory.Shape(10, 1, 5, PARTITIONS));
    try (EmbeddedBroker broker = broker("taken")) {
      TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(), PARTITIONS + 1, 1);
      assertThatThrownBy(
              () -> new Import(KafkaAccess.at(broker.bootstrap()), _ -> {}).write(history))
          .isInstanceOf(HistoryException.class)
          .hasMessageContaining("has 4 partitions there, expected 3");
      assertThat(names(broker.bootstrap())).doesNotContain(Topics.IMPORTED_HISTORY.name());
    }
    try (EmbeddedBroker broker = broker("used")) {
      TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(), PARTITIONS, 1);
      try (KafkaProducer<byte[], byte[]> plain = producer(broker.bootstrap(), Optional.empty())) {
        plain.send(record(2, "first")).get();
      }
      assertThatThrownBy(
              () -> new Import(KafkaAccess.at(broker.bootstrap()), _ -> {}).write(history))
          .isInstanceOf(HistoryException.class)
          .hasMessageContaining("topic 'journal' has records there, expected none");
      assertThat(offsets(new KafkaHistory(KafkaAccess.at(broker.bootstrap())).journal(), 2))
          .containsExactly(0L);
      assertThat(config(broker.bootstrap(), Topics.JOURNAL))
          .containsEntry("message.timestamp.type", "LogAppendTime");
    }
  }

  private static void refusesAnother(String bootstrap, ArchiveHistory archive) {
    assertThatThrownBy(() -> new Import(KafkaAccess.at(bootstrap), _ -> {}).write(archive))
        .isInstanceOf(HistoryException.class)
        .hasMessageContaining("a history was imported there already");
  }

  /** Partition 0: 0 1 - 3 4 - 6 7 (aborted: 8 9 10, mark 11) 12 13; partition 1: (cut: 0 1) 2 3. */
  private static void writeWithGaps(String bootstrap) throws Exception {
    try (KafkaProducer<byte[], byte[]> writer = producer(bootstrap, Optional.of("writer"));
        KafkaProducer<byte[], byte[]> plain = producer(bootstrap, Optional.empty());
        Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      writer.initTransactions();
      for (String run : List.of("a", "b")) {
        transaction(writer, List.of(run + 1, run + 2));
        writer.commitTransaction();
      }
      awaitEnd(bootstrap, 6);
      plain.send(record(0, "c1")).get();
      plain.send(record(0, "c2")).get();
      transaction(writer, List.of("x", "y", "z"));
      writer.abortTransaction();
      awaitEnd(bootstrap, 12);
      plain.send(record(0, "d1")).get();
      plain.send(record(0, "d2")).get();
      for (String value : List.of("gone", "gone", "kept", "kept")) {
        plain.send(record(1, value)).get();
      }
      admin
          .deleteRecords(Map.of(new TopicPartition("journal", 1), RecordsToDelete.beforeOffset(2)))
          .all()
          .get();
    }
  }

  private static void transaction(KafkaProducer<byte[], byte[]> writer, List<String> values)
      throws ExecutionException, InterruptedException {
    writer.beginTransaction();
    for (String value : values) {
      writer.send(record(0, value)).get();
    }
  }

  /** The mark of a transaction is written after its end was answered. */
  private static void awaitEnd(String bootstrap, long offset) throws InterruptedException {
    try (TopicAdmin admin = new TopicAdmin(KafkaAccess.at(bootstrap))) {
      admin.awaitEnd(new TopicPartition(Topics.JOURNAL.name(), 0), offset);
    }
  }

  private static ProducerRecord<byte[], byte[]> record(int partition, String value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            Topics.JOURNAL.name(), partition, "zone1".getBytes(UTF_8), value.getBytes(UTF_8));
    record.headers().add("ce_id", value.getBytes(UTF_8));
    return record;
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrap, Optional<String> id) {
    Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", bootstrap));
    id.ifPresent(text -> settings.put("transactional.id", text));
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<Long> offsets(RecordSource source, int partition) {
    List<Long> offsets = new ArrayList<>();
    try (source) {
      for (var records = source.next(); !records.isEmpty(); records = source.next()) {
        records.stream()
            .filter(record -> record.partition() == partition)
            .map(RawRecord::offset)
            .forEach(offsets::add);
      }
    }
    return offsets;
  }

  private static Map<String, String> config(String bootstrap, Topic<?, ?> topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      Map<String, String> found = new HashMap<>();
      for (Config config : admin.describeConfigs(List.of(resource)).all().get().values()) {
        config.entries().forEach(entry -> found.put(entry.name(), entry.value()));
      }
      return found;
    }
  }

  private static Set<String> names(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      return admin.listTopics().names().get();
    }
  }

  private EmbeddedBroker broker(String name) {
    return start(FreePorts.find(), folder.resolve(name));
  }

  private static EmbeddedBroker start(Ports ports, Path data) {
    return EmbeddedBroker.start("127.0.0.1", ports.kafka(), ports.kafkaController(), data);
  }
}
