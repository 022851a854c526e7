package io.sluice.provisioner.api;

import static io.sluice.provisioner.Samples.fleet;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.provisioner.ElectionConfig;
import io.sluice.provisioner.FleetConfig;
import io.sluice.provisioner.Monitor;
import io.sluice.provisioner.MonitorConfig;
import io.sluice.provisioner.MonitorTimings;
import io.sluice.provisioner.TopologyHealth;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.provisioner.watch.BalancerStarter;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP interface of a monitor whose broker does not answer: it must answer nevertheless. */
class MonitorApiIT {
  private static final String TOKEN = LeadingApi.TOKENS.balancer();
  private static final Tokens TOKENS = LeadingApi.TOKENS;
  private static final Fleet FLEET =
      fleet(life("zone1-1", ServerState.READY), life("zone1-2", ServerState.DEAD));

  @TempDir private Path directory;
  private final HttpClient http = HttpClient.newHttpClient();
  private ServerFleet processes;
  private final AtomicReference<TopologyHealth> topology =
      new AtomicReference<>(new TopologyHealth(true, "running"));
  private Monitor monitor;

  @BeforeEach
  void start() throws IOException {
    MonitorConfig config =
        new MonitorConfig(
            new MonitorId(2),
            "127.0.0.1",
            0,
            URI.create("http://127.0.0.1:8081"),
            new TreeMap<>(),
            ElectionConfig.DEFAULT,
            KafkaAccess.at("127.0.0.1:1"),
            Optional.empty(),
            TOKENS,
            List.of(),
            new FleetConfig.Processes(ProcessFleetConfig.of(List.of("nothing"), directory)),
            new MonitorTimings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(2)),
            Optional.empty(),
            Optional.empty());
    processes = Monitor.fleet(config);
    monitor =
        Monitor.start(config, processes, BalancerStarter.NONE, new FakeDecisions(), topology::get);
  }

  @AfterEach
  void stop() {
    monitor.close();
    processes.close();
    http.close();
  }

  @Test
  void everyRouteIsInTheDocumentAndEveryOperationIsRouted() throws Exception {
    JsonNode document = new YAMLMapper().readTree(ask("GET", "/openapi", "").body());
    Set<String> described = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .fieldNames()
                .forEachRemaining(method ->
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    Set<String> routed = new TreeSet<>(api(MonitorApi::described));
    routed.add("GET /observe/health");

    assertThat(described).isEqualTo(routed);
  }

  @Test
  void everyParameterOfAQueryIsInTheDocumentAndTakenWhereItSaysSo() throws Exception {
    JsonNode document = new YAMLMapper().readTree(ask("GET", "/openapi", "").body());
    Set<String> described = new TreeSet<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        for (JsonNode parameter : method.getValue().path("parameters")) {
          JsonNode there =
              parameter.has("$ref")
                  ? document.at(parameter.get("$ref").asText().substring(1))
                  : parameter;
          if (there.path("in").asText().equals("query")) {
            described.add(
                "%s %s %s"
                    .formatted(
                        method.getKey().toUpperCase(Locale.ROOT),
                        path.getKey(),
                        there.path("name").asText()));
          }
        }
      }
    }
    Set<String> taken = api(MonitorApi::describedParameters);

    assertThat(described).isNotEmpty().isEqualTo(taken);
  }

  @Test
  void itIsAliveThoughItDoesNotLead() throws Exception {
    HttpResponse<String> alive = ask("GET", "/alive", "");

    assertThat(alive.statusCode()).isEqualTo(200);
    assertThat(Json.mapper().readTree(alive.body()))
        .isEqualTo(Json.mapper().readTree("{\"id\":2,\"leader\":false}"));
    assertThat(ask("GET", "/containers", "").body()).isEqualTo("[]");
    assertThat(ask("GET", "/v1/zones", "").body()).isEqualTo("[]");
    assertProblem(ask("GET", "/leader", ""), 503);
  }

  @Test
  void itSaysWhatItIsAndThatItDecidesNothingYet() throws Exception {
    assertThat(Json.mapper().readTree(ask("GET", "/v1/monitor", "").body()))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    "{\"id\":2,\"monitors\":[{\"id\":2,\"url\":\"http://127.0.0.1:8081\"}],\"decides\":[]}"));
  }

  @Test
  void itsHealthSaysWhatIsWrong() throws Exception {
    HttpResponse<String> health = ask("GET", "/observe/health", "");

    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).contains("\"office\"", "\"redis\"", "trouble");
  }

  @Test
  void itsHealthTellsHowTheTopologyBesideItIsDoing() throws Exception {
    assertThat(topologyHealth()).isEqualTo("UP running");

    topology.set(new TopologyHealth(false, "stopped by a fault: poisoned"));

    assertThat(topologyHealth()).isEqualTo("DOWN stopped by a fault: poisoned");
  }

  private String topologyHealth() throws Exception {
    for (JsonNode check :
        Json.mapper().readTree(ask("GET", "/observe/health", "").body()).path("checks")) {
      if (check.path("name").asText().equals("topology")) {
        return check.path("status").asText() + " " + check.at("/data/state").asText();
      }
    }
    return "none";
  }

  @Test
  void whatIsNotThereIsAProblemDocument() throws Exception {
    assertProblem(ask("GET", "/nothing", ""), 404);
    assertProblem(ask("GET", "/v1/zones/zone9", ""), 404);
    HttpResponse<String> wrongMethod = ask("DELETE", "/alive", "");
    assertProblem(wrongMethod, 405);
    assertThat(wrongMethod.headers().firstValue("Allow")).contains("GET");
  }

  @Test
  void aReportNeedsTheTokenAndTheRightForm() throws Exception {
    assertProblem(ask("PUT", "/report", "{\"dead\":[]}"), 401);
    assertProblem(ask("PUT", "/report", "{\"dead\":[]}", "Bearer wrong"), 401);
    assertProblem(ask("PUT", "/report", "{\"dead\":5}", "Bearer " + TOKEN), 400);
    assertProblem(ask("PUT", "/report", "{\"dead\":[5]}", "Bearer " + TOKEN), 400);
    assertProblem(ask("PUT", "/report", "dead", "Bearer " + TOKEN), 400);
    assertProblem(ask("PUT", "/report", "", "Bearer " + TOKEN), 400);
    assertProblem(ask("PUT", "/report", "{\"dead\":[]}", "Bearer " + TOKEN), 503);
  }

  @Test
  void whatOnlyALeaderCanRecordIsRefusedByOneThatDoesNotLead() throws Exception {
    String token = "Bearer " + TOKENS.operator();
    assertProblem(ask("PUT", "/v1/zones/zone1/policy", "{}", token), 503);
    assertProblem(ask("POST", "/v1/zones/zone1/scale", "{\"servers\":2}", token), 503);
    assertProblem(ask("POST", "/v1/zones/zone1/pause", "", token), 503);
    assertProblem(ask("POST", "/v1/zones/zone1/resume", "", token), 503);
  }

  @Test
  void aReportNamesServersByIdOrAddress() {
    DeadServers found =
        DeadServers.of(
            FLEET,
            List.of("zone1-1", "http://127.0.0.1:5001/", "zone1-2", "zone1-3", "http://x:1"));

    assertThat(found.accepted()).containsExactly(server("zone1-1"));
    assertThat(found.ignored())
        .extracting(DeadServers.Ignored::entry)
        .containsExactly("zone1-2", "zone1-3", "http://x:1");
  }

  private static Set<String> api(Function<MonitorApi, Set<String>> question) {
    try (MonitorApi api = Apis.alone(Apis.neverSought(), new FakeDecisions(), TOKENS)) {
      return question.apply(api);
    }
  }

  private HttpResponse<String> ask(String method, String path, String body, String... token)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + monitor.port() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    for (String value : token) {
      request.header("Authorization", value);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static void assertProblem(HttpResponse<String> answer, int status) throws IOException {
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = Json.mapper().readTree(answer.body());
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("detail").asText()).isNotEmpty();
  }
}
