package io.sluice.provisioner.api;

import static io.sluice.provisioner.api.LeadingApi.NOTHING_MORE;
import static io.sluice.provisioner.api.LeadingApi.assertPaths;
import static io.sluice.provisioner.api.LeadingApi.problem;
import static io.sluice.provisioner.api.LeadingApi.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ScalingRule;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The calls by which people change zones, of a monitor that leads {@code zone1}. */
class ChangesApiIT {
  private static final String POLICY = "/v1/zones/zone1/policy";
  private static final String LOADS = "/v1/zones/zone1/loads";
  private static final String TEMPLATE = "/v1/zones/zone1/template";

  private LeadingApi api;

  @BeforeEach
  void listen() throws IOException {
    api = new LeadingApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void aPolicyIsReadInTheFormInWhichItIsWritten() throws Exception {
    HttpResponse<String> json = api.ask("GET", POLICY, "", NOTHING_MORE);
    HttpResponse<String> yaml = api.ask("GET", POLICY, "", Map.of("Accept", "application/yaml"));

    assertThat(json.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(yaml.headers().firstValue("Content-Type")).contains("application/yaml");
    assertThat(Policies.parse("answer", json.body()))
        .isEqualTo(Policies.parse("answer", yaml.body()))
        .isEqualTo(Policies.parse("default", "{}"));
  }

  @Test
  void aPolicyThatIsSetHoldsFromTheOffsetThatTheAnswerNames() throws Exception {
    HttpResponse<String> set =
        api.ask(
            "PUT",
            POLICY,
            "servers: {max: 9}\nrules: [{type: target, target: 60}]\n",
            Map.of("Sluice-Actor", "eva"));

    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    JsonNode answer = tree(set);
    assertThat(answer.path("revision").asInt()).isEqualTo(2);
    assertThat(answer.path("changed").asBoolean()).isTrue();
    assertThat(set.headers().firstValue("ETag")).contains("\"2\"");
    PolicyChanged fact = (PolicyChanged) api.at(answer.path("offset"));
    assertThat(fact.actor().name()).isEqualTo("eva");
    assertThat(fact.revision()).isEqualTo(2);
    assertThat(fact.policy().rules()).containsExactly(new ScalingRule.Target(Metric.CPU, 60, 0.1));
    assertThat(api.ask("GET", POLICY, "", NOTHING_MORE).headers().firstValue("ETag"))
        .contains("\"2\"");
  }

  @Test
  void theSamePolicyAgainIsNoNewRevision() throws Exception {
    int facts = api.leading.journal().size();

    JsonNode answer = tree(api.ask("PUT", POLICY, "{}", NOTHING_MORE));

    assertThat(answer.path("changed").asBoolean()).isFalse();
    assertThat(answer.path("revision").asInt()).isEqualTo(1);
    assertThat(answer.has("offset")).isFalse();
    assertThat(api.leading.journal()).hasSize(facts);
  }

  @Test
  void aPolicyIsNotSetOverARevisionThatSomebodyElseSetMeanwhile() throws Exception {
    Map<String, String> seen = Map.of("If-Match", "\"1\"");

    assertThat(api.ask("PUT", POLICY, "servers: {max: 4}", seen).statusCode()).isEqualTo(200);
    HttpResponse<String> late = api.ask("PUT", POLICY, "servers: {max: 5}", seen);

    problem(late, 412);
    assertThat(late.body()).contains("revision 2");
    problem(api.ask("PUT", POLICY, "{}", Map.of("If-Match", "1")), 400);
  }

  @Test
  void everythingThatIsWrongWithAPolicyIsToldAtOnce() throws Exception {
    JsonNode problem =
        problem(
            api.ask(
                "PUT",
                POLICY,
                """
                servers: {min: 4, max: 2}
                windows: 10s
                rules: [{type: threshold, above: 5, below: 6}, {type: magic}]
                """,
                NOTHING_MORE),
            422);

    assertThat(problem.path("errors").findValuesAsText("path"))
        .containsExactlyInAnyOrder("servers.min", "windows", "rules[0].below", "rules[1].type");
    assertThat(problem.path("errors"))
        .allSatisfy(error -> {
          assertThat(error.path("value").asText()).isNotEmpty();
          assertThat(error.path("expected").asText()).isNotEmpty();
        });
    problem(api.ask("PUT", POLICY, "servers: {", NOTHING_MORE), 422);
    problem(api.ask("PUT", POLICY, "", NOTHING_MORE), 422);
    problem(api.ask("PUT", POLICY, "dryRun: true\ndryRun: false", NOTHING_MORE), 422);
    assertThat(api.leading.journal().stream().filter(PolicyChanged.class::isInstance)).hasSize(1);
  }

  @Test
  void aTemplateIsSetAsAPolicyIs() throws Exception {
    Map<String, String> seen = Map.of("If-Match", "\"1\"");
    HttpResponse<String> set = api.ask("PUT", TEMPLATE, "image: shop:7", seen);

    assertThat(set.headers().firstValue("ETag")).contains("\"2\"");
    TemplateChanged fact = (TemplateChanged) api.at(tree(set).path("offset"));
    assertThat(fact.template().image()).isEqualTo("shop:7");
    assertThat(
            problem(api.ask("PUT", TEMPLATE, "image: shop:8", seen), 412).path("detail").asText())
        .contains("revision 2 of the template");
    JsonNode wrong = problem(api.ask("PUT", TEMPLATE, "imagine: x\ncpus: -1", NOTHING_MORE), 422);
    assertThat(wrong.path("errors").findValuesAsText("path"))
        .containsExactlyInAnyOrder("imagine", "cpus");
    // It would let the zone roll over to the demo application.
    problem(api.ask("PUT", TEMPLATE, "", NOTHING_MORE), 422);
    assertThat(api.ask("GET", TEMPLATE, "", NOTHING_MORE).body()).contains("shop:7");
  }

  @Test
  void aNumberOfServersThatSomebodyAsksForIsRecordedWithItsEndAndItsActor() throws Exception {
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    JsonNode answer =
        tree(
            api.ask(
                "POST",
                "/v1/zones/zone1/scale",
                "{\"servers\":9,\"for\":\"30m\",\"actor\":\"eva\"}",
                NOTHING_MORE));

    assertThat(answer.path("holds").asInt()).isEqualTo(3);
    assertThat(answer.path("note").asText()).contains("1 to 3");
    ManualScaleRequested fact = (ManualScaleRequested) api.at(answer.at("/at/offset"));
    assertThat(fact.servers()).isEqualTo(9);
    assertThat(fact.actor().name()).isEqualTo("eva");
    assertThat(fact.until().orElseThrow())
        .isBetween(before.plus(Duration.ofMinutes(30)), Instant.now().plus(Duration.ofMinutes(30)));
  }

  @Test
  void aRequestWithoutAnActorIsTheInterfacesOwnAndTheHeaderWins() throws Exception {
    String scale = "/v1/zones/zone1/scale";
    JsonNode nobody = tree(api.ask("POST", scale, "{\"servers\":2}", NOTHING_MORE));
    JsonNode both =
        tree(
            api.ask(
                "POST",
                scale,
                "{\"servers\":2,\"actor\":\"adam\"}",
                Map.of("Sluice-Actor", "eva")));

    assertThat(nobody.path("actor").asText()).isEqualTo("api");
    assertThat(nobody.path("holds").asInt()).isEqualTo(2);
    assertThat(nobody.has("note")).isFalse();
    assertThat(both.path("actor").asText()).isEqualTo("eva");
    problem(
        api.ask("POST", scale, "{\"servers\":2}", Map.of("Sluice-Actor", "x".repeat(201))), 400);
    problem(api.ask("POST", scale, "{\"servers\":2,\"actor\":\"a\\nb\"}", NOTHING_MORE), 422);
  }

  @Test
  void whatCanNotBeAskedOfAZoneIsRefusedWithAllReasons() throws Exception {
    String scale = "/v1/zones/zone1/scale";
    assertPaths(problem(api.ask("POST", scale, "", NOTHING_MORE), 422), "servers");
    assertPaths(
        problem(
            api.ask(
                "POST",
                scale,
                "{\"servers\":-1,\"for\":\"1m\",\"until\":\"2099-01-01T00:00:00Z\",\"x\":1}",
                NOTHING_MORE),
            422),
        "servers",
        "for",
        "x");
    assertPaths(
        problem(
            api.ask(
                "POST", scale, "{\"servers\":2,\"until\":\"2020-01-01T00:00:00Z\"}", NOTHING_MORE),
            422),
        "until");
    assertPaths(
        problem(
            api.ask(
                "POST",
                "/v1/zones/zone1/pause",
                "{\"direction\":\"up\",\"until\":\"tomorrow\"}",
                NOTHING_MORE),
            422),
        "direction",
        "until");
    assertThat(api.leading.journal()).noneMatch(ManualScaleRequested.class::isInstance);
  }

  @Test
  void aFigureFromOutsideIsRecordedWithItsTimeItsSourceAndItsActor() throws Exception {
    JsonNode answer =
        tree(
            api.ask(
                "POST",
                LOADS,
                "{\"metric\":\"queue_length\",\"value\":430,\"for\":\"2m\",\"source\":\"jobs in Redis\"}",
                Map.of("Sluice-Actor", "cron")));

    LoadReported fact = (LoadReported) api.at(answer.at("/at/offset"));
    assertThat(fact.metric()).isEqualTo(new Metric("queue_length"));
    assertThat(fact.value()).isEqualTo(430);
    assertThat(fact.validFor()).isEqualTo(Duration.ofMinutes(2));
    assertThat(fact.source()).isEqualTo("jobs in Redis");
    assertThat(fact.actor().name()).isEqualTo("cron");
    JsonNode shortest =
        tree(api.ask("POST", LOADS, "{\"metric\":\"backlog\",\"value\":0}", NOTHING_MORE));
    assertThat(shortest.path("source").asText()).isEqualTo("pushed by api");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"value": 1}                                             | metric
          {"metric": "queue_length"}                               | value
          {"metric": "queue_length", "value": -1}                  | value
          {"metric": "queue_length", "value": .nan}                | value
          {"metric": "queue_length", "value": .inf}                | value
          {"metric": "queue_length", "value": 1e300}               | value
          {"metric": "queue_length", "value": "many"}              | value
          {"metric": "queue_length", "value": [1, 2]}              | value
          {"metric": "cpu", "value": 1}                            | metric
          {"metric": "cpu_usage", "value": 1}                      | metric
          {"metric": "requests_per_second", "value": 1}            | metric
          {"metric": "Queue", "value": 1}                          | metric
          {"metric": "queue_length", "value": 1, "for": "1s"}      | for
          {"metric": "queue_length", "value": 1, "for": "2d"}      | for
          {"metric": "queue_length", "value": 1, "source": "a\\nb"} | source
          {"metric": "queue_length", "value": 1, "x": 1}           | x
          """)
  void aFigureThatIsNoneIsRefusedAndNothingIsRecorded(String body, String path) throws Exception {
    assertPaths(problem(api.ask("POST", LOADS, body, NOTHING_MORE), 422), path);
    assertThat(api.leading.journal()).noneMatch(LoadReported.class::isInstance);
  }

  @Test
  void scalingIsPausedAndResumed() throws Exception {
    JsonNode paused =
        tree(api.ask("POST", "/v1/zones/zone1/pause", "{\"direction\":\"in\"}", NOTHING_MORE));
    JsonNode resumed = tree(api.ask("POST", "/v1/zones/zone1/resume", "", NOTHING_MORE));

    assertThat(api.at(paused.at("/at/offset"))).isInstanceOf(ScalingPaused.class);
    assertThat(paused.path("direction").asText()).isEqualTo("in");
    assertThat(resumed.path("direction").asText()).isEqualTo("both");
    assertThat(resumed.at("/at/offset").asLong()).isGreaterThan(paused.at("/at/offset").asLong());
  }

  @Test
  void everyCallThatChangesSomethingNeedsTheTokenAndAZoneThatIsThere() throws Exception {
    Map<String, String> calls =
        Map.of(
            "policy",
            "{}",
            "scale",
            "{\"servers\":1}",
            "loads",
            "{\"metric\":\"backlog\",\"value\":1}",
            "pause",
            "{}",
            "resume",
            "{}");
    for (Map.Entry<String, String> call : calls.entrySet()) {
      String method = call.getKey().equals("policy") ? "PUT" : "POST";
      String path = "/v1/zones/%s/" + call.getKey();

      Map<String, String> wrong = Map.of("Authorization", "Bearer wrong");
      problem(api.ask(method, path.formatted("zone1"), call.getValue(), wrong), 401);
      for (String zone : List.of("zone9", "Zone!")) {
        HttpResponse<String> nowhere =
            api.ask(method, path.formatted(zone), call.getValue(), NOTHING_MORE);
        problem(nowhere, 404);
        assertThat(nowhere.body()).contains("zone1");
      }
    }
  }
}
