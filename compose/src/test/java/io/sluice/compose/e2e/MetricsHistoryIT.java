package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.EmbeddedBroker;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.provisioner.history.HistoryException;
import io.sluice.provisioner.history.LoadHistory;
import io.sluice.provisioner.history.LoadHistory.Point;
import io.sluice.provisioner.history.MetricsSink;
import io.sluice.provisioner.history.SinkConfig;
import io.sluice.provisioner.history.Span;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics go through a real Kafka into a real database of time series, and are read back. */
class MetricsHistoryIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private final Ports ports = FreePorts.find();
  private final Instant start = Instant.now().minusSeconds(600).truncatedTo(ChronoUnit.MINUTES);

  @Test
  void nothingIsLostWhileTheDatabaseIsAway() throws Exception {
    VictoriaMetrics.require("MetricsHistoryIT");
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(
                "127.0.0.1", ports.kafka(), ports.kafkaController(), folder.resolve("kafka"));
        VictoriaMetrics database =
            new VictoriaMetrics(folder.resolve("history"), ports.monitor(1));
        LoadHistory history = database.config().open()) {
      TopicSetup.ensure(KafkaAccess.at(broker.bootstrap()), List.of(ZONE), 3, 1);
      SinkConfig config =
          new SinkConfig(
              KafkaAccess.at(broker.bootstrap()),
              "sink",
              database.config(),
              true,
              true,
              100,
              Duration.ofSeconds(1),
              SinkConfig.Listen.DEFAULT);
      try (MetricsSink sink = MetricsSink.start(config)) {
        write(broker.bootstrap(), 0, 60);
        await().atMost(PATIENCE).until(() -> sink.written() == 120);
        database.stop();
        write(broker.bootstrap(), 60, 120);
        assertThatThrownBy(() -> history.load(ZONE, span()))
            .isInstanceOf(HistoryException.class)
            .hasMessageContaining("can't be asked");
      }
      // A second sink of the group, begun while the database is away, goes on where the first was.
      try (MetricsSink second = MetricsSink.start(config)) {
        database.restart();
        await().atMost(PATIENCE).until(() -> second.written() == 120);
        assertThat(second.unreadable()).isZero();
      }

      awaitAll(history);
    }
  }

  /** The database shows what it has taken after a moment, and not all of it at the same time. */
  private void awaitAll(LoadHistory history) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() ->
            assertThat(whole(history))
                .hasSize(12)
                .allSatisfy(point -> assertThat(point.mean()).isEqualTo(30)));
  }

  /** The course of the processor's use; each server's mean counts once. */
  private List<Point> whole(LoadHistory history) {
    Map<String, List<Point>> load = history.load(ZONE, span());
    assertThat(load).containsOnlyKeys("cpu_usage");
    return load.getOrDefault("cpu_usage", List.of());
  }

  private Span span() {
    return new Span(start, start.plusSeconds(120), Duration.ofSeconds(10));
  }

  /** Two servers, one at 20 % and one at 40 %, each second. */
  private void write(String bootstrap, int fromSecond, int toSecond) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int second = fromSecond; second < toSecond; second++) {
        for (int number = 1; number <= 2; number++) {
          ServerId server = ZONE.server(number);
          ServerMetrics report =
              new ServerMetrics(
                  server,
                  start.plusSeconds(second).plusMillis(500),
                  HealthStatus.HEALTHY,
                  new TreeMap<>(Map.of(Metric.CPU, 20.0 * number)));
          var _ =
              producer.send(
                  new ProducerRecord<>(
                      Topics.METRICS.name(),
                      Topics.METRICS.key().encode(server),
                      Topics.METRICS.value().encode(report)));
        }
      }
    }
  }
}
