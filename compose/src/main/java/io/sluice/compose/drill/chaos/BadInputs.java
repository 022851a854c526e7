package io.sluice.compose.drill.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.compose.drill.DrillCluster;
import io.sluice.compose.drill.DrillException;
import io.sluice.compose.drill.Patience;
import io.sluice.compose.drill.Tail;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.compose.monitor.MonitorException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.ConditionKind;
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
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends bad inputs, and looks whether they were told as they have to be. */
final class BadInputs implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** As much as a producer sends in one record unless told otherwise, and its own words. */
  private static final int OVERSIZE_BYTES = 1_048_400;

  private static final String BAD_PATH = "/health_check?x={id}";
  private static final String HALF_A_FACT = "{\"type\": \"load-observed\", \"at\": 5";
  private static final MonitorId FOLLOWER = new MonitorId(1);

  /** One that nobody has here. */
  private static final ZoneId LATER = new ZoneId("later");

  private static final List<String> HOSTILE = List.of("-1", "1e308", "-1e308", "5e-324");
  private static final String CONTRADICTORY =
      """
      {"servers": {"min": 5, "max": 2}, "rules": [{"type": "threshold", "above": 1, "below": 9}]}
      """;

  private final DrillCluster cluster;
  private final Findings findings;
  private final Trouble.Due due;
  private final LostOffsets offsets;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Tail<byte[]> letters;
  private int lettersSeen;
  private int templates;

  BadInputs(DrillCluster cluster, Findings findings, Trouble.Due due) {
    this.cluster = cluster;
    this.findings = findings;
    this.due = due;
    this.offsets = new LostOffsets(cluster);
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
      case MALFORMED_METRIC ->
          expectLetters(input, List.of(() -> write(Topics.METRICS, server, "no report at all")));
      case MALFORMED_FACT ->
          expectLetters(input, List.of(() -> write(Topics.JOURNAL, zone, HALF_A_FACT)));
      case OVERSIZE_METRIC ->
          expectLetters(
              input,
              List.of(
                  () -> write(Topics.METRICS, server, "x".repeat(OVERSIZE_BYTES)),
                  () -> write(Topics.METRICS, server, namedAtLength())));
      case OVERSIZE_FACT ->
          expectLetters(
              input, List.of(() -> write(Topics.JOURNAL, zone, "x".repeat(OVERSIZE_BYTES))));
      case NEWER_METRIC -> write(Topics.METRICS, server, ofALaterRelease(zone, server));
      case NEWER_FACT -> {
        write(Topics.JOURNAL, LATER, factOfALaterRelease());
        due.begins(new Trouble(LATER, ConditionKind.NEWER_RECORD));
        return LATER.toString();
      }
      case HOSTILE_METRIC -> {
        due.passes(new Trouble(zone, ConditionKind.IMPOSSIBLE_FIGURE));
        HOSTILE.forEach(figure -> write(Topics.METRICS, server, report(zone, server, figure)));
      }
      case BAD_POLICY -> expectRefusal(MonitorClient.ofZone(zone.value(), "policy"), CONTRADICTORY);
      case BAD_TEMPLATE ->
          expectRefusal(templateOf(zone), template(zone).put("healthPath", BAD_PATH).toString());
      case OTHER_TEMPLATE -> setOther(zone);
      case MISSING_ZONE -> miss(zone);
      case LOST_LEADER_OFFSETS -> offsets.ofLeader();
      case LOST_OFFSETS -> offsets.ofAll();
      case FORGED_PATH -> HostileClient.forge(cluster.url(FOLLOWER), findings);
      case SILENT_WATCHERS -> HostileClient.watch(cluster.url(FOLLOWER), findings);
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

  private static String factOfALaterRelease() {
    return """
    {"type":"server-hibernated","version":1,"zone":"%s","at":"%s","server":"%s-1"}
    """
        .formatted(LATER, Instant.now(), LATER);
  }

  private static String namedAtLength() {
    String rest = "{\"server\":\"%s\",\"at\":\"2026-01-01T00:00:00Z\"}";
    return rest.formatted("x".repeat(OVERSIZE_BYTES - rest.length()));
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

  /** What can't be read has to become a dead letter, each of it. */
  private void expectLetters(BadInput input, List<Runnable> writes) {
    int wanted = lettersSeen + writes.size();
    writes.forEach(Runnable::run);
    expect(
        Invariant.INPUTS,
        "%s: %d dead letters".formatted(input.sentence(), writes.size()),
        () -> {
          lettersSeen += letters.more().size();
          return lettersSeen >= wanted;
        });
  }

  private void expect(Invariant invariant, String what, BooleanSupplier isSo) {
    try {
      Patience.await(what, PATIENCE, isSo);
    } catch (DrillException notSo) {
      findings.add(invariant, String.valueOf(notSo.getMessage()));
    }
  }

  private void expectRefusal(String path, String body) {
    try {
      ask("PUT", path, body);
      findings.add(Invariant.INPUTS, "PUT %s was taken: %s".formatted(path, body));
    } catch (MonitorException refused) {
      if (refused.kind() != MonitorException.Kind.REFUSED) {
        findings.add(Invariant.INPUTS, "PUT %s: %s".formatted(path, refused.getMessage()));
      }
    }
  }

  private static String templateOf(ZoneId zone) {
    return MonitorClient.ofZone(zone.value(), "template");
  }

  private ObjectNode template(ZoneId zone) {
    return (ObjectNode) ask("GET", templateOf(zone), "");
  }

  /** Sets a good template, by which every server of the zone is replaced. */
  private void setOther(ZoneId zone) {
    templates++;
    ObjectNode other = template(zone);
    other.putObject("environment").put("CHAOS", Integer.toString(templates));
    try {
      ask("PUT", templateOf(zone), other.toString());
    } catch (MonitorException refused) {
      findings.add(
          Invariant.INPUTS, "a good template was refused: %s".formatted(refused.getMessage()));
    }
  }

  /** The leader does not know a zone; that is told, and over once it knows it again. */
  private void miss(ZoneId zone) {
    List<ZoneId> zones = cluster.shape().parts().zones();
    MonitorId leader = new MonitorId(cluster.shape().parts().monitors());
    Trouble trouble = new Trouble(zone, ConditionKind.ZONE_NOT_CONFIGURED);
    due.begins(trouble);
    cluster.restart(leader, zones.stream().filter(other -> !other.equals(zone)).toList());
    expect(Invariant.CONDITIONS, "there is %s".formatted(trouble), () -> told(trouble));
    cluster.restart(leader, zones);
    due.ends(trouble);
  }

  private boolean told(Trouble trouble) {
    try {
      return ask("GET", "/v1/zones/" + trouble.zone(), "")
          .findValuesAsText("kind")
          .contains(trouble.kind().name());
    } catch (MonitorException notYet) {
      return false;
    }
  }

  private JsonNode ask(String method, String path, String body) {
    try (MonitorClient client = cluster.client(FOLLOWER)) {
      return client
          .ask(method, path, body, Map.of("Authorization", "Bearer " + cluster.token()))
          .tree();
    }
  }

  @Override
  public void close() {
    producer.close();
    letters.close();
  }
}
