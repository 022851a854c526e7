package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.kafka.Entry;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What an operator does with a running cluster by the command line. The tests are one story and
 * stand in its order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperatorIT {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path FOLDER =
      Path.of("target", "operator-" + ProcessHandle.current().pid()).toAbsolutePath();

  private static final Set<Class<?>> ORDERS =
      Set.of(
          PolicyChanged.class,
          ManualScaleRequested.class,
          ScalingPaused.class,
          ScalingResumed.class);

  private static final EmbeddedCluster cluster =
      EmbeddedCluster.start(
          ClusterConfig.defaults(Map.of())
              .withData(FOLDER)
              .withPorts(FreePorts.find())
              .withZones(1),
          System.out::println);

  @BeforeAll
  static void itServes() {
    await().atMost(PATIENCE).until(cluster::ready);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  @Order(1)
  void aPolicyThatIsSetHoldsFromOneOffsetOn() throws Exception {
    Path file = FOLDER.resolve("target.yaml");
    Files.writeString(
        file,
        """
        servers: {min: 1, max: 3}
        rules: [{type: target, metric: cpu, target: 60}]
        stabilisation: {in: 1s}
        """);

    JsonNode answer = asked("policy", "set", "zone1", file.toString());
    long offset = answer.path("offset").asLong();

    assertThat(answer.path("revision").asInt()).isEqualTo(2);
    Entry<FleetEvent> entry = fact(answer.path("partition").asInt(), offset);
    assertThat(entry.value())
        .isInstanceOfSatisfying(
            PolicyChanged.class,
            changed -> {
              assertThat(changed.revision()).isEqualTo(2);
              assertThat(changed.actor().name()).isEqualTo("eva");
            });
    // The fold weighs the facts before by the first revision, and those after by the second.
    await().atMost(PATIENCE).until(() -> explain("").path("offset").asLong() > offset);
    assertThat(explain("").path("policyRevision").asInt()).isEqualTo(2);
    assertThat(explain("?at=" + entry.time().minusMillis(1)).path("policyRevision").asInt())
        .isEqualTo(1);
    assertThat(Sluice.run("policy", "get", "zone1", "--port-offset", offset()).out())
        .contains("# revision 2 of the policy of zone1", "- metric: \"cpu\"");
    assertThat(asked("policy", "set", "zone1", file.toString()).path("changed").asBoolean())
        .isFalse();
  }

  @Test
  @Order(2)
  void aNumberThatSomebodyAsksForHoldsForATime() throws Exception {
    JsonNode answer = asked("scale", "zone1", "2", "--for", "1h");

    assertThat(answer.path("holds").asInt()).isEqualTo(2);
    assertThat(fact(answer).value()).isInstanceOf(ManualScaleRequested.class);
    await().atMost(PATIENCE).until(() -> ready() == 2);
    assertThat(read(Topics.SCALE_COMMANDS).stream().map(Entry::value))
        .anyMatch(command ->
            command.id().offset() == answer.at("/at/offset").asLong() && command.to() == 2);
    await().atMost(PATIENCE).until(() -> status().at("/zones/0/manual/servers").asInt() == 2);
    assertThat(status().at("/zones/0/manual/actor").asText()).isEqualTo("eva");
  }

  @Test
  @Order(3)
  void aPauseKeepsTheRulesFromScalingUntilItIsResumed() throws Exception {
    JsonNode paused = asked("pause", "zone1", "--direction", "in");
    assertThat(fact(paused).value()).isInstanceOf(ScalingPaused.class);
    await()
        .atMost(PATIENCE)
        .until(() -> status().at("/zones/0/pauses/0/direction").asText().equals("in"));
    // Without an end: from here on the rules would shrink the idle zone.
    long asked = asked("scale", "zone1", "3").at("/at/offset").asLong();
    await().atMost(PATIENCE).until(() -> ready() == 3);
    await()
        .atMost(PATIENCE)
        .until(() -> {
          JsonNode now = explain("");
          return now.path("offset").asLong() > asked
              && now.path("limiters").findValuesAsText("limiter").toString().contains("pause");
        });
    assertThat(ready()).isEqualTo(3);

    JsonNode resumed = asked("resume", "zone1");
    assertThat(fact(resumed).value()).isInstanceOf(ScalingResumed.class);
    await().atMost(PATIENCE).until(() -> ready() == 1);
    await().atMost(PATIENCE).until(() -> status().at("/zones/0/pauses").isEmpty());
  }

  @Test
  @Order(4)
  void aBrokenPolicyIsRefusedWithAllItsProblemsAndChangesNothing() throws Exception {
    long facts = changes();
    Path broken = FOLDER.resolve("broken.yaml");
    Files.writeString(broken, "servers: {min: 4, max: 2}\nwindow: soon\n");

    for (String[] line :
        new String[][] {
          {"policy", "check", broken.toString()}, line("policy", "set", "zone1", broken.toString())
        }) {
      Sluice refused = Sluice.run(line);
      assertThat(refused.awaitExit()).isEqualTo(2);
      assertThat(refused.err())
          .hasSize(3)
          .anyMatch(told -> told.startsWith("  servers.min: is 4, expected at most max"))
          .anyMatch(told -> told.startsWith("  window: is 'soon', expected a duration"));
    }
    assertThat(changes()).isEqualTo(facts);
  }

  @Test
  @Order(5)
  void whoAsksForWhatCanNotBeIsToldWhy() throws Exception {
    long facts = changes();
    Path token = FOLDER.resolve("wrong-token");
    Files.writeString(token, "wrong");

    refused(2, "expected one of [zone1]", line("scale", "zone9", "2"));
    refused(2, "until: is 2020-01-01", line("pause", "zone1", "--until", "2020-01-01T00:00:00Z"));
    refused(
        2, "token", "scale", "zone1", "2", "--port-offset", offset(), "--token-file", "" + token);
    refused(
        3,
        "no monitor answers",
        "resume",
        "zone1",
        "--data",
        "" + FOLDER,
        "--monitor",
        "http://127.0.0.1:1");
    Sluice late =
        Sluice.run(
            line(
                "policy",
                "set",
                "zone1",
                FOLDER.resolve("target.yaml") + "",
                "--if-revision",
                "1"));
    assertThat(late.awaitExit()).isEqualTo(1);
    assertThat(late.err()).singleElement().asString().contains("revision 2");
    assertThat(changes()).isEqualTo(facts);
  }

  @Test
  @Order(6)
  void theMonitorAnswersWhatWasDecidedAndWhy() throws Exception {
    JsonNode commands = ask("GET", "/v1/commands?zone=zone1&limit=2", "");
    assertThat(commands).hasSize(2);
    assertThat(commands.get(0).path("at").asText())
        .isGreaterThanOrEqualTo(commands.get(1).path("at").asText());
    JsonNode explained = ask("GET", "/v1/commands/" + commands.get(0).path("id").asText(), "");
    assertThat(explained.path("command")).isEqualTo(commands.get(0));
    assertThat(explained.at("/explanation/to")).isEqualTo(commands.get(0).path("to"));
    assertThat(explained.path("sentences")).isNotEmpty();

    JsonNode report =
        ask(
            "POST",
            "/v1/what-if",
            "{\"zone\":\"zone1\",\"policies\":{\"one\":{\"servers\":{\"max\":1}}}}");
    assertThat(report.path("policies").findValuesAsText("name")).containsExactly("recorded", "one");
    assertThat(report.at("/policies/1/maxServers").asInt()).isEqualTo(1);
  }

  @Test
  @Order(7)
  void theJournalVerifies() {
    AuditAtEnd.verify(cluster.bootstrap());
  }

  private static void refused(int code, String told, String... line)
      throws IOException, InterruptedException {
    Sluice refused = Sluice.run(line);
    assertThat(refused.awaitExit()).as("%s", refused.err()).isEqualTo(code);
    assertThat(String.join("\n", refused.err())).contains(told);
  }

  private static JsonNode asked(String... line) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(line(line)));
    all.addAll(List.of("--json", "--actor", "eva"));
    Sluice sluice = Sluice.run(all.toArray(String[]::new));
    assertThat(sluice.awaitExit()).as("%s", sluice.err()).isZero();
    return Json.mapper().readTree(String.join("", sluice.out()));
  }

  private static String[] line(String... line) {
    List<String> all = new ArrayList<>(List.of(line));
    all.addAll(List.of("--port-offset", offset(), "--data", FOLDER.toString()));
    return all.toArray(String[]::new);
  }

  private static String offset() {
    return Integer.toString(cluster.config().ports().offset());
  }

  private static JsonNode status() throws IOException, InterruptedException {
    Sluice status = Sluice.run("status", "--json", "--port-offset", offset());
    assertThat(status.awaitExit()).as("%s", status.err()).isZero();
    return Json.mapper().readTree(String.join("", status.out()));
  }

  private static JsonNode explain(String query) {
    return ask("GET", "/v1/zones/zone1/explain" + query, "").path("explanation");
  }

  private static JsonNode ask(String method, String path, String body) {
    try (MonitorClient client = new MonitorClient(cluster.monitorUrls().firstEntry().getValue())) {
      return client.ask(method, path, body, Map.of()).tree();
    }
  }

  private static long ready() {
    return cluster.fleet().zone(ZONE).in(ServerState.READY).count();
  }

  private static long changes() {
    return read(Topics.JOURNAL).stream()
        .filter(entry -> ORDERS.contains(entry.value().getClass()))
        .count();
  }

  private static Entry<FleetEvent> fact(JsonNode answer) {
    return fact(answer.at("/at/partition").asInt(), answer.at("/at/offset").asLong());
  }

  private static Entry<FleetEvent> fact(int partition, long offset) {
    return read(Topics.JOURNAL).stream()
        .filter(entry -> entry.partition() == partition && entry.offset() == offset)
        .findFirst()
        .orElseThrow();
  }

  private static <V> List<Entry<V>> read(Topic<?, V> topic) {
    return Records.of(cluster.bootstrap(), topic);
  }
}
