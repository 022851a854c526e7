package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.webserver.WebServer;
import io.sluice.provisioner.leadership.LeadershipState;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A monitor that does not lead, in front of one that does. */
class ForwardingIT {
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicReference<Optional<URI>> leader = new AtomicReference<>(Optional.empty());
  private LeadingApi leading;
  private WebServer follower;

  @BeforeEach
  void start() throws IOException {
    leading = new LeadingApi();
    leader.set(Optional.of(leading.url()));
    LeaderClient desk = new LeaderClient(Apis.neverSought(), () -> LeadershipState.NONE);
    Forwarding forwarding = new Forwarding(desk, leader::get);
    follower =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .routing(routing -> {
              new ScalingCalls(desk, new Token(LeadingApi.TOKEN))
                  .routes()
                  .forEach(route ->
                      routing.route(route.method(), route.path(), forwarding.of(route.handler())));
              routing.error(
                  Refusal.class,
                  (request, response, refusal) ->
                      Answers.problem(
                          response, refusal.status(), Problem.of(refusal.status(), refusal)));
            })
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    follower.stop();
    leading.close();
    http.close();
  }

  @Test
  void aChangeAskedOfAFollowerIsRecordedByTheLeaderUnderItsActor() throws Exception {
    HttpResponse<String> answer = scale("{\"servers\":2}", Map.of("Sluice-Actor", "eva"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode body = Json.mapper().readTree(answer.body());
    assertThat(body.path("actor").asText()).isEqualTo("eva");
    assertThat(leading.at(body.at("/at/offset"))).hasFieldOrPropertyWithValue("servers", 2);
  }

  @Test
  void whatTheLeaderRefusesIsRefusedWithItsReason() throws Exception {
    HttpResponse<String> answer = scale("{\"servers\":-1}", Map.of());

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).contains("servers");
  }

  @Test
  void aCallThatWasPassedOnAlreadyIsNotPassedOnAgain() throws Exception {
    HttpResponse<String> answer = scale("{\"servers\":2}", Map.of("Sluice-Forwarded", "1"));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("does not lead");
  }

  @Test
  void aLeaderThatDoesNotAnswerIsSaidSo() throws Exception {
    leader.set(Optional.of(URI.create("http://127.0.0.1:1")));
    HttpResponse<String> answer = scale("{\"servers\":2}", Map.of());

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("http://127.0.0.1:1", "does not answer");
  }

  private HttpResponse<String> scale(String body, Map<String, String> headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + follower.port() + "/v1/zones/zone1/scale"))
            .header("Authorization", "Bearer " + LeadingApi.TOKEN)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
