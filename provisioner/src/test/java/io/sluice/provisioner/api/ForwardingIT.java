package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.webserver.WebServer;
import io.sluice.provisioner.leadership.LeadershipState;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.id.MonitorId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
    Forwarding forwarding = new Forwarding(new MonitorId(2), desk, leader::get);
    Admission admission = new Admission(LeadingApi.TOKENS);
    follower =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .routing(routing ->
                MonitorApi.add(new ScalingCalls(desk).routes(), admission, forwarding, routing))
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

  private static Stream<String> pathsWithTwoReadings() {
    return Stream.of(
        "//%s/../v1/zones/zone1/scale",
        "///%s/../v1/zones/zone1/scale",
        "/../v1/zones/zone1/scale",
        "/v1/./zones/zone1/scale",
        "/v1//zones/zone1/scale",
        "/v1/x/../zones/zone1/scale",
        "/v1/%%2e%%2e/v1/zones/zone1/scale",
        "/v1/.%%2E/v1/zones/zone1/scale",
        "/%%2f%s/..%%2fv1/zones/zone1/scale",
        "/v1/zones/zone1%%2fscale",
        "/v1/zones/..%%2f..%%2fzone1/scale",
        "/v1/zones/zone1;x=//%s/scale",
        "/v1;a=b/zones/zone1/scale",
        "/v1\\zones\\zone1\\scale",
        "/v1/zones/%%5c%%5c%s/scale",
        "/v1/zones/zone1%%00/scale",
        "/v1/zones/zone1%%252fx/scale",
        "/v1/zones/zone1%%0d%%0aX:%%20y/scale",
        "/v1/zones/%%ff/scale",
        "http://%s/v1/zones/zone1/scale",
        "http://%s/../v1/zones/zone1/scale",
        "//user@%s/../v1/zones/zone1/scale",
        "/v1/zones/zone1/scale#@%s",
        "v1/zones/zone1/scale",
        "*");
  }

  @ParameterizedTest
  @MethodSource("pathsWithTwoReadings")
  void aPathThatCanBeReadInTwoWaysGoesNowhere(String target) throws Exception {
    try (ServerSocket elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String path = target.formatted("127.0.0.1:" + elsewhere.getLocalPort());

      for (String token : List.of("", "Authorization: Bearer " + LeadingApi.TOKEN + "\r\n")) {
        RawHttp.Answer answer = RawHttp.ask(follower.port(), post(path, token));

        assertThat(answer.status()).as(path).isEqualTo(400);
      }
      elsewhere.setSoTimeout(100);
      assertThatThrownBy(elsewhere::accept).isInstanceOf(SocketTimeoutException.class);
      assertThat(leading.leading.journal()).noneMatch(fact -> fact instanceof ManualScaleRequested);
    }
  }

  @Test
  void nothingGoesOnWithoutTheOperatorsToken() throws Exception {
    try (ServerSocket leads = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      leader.set(Optional.of(URI.create("http://127.0.0.1:" + leads.getLocalPort())));

      String path = "/v1/zones/zone1/scale";
      assertThat(RawHttp.ask(follower.port(), post(path, "")).status()).isEqualTo(401);
      assertThat(RawHttp.ask(follower.port(), post(path, bearer("wrong"))).status()).isEqualTo(401);
      RawHttp.Answer balancers =
          RawHttp.ask(follower.port(), post(path, bearer(LeadingApi.TOKENS.balancer())));
      assertThat(balancers.status()).isEqualTo(403);
      assertThat(balancers.body()).contains("a token of balancers", "expected that of operators");
      leads.setSoTimeout(100);
      assertThatThrownBy(leads::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void whatGoesOnIsMadeAnewAndWhatTheCallerAddedStaysBehind() throws Exception {
    try (ServerSocket leads = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      leader.set(Optional.of(URI.create("http://127.0.0.1:" + leads.getLocalPort())));
      String headers =
          bearer(LeadingApi.TOKEN)
              + "Sluice-Actor: eva\r\nCookie: a=b\r\nX-Forwarded-Host: evil\r\n"
              + "Proxy-Authorization: Basic eA==\r\nConnection: X-Mine\r\nX-Mine: y\r\n";

      try (Socket client = RawHttp.connect("127.0.0.1", follower.port())) {
        RawHttp.send(client, post("/v1/zones/a%20b%C3%BC/scale", headers));
        try (Socket asked = leads.accept()) {
          String head = RawHttp.head(asked.getInputStream());
          RawHttp.send(
              asked,
              String.join(
                  "\r\n",
                  "HTTP/1.1 307 Moved",
                  "Location: http://127.0.0.1:1/",
                  "Set-Cookie: c=d",
                  "Content-Length: 0",
                  "",
                  ""));

          assertThat(head)
              .startsWith("POST /v1/zones/a%20b%C3%BC/scale HTTP/1.1\r\n")
              .contains("Authorization: Bearer " + LeadingApi.TOKEN, "Sluice-Actor: eva")
              .contains("Sluice-Forwarded: 2")
              .doesNotContain("Cookie", "evil", "Proxy", "X-Mine");
        }
        RawHttp.Answer answer = RawHttp.answer(client.getInputStream());
        assertThat(answer.status()).isEqualTo(307);
        assertThat(answer.head()).doesNotContain("Location", "Set-Cookie");
      }
    }
  }

  @Test
  void whereAThingWasMadeIsToldAsAPathOfThisMonitor() throws Exception {
    try (ServerSocket leads = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      leader.set(Optional.of(URI.create("http://127.0.0.1:" + leads.getLocalPort())));

      try (Socket client = RawHttp.connect("127.0.0.1", follower.port())) {
        RawHttp.send(client, post("/v1/zones/zone1/scale", bearer(LeadingApi.TOKEN)));
        try (Socket asked = leads.accept()) {
          RawHttp.head(asked.getInputStream());
          RawHttp.send(
              asked, "HTTP/1.1 201 Created\r\nLocation: /v1/zones/z\r\nContent-Length: 0\r\n\r\n");
        }
        RawHttp.Answer answer = RawHttp.answer(client.getInputStream());
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.head()).contains("Location: /v1/zones/z");
      }
    }
  }

  @Test
  void aLeaderThatAnswersWithoutAnEndIsGivenUp() throws Exception {
    try (ServerSocket leads = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      leader.set(Optional.of(URI.create("http://127.0.0.1:" + leads.getLocalPort())));

      try (Socket client = RawHttp.connect("127.0.0.1", follower.port())) {
        RawHttp.send(client, post("/v1/zones/zone1/scale", bearer(LeadingApi.TOKEN)));
        try (Socket asked = leads.accept()) {
          RawHttp.head(asked.getInputStream());
          RawHttp.send(asked, "HTTP/1.1 200 OK\r\nContent-Length: 4000000\r\n\r\n");
          RawHttp.Answer answer = pumped(asked, () -> RawHttp.answer(client.getInputStream()));
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.body()).contains("does not answer");
        }
      }
    }
  }

  /** Writes to a socket as long as somebody reads, while something is awaited. */
  private static <T> T pumped(Socket socket, Callable<T> awaited) throws Exception {
    Thread pump =
        Thread.ofVirtual()
            .start(() -> {
              try {
                for (int i = 0; i < 4_000_000; i += 1000) {
                  socket.getOutputStream().write(new byte[1000]);
                }
              } catch (IOException nobodyReads) {
                // As it is to be.
                return;
              }
            });
    T result = awaited.call();
    pump.join();
    return result;
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token + "\r\n";
  }

  private static String post(String target, String headers) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: 13\r\n\r\n{\"servers\":2}"
        .formatted(target, headers);
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
