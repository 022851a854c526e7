package io.sluice.compose.drill.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.DrillException;
import io.sluice.compose.drill.Patience;
import io.sluice.compose.drill.Tail;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.compose.monitor.MonitorException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends bad inputs, and looks whether they were told as they have to be. */
final class BadInputs implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final List<String> HOSTILE = List.of("-1", "1e308", "-1e308", "5e-324");
  private static final String CONTRADICTORY =
      """
      {"servers": {"min": 5, "max": 2}, "rules": [{"type": "threshold", "above": 1, "below": 9}]}
      """;

  private final DrillCluster cluster;
  private final Findings findings;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Tail<byte[]> letters;
  private int lettersSeen;

  BadInputs(DrillCluster cluster, Findings findings) {
    this.cluster = cluster;
    this.findings = findings;
    KafkaAccess kafka = KafkaAccess.at(cluster.bootstrap());
    this.producer = KafkaClients.producer(kafka, Map.of(ProducerConfig.ACKS_CONFIG, "all"));
    this.letters = new Tail<>(kafka, Topics.DEAD_LETTERS);
  }

  /**
   * Sends one, about a server of the zone where that matters.
   *
   * @return where it went
   */
  String send(BadInput input, ZoneId zone) {
    ServerId server = zone.server(1);
    switch (input) {
      case MALFORMED_METRIC -> {
        write(Topics.METRICS, server, "no report at all");
        expectLetter(input);
      }
      case MALFORMED_FACT -> {
        write(Topics.JOURNAL, zone, "{\"type\": \"load-observed\", \"at\": 5");
        expectLetter(input);
      }
      case NEWER_METRIC -> write(Topics.METRICS, server, ofALaterRelease(zone, server));
      case HOSTILE_METRIC ->
          HOSTILE.forEach(figure -> write(Topics.METRICS, server, report(zone, server, figure)));
      case BAD_POLICY ->
          expectRefusal("PUT", MonitorClient.ofZone(zone.value(), "policy"), CONTRADICTORY);
      case FORGED_PATH -> HostileClient.forge(cluster.url(new MonitorId(1)), findings);
      case SILENT_WATCHERS -> HostileClient.watch(cluster.url(new MonitorId(1)), findings);
    }
    return zone.toString();
  }

  private static String ofALaterRelease(ZoneId zone, ServerId server) {
    return """
    {"zone":"%s","server":"%s","at":"%s","version":99,"health_status":"healthy",
     "cpu_usage":5,"shape":{"of":"later"},"words":["a","b"]}
    """
        .formatted(zone, server, Instant.now());
  }

  private static String report(ZoneId zone, ServerId server, String figure) {
    return """
    {"zone":"%s","server":"%s","at":"%s","health_status":"healthy","cpu_usage":%s}
    """
        .formatted(zone, server, Instant.now(), figure);
  }

  private <K> void write(Topic<K, ?> topic, K key, String value) {
    try {
      producer
          .send(new ProducerRecord<>(topic.name(), topic.key().encode(key), value.getBytes(UTF_8)))
          .get();
    } catch (ExecutionException failed) {
      throw new DrillException("%s takes no record".formatted(topic.name()), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DrillException("interrupted while a record is written", interrupted);
    }
  }

  /** What can't be read has to become a dead letter. */
  private void expectLetter(BadInput input) {
    int before = lettersSeen;
    try {
      Patience.await(
          "%s is a dead letter".formatted(input.sentence()),
          PATIENCE,
          () -> {
            lettersSeen += letters.more().size();
            return lettersSeen > before;
          });
    } catch (DrillException none) {
      findings.add(Invariant.INPUTS, String.valueOf(none.getMessage()));
    }
  }

  private void expectRefusal(String method, String path, String body) {
    try (MonitorClient client = cluster.client(new MonitorId(1))) {
      client.ask(method, path, body, Map.of("Authorization", "Bearer " + cluster.token()));
      findings.add(Invariant.INPUTS, "%s %s was taken: %s".formatted(method, path, body));
    } catch (MonitorException refused) {
      if (refused.kind() != MonitorException.Kind.REFUSED) {
        findings.add(Invariant.INPUTS, "%s %s: %s".formatted(method, path, refused.getMessage()));
      }
    }
  }

  @Override
  public void close() {
    producer.close();
    letters.close();
  }
}
