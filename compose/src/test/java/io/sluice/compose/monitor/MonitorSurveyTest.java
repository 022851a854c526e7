package io.sluice.compose.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.compose.view.Status;
import io.sluice.compose.view.StatusText;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MonitorSurveyTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Instant AT = Instant.parse("2026-11-01T12:00:00Z");

  private final List<HttpServer> servers = new ArrayList<>();
  private final TreeMap<Integer, URI> places = new TreeMap<>();

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void aClusterThatIsWellHasNoWarnings() throws IOException {
    monitors(3);
    answers(1, "following", 3, decides(AT, 2));
    answers(2, "following", 3, "[]");
    answers(3, "leading", 3, "[]");

    Status status = status(AT.plusSeconds(1));

    assertThat(status.warns()).isFalse();
    assertThat(status.leader().orElseThrow().id()).isEqualTo(new MonitorId(3));
    assertThat(status.leader().orElseThrow().epoch()).isEqualTo(new Epoch(7));
    assertThat(text(status))
        .contains("leader: monitor 3, epoch 7, for 1 min 1 s")
        .contains("monitor 1  " + places.get(1) + "  following monitor 3")
        .contains("  wanted    2 servers; monitor 1 decides")
        .contains("  load      nothing (0 reporting), 1 s ago");
  }

  @Test
  void oneThatHangsAndAStrangerAreNotAsked() throws IOException {
    monitors(4);
    URI hangs = Objects.requireNonNull(places.get(1));
    URI stranger = Objects.requireNonNull(places.get(2));
    try (ServerSocket listens = new ServerSocket()) {
      listens.bind(new InetSocketAddress(hangs.getHost(), hangs.getPort()));
      HttpServer other =
          HttpServer.create(new InetSocketAddress(stranger.getHost(), stranger.getPort()), 0);
      servers.add(other);
      other.start();
      answers(3, "following", 4, "[]");

      assertThat(best()).contains(places.get(3));

      answers(4, "leading", 4, "[]");

      assertThat(best()).contains(places.get(4));
    }
  }

  private Optional<URI> best() {
    try (MonitorSurvey survey = new MonitorSurvey()) {
      return survey.bestOf(List.copyOf(places.values()));
    }
  }

  @Test
  void aMonitorThatDoesNotAnswerHasItsLineAndWarns() throws IOException {
    monitors(3);
    answers(1, "following", 3, decides(AT, 2));
    answers(3, "leading", 3, "[]");

    Status status = status(AT);

    assertThat(status.warns()).isTrue();
    assertThat(text(status))
        .containsSequence(
            "monitor 2  %s  away".formatted(places.get(2)), "  warning   can't be reached");
  }

  @Test
  void nobodyIsSaidToLeadWhenNobodySaysSo() throws IOException {
    monitors(2);
    answers(1, "doubting", 0, decides(AT, 2));

    Status status = status(AT.plusSeconds(5));

    assertThat(status.leader()).isEmpty();
    assertThat(text(status))
        .contains("leader: none")
        .contains(
            "warning  nobody leads; the last was monitor 3, epoch 7, since 2026-11-01T11:59:00Z");
  }

  @Test
  void oldLoadAndAZoneThatNobodyDecidesAreWarnedOf() throws IOException {
    monitors(1);
    answers(1, "leading", 1, "[]");

    assertThat(text(status(AT.plus(Duration.ofMinutes(3)))))
        .contains(
            "  warning   its load was last observed 3 min ago: nothing is decided on it since")
        .contains("  warning   no monitor decides on it at the moment");
  }

  @Test
  void aMonitorThatSaysThatItIsNotWellIsNotPassedOver() throws IOException {
    monitors(1);
    HttpServer server = answers(1, "leading", 1, decides(AT, 1));
    server.removeContext("/observe/health");
    answer(
        server,
        "/observe/health",
        503,
        "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"topology\",\"status\":\"DOWN\",\"data\":{\"state\":\"closed\"}}]}");

    assertThat(text(status(AT))).contains("  warning   topology: not well {\"state\":\"closed\"}");
  }

  @Test
  void whereNobodyAnswersNobodyIsFound() throws IOException {
    monitors(2);

    try (MonitorSurvey survey = new MonitorSurvey()) {
      assertThat(survey.of(List.copyOf(places.values())).anybody()).isFalse();
    }
  }

  private void monitors(int count) throws IOException {
    for (int id = 1; id <= count; id++) {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        places.put(id, URI.create("http://127.0.0.1:" + free.getLocalPort()));
      }
    }
  }

  private HttpServer answers(int id, String phase, int leader, String decides) throws IOException {
    URI place = Objects.requireNonNull(places.get(id));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(place.getHost(), place.getPort()), 0);
    servers.add(server);
    answer(server, "/alive", 200, "{\"id\":%d,\"leader\":%s}".formatted(id, leader == id));
    answer(
        server,
        "/election",
        200,
        "{\"phase\":\"%s\",%s\"epoch\":7,\"kafka\":true}"
            .formatted(phase, leader == 0 ? "" : "\"leader\":%d,".formatted(leader)));
    answer(server, "/observe/health", 200, "{\"status\":\"UP\",\"checks\":[]}");
    List<Map<String, Object>> all = new ArrayList<>();
    places.forEach((other, url) -> all.add(Map.of("id", other, "url", "http://away.invalid")));
    answer(
        server,
        "/v1/monitor",
        200,
        "{\"id\":%d,\"monitors\":%s,\"decides\":%s}"
            .formatted(id, Json.mapper().valueToTree(all), decides));
    answer(
        server, "/v1/zones", 200, Json.mapper().valueToTree(fleet().zones().values()).toString());
    server.start();
    return server;
  }

  private static Fleet fleet() {
    Instant before = AT.minusSeconds(60);
    return Fleet.EMPTY
        .apply(
            new JournalRecord(
                0, before, new FleetEvent.ZoneDeclared(ZONE, before, Actor.CONFIGURATION)))
        .apply(
            new JournalRecord(
                1,
                before,
                new FleetEvent.LeaderElected(
                    ZONE, before, new MonitorId(3), new Epoch(7), URI.create("http://m:1"))))
        .apply(
            new JournalRecord(
                2,
                AT,
                new FleetEvent.LoadObserved(
                    ZONE,
                    AT,
                    Duration.ofSeconds(10),
                    new TreeMap<>(),
                    0,
                    List.of(),
                    List.of(),
                    List.of())));
  }

  private static String decides(Instant time, int desired) {
    return "[{\"zone\":\"zone1\",\"time\":\"%s\",\"desired\":%d,\"pauses\":[]}]"
        .formatted(time, desired);
  }

  private static void answer(HttpServer server, String path, int status, String body) {
    server.createContext(path, exchange -> send(exchange, status, body));
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Status status(Instant now) {
    try (MonitorSurvey survey = new MonitorSurvey()) {
      return Status.of(survey.of(List.copyOf(places.values())), now);
    }
  }

  private static List<String> text(Status status) {
    StringWriter out = new StringWriter();
    StatusText.print(status, new PrintWriter(out, true));
    return out.toString().lines().toList();
  }
}
