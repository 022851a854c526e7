package io.sluice.provisioner.api;

import static io.sluice.provisioner.api.LeadingApi.NOTHING_MORE;
import static io.sluice.provisioner.api.LeadingApi.assertPaths;
import static io.sluice.provisioner.api.LeadingApi.problem;
import static io.sluice.provisioner.api.LeadingApi.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.provisioner.Samples;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a monitor answers about the past and the present. */
class QuestionsApiIT {
  private static final int ALL_RUNS = MonitorApi.HISTORY_RUNS_MAX + MonitorApi.HISTORY_RUNS_KEPT;

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
  void theLastObservationIsThereOnceThereWasOne() throws Exception {
    problem(api.ask("GET", "/v1/zones/zone1/load", "", NOTHING_MORE), 404);
    problem(api.ask("GET", "/v1/zones/zone9/load", "", NOTHING_MORE), 404);

    api.leading.somebodyWrites(
        new LoadObserved(
            new ZoneId("zone1"),
            Samples.NOW,
            Duration.ofSeconds(10),
            new TreeMap<>(Map.of(Metric.CPU, 42.5)),
            1,
            List.of(),
            List.of(),
            List.of()));

    JsonNode load = tree(api.ask("GET", "/v1/zones/zone1/load", "", NOTHING_MORE));
    assertThat(load.at("/load/cpu/mean").asDouble()).isEqualTo(42.5);
  }

  @Test
  void commandsAreListedAndExplained() throws Exception {
    assertThat(tree(api.ask("GET", "/v1/commands?zone=zone1&limit=2", "", NOTHING_MORE)))
        .hasSize(2);
    assertThat(tree(api.ask("GET", "/v1/commands/zone1@7", "", NOTHING_MORE)).path("id").asText())
        .isEqualTo("zone1@7");
    assertThat(
            tree(api.ask(
                    "GET",
                    "/v1/zones/zone1/explain?at=2026-11-01T13:00:00%2B01:00",
                    "",
                    NOTHING_MORE))
                .path("at")
                .asText())
        .isEqualTo("2026-11-01T12:00:00Z");
    assertThat(tree(api.ask("POST", "/v1/what-if", "policy: {}", NOTHING_MORE)).at("/asked/policy"))
        .isInstanceOf(ObjectNode.class);
  }

  @Test
  void questionsAboutDecisionsThatMakeNoSenseAreRefused() throws Exception {
    problem(api.ask("GET", "/v1/commands?zone=zone9", "", NOTHING_MORE), 404);
    problem(api.ask("GET", "/v1/commands?limit=0", "", NOTHING_MORE), 400);
    problem(api.ask("GET", "/v1/commands?limit=1001", "", NOTHING_MORE), 400);
    problem(api.ask("GET", "/v1/commands/zone1@8", "", NOTHING_MORE), 404);
    problem(api.ask("GET", "/v1/commands/zone9@7", "", NOTHING_MORE), 404);
    problem(api.ask("GET", "/v1/commands/seven", "", NOTHING_MORE), 400);
    problem(api.ask("GET", "/v1/zones/zone1/explain?at=noon", "", NOTHING_MORE), 400);
    problem(api.ask("GET", "/v1/zones/zone9/explain", "", NOTHING_MORE), 404);
    assertPaths(problem(api.ask("POST", "/v1/what-if", "{}", NOTHING_MORE), 422), "policy");
  }

  @Test
  void questionsThatTakeLongDoNotPileUp() throws Exception {
    api.decisions.slow = true;
    List<CompletableFuture<HttpResponse<String>>> running =
        IntStream.range(0, ALL_RUNS)
            .mapToObj(run -> api.getLater("/v1/zones/zone1/explain"))
            .toList();
    await().until(() -> api.decisions.explaining.get() == ALL_RUNS);

    HttpResponse<String> tooMany = api.ask("GET", "/v1/zones/zone1/explain", "", NOTHING_MORE);
    problem(tooMany, 429);
    assertThat(tooMany.headers().firstValue("Retry-After")).isPresent();
    assertThat(api.ask("GET", "/alive", "", NOTHING_MORE).statusCode()).isEqualTo(200);
    api.decisions.gate.countDown();

    for (CompletableFuture<HttpResponse<String>> question : running) {
      assertThat(question.get().statusCode()).isEqualTo(200);
    }
    assertThat(api.ask("GET", "/v1/zones/zone1/explain", "", NOTHING_MORE).statusCode())
        .isEqualTo(200);
  }

  @Test
  void oneCallerDoesNotKeepOthersFromAsking() throws Exception {
    api.decisions.slow = true;
    List<Socket> asking = new ArrayList<>();
    try {
      for (String caller : List.of("127.0.0.1", "127.0.0.2")) {
        asking.add(explaining(caller));
        int running = asking.size();
        await().until(() -> api.decisions.explaining.get() == running);
        try (Socket again = explaining(caller)) {
          assertThat(RawHttp.head(again.getInputStream())).startsWith("HTTP/1.1 429");
        }
      }

      // There is always a place for whoever has the operators' token.
      CompletableFuture<HttpResponse<String>> operator = api.getLater("/v1/zones/zone1/explain");
      await().until(() -> api.decisions.explaining.get() == ALL_RUNS);
      api.decisions.gate.countDown();
      assertThat(operator.get().statusCode()).isEqualTo(200);
      for (Socket socket : asking) {
        assertThat(RawHttp.head(socket.getInputStream())).startsWith("HTTP/1.1 200");
      }
    } finally {
      for (Socket socket : asking) {
        socket.close();
      }
    }
  }

  private Socket explaining(String caller) throws IOException {
    Socket socket = RawHttp.connect(caller, api.url().getPort());
    RawHttp.send(socket, "GET /v1/zones/zone1/explain HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return socket;
  }

  @Test
  void theSchemaOfAPolicyIsServed() throws Exception {
    HttpResponse<String> schema = api.ask("GET", "/schemas/policy", "", NOTHING_MORE);

    assertThat(schema.headers().firstValue("Content-Type")).contains("application/schema+json");
    assertThat(tree(schema).path("title").asText()).isEqualTo("Policy");
  }
}
