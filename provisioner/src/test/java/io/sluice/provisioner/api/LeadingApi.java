package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.history.LoadHistory;
import io.sluice.provisioner.leadership.LeadingMonitor;
import io.sluice.provisioner.secret.Vault;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.FleetEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A monitor that leads {@code zone1} and listens, and a client that has its token. */
final class LeadingApi implements AutoCloseable {
  static final Map<String, String> NOTHING_MORE = Map.of();

  static final String TOKEN = "a token of operators";
  static final Tokens TOKENS = new Tokens(TOKEN, "a token of monitors", "a token of balancers");

  final FakeDecisions decisions = new FakeDecisions();
  final FakeEvents events = new FakeEvents();
  final LeadingMonitor leading;
  private final HttpClient http = HttpClient.newHttpClient();
  private final MonitorApi api;
  private final ApiServer server;

  LeadingApi() throws IOException {
    this(Optional.empty());
  }

  LeadingApi(Vault vault) throws IOException {
    this(Optional.empty(), vault, new NoFleet());
  }

  LeadingApi(Optional<LoadHistory> history) throws IOException {
    this(history, Vault.NONE, new NoFleet());
  }

  LeadingApi(ServerFleet fleet) throws IOException {
    this(Optional.empty(), Vault.NONE, fleet);
  }

  private LeadingApi(Optional<LoadHistory> history, Vault vault, ServerFleet fleet)
      throws IOException {
    leading = new LeadingMonitor(vault);
    api = Apis.alone(leading.office(), decisions, events, new Apis.Outside(history, fleet), TOKENS);
    server = ApiServer.open("127.0.0.1", 0, api, List.of());
  }

  /** The fact at the offset that an answer names. */
  FleetEvent at(JsonNode offset) {
    assertThat(offset.isIntegralNumber()).isTrue();
    return leading.journal().get(offset.asInt());
  }

  /** Where it answers. */
  URI url() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  HttpResponse<String> ask(String method, String path, String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    return http.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return ask("GET", path, "", NOTHING_MORE);
  }

  CompletableFuture<HttpResponse<String>> getLater(String path) {
    return http.sendAsync(
        request("GET", path, "", NOTHING_MORE), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest request(
      String method, String path, String body, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .header("Authorization", "Bearer " + TOKEN)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::setHeader);
    return request.build();
  }

  static JsonNode tree(HttpResponse<String> answer) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.mapper().readTree(answer.body());
  }

  static void assertPaths(JsonNode problem, String... paths) {
    assertThat(problem.path("errors").findValuesAsText("path")).containsExactly(paths);
  }

  static JsonNode problem(HttpResponse<String> answer, int status) throws IOException {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = Json.mapper().readTree(answer.body());
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("detail").asText()).isNotEmpty();
    return problem;
  }

  @Override
  public void close() {
    decisions.gate.countDown();
    server.close();
    api.close();
    leading.close();
    http.close();
  }
}
