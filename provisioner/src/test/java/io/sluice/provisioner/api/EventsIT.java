package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.id.ZoneId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsIT {
  private static final int PATIENCE_MILLIS = 30_000;

  /** More than sockets hold of what nobody reads. */
  private static final int MANY_FACTS = 5000;

  private LeadingApi leading;

  @BeforeEach
  void start() throws IOException {
    leading = new LeadingApi();
  }

  @AfterEach
  void stop() {
    leading.close();
  }

  @Test
  void factsComeAsTheyAreRecordedAndAWatcherThatComesBackMissesNone() throws Exception {
    leading.events.write(fact("zone1", 1));
    String last;
    try (BufferedReader stream = watch("")) {
      assertThat(stream.readLine()).isEqualTo("id: 0:1");
      assertThat(stream.readLine()).isEqualTo("event: begin");
      skip(stream, 2);
      leading.events.write(fact("zone1", 2));
      last = stream.readLine();
      assertThat(last).isEqualTo("id: 0:2");
      assertThat(stream.readLine()).isEqualTo("event: fact");
      assertThat(stream.readLine()).contains("\"offset\":1", "scaling-resumed");
    }

    leading.events.write(fact("zone1", 3));
    try (BufferedReader stream = watch(last.substring("id: ".length()))) {
      skip(stream, 4);
      assertThat(stream.readLine()).isEqualTo("id: 0:3");
    }
  }

  @Test
  void onlyFactsOfTheZoneAreShownWhereOneIsNamed() throws Exception {
    leading.events.write(fact("zone2", 1));
    leading.events.write(fact("zone1", 2));
    try (BufferedReader stream = watch("0:0", "?zone=zone1")) {
      skip(stream, 4);
      assertThat(stream.readLine()).isEqualTo("id: 0:2");
      skip(stream, 1);
      assertThat(stream.readLine()).contains("\"zone\":\"zone1\"");
    }
  }

  @Test
  void anIdThatNoEventCarriedIsRefused() throws Exception {
    LeadingApi.problem(
        leading.ask("GET", "/v1/events", "", Map.of("Last-Event-ID", "yesterday")), 400);
    LeadingApi.problem(leading.get("/v1/events?zone=zone9"), 404);
  }

  @Test
  void watchersThatDoNotReadAreCutOffAndHoldUpNobodyElse() throws Exception {
    for (int second = 0; second < MANY_FACTS; second++) {
      leading.events.write(fact("zone1", second));
    }
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < EventCalls.WATCHERS_PER_CALLER_MAX; i++) {
        Socket socket = RawHttp.connect("127.0.0.1", leading.url().getPort());
        silent.add(socket);
        RawHttp.send(socket, watching(""));
        assertThat(RawHttp.head(socket.getInputStream())).startsWith("HTTP/1.1 200");
      }

      assertThat(status("127.0.0.1", "")).isEqualTo(429);
      assertThat(status("127.0.0.2", "")).isEqualTo(200);
      assertThat(status("127.0.0.1", "Authorization: Bearer " + LeadingApi.TOKEN + "\r\n"))
          .isEqualTo(200);
      // What they have not read by then is not waited for.
      await()
          .atMost(EventCalls.WRITE_MAX.multipliedBy(3))
          .until(() -> status("127.0.0.1", "") == 200);
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void theEndOfAMonitorDoesNotWaitForAWatcherThatDoesNotRead() throws Exception {
    for (int second = 0; second < MANY_FACTS; second++) {
      leading.events.write(fact("zone1", second));
    }
    try (Socket silent = RawHttp.connect("127.0.0.1", leading.url().getPort())) {
      RawHttp.send(silent, watching(""));
      assertThat(RawHttp.head(silent.getInputStream())).startsWith("HTTP/1.1 200");

      Thread end = Thread.ofVirtual().start(leading::close);

      assertThat(end.join(EventCalls.WRITE_MAX.dividedBy(2))).isTrue();
    }
  }

  private int status(String from, String headers) throws IOException {
    try (Socket socket = RawHttp.connect(from, leading.url().getPort())) {
      RawHttp.send(socket, watching(headers));
      return Integer.parseInt(RawHttp.head(socket.getInputStream()).split(" ", 3)[1]);
    }
  }

  private static String watching(String headers) {
    return "GET /v1/events?lastEventId=0:0 HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  }

  private BufferedReader watch(String lastEventId) throws IOException, URISyntaxException {
    return watch(lastEventId, "");
  }

  private BufferedReader watch(String lastEventId, String query)
      throws IOException, URISyntaxException {
    HttpURLConnection connection =
        (HttpURLConnection) new URI(leading.url() + "/v1/events" + query).toURL().openConnection();
    connection.setReadTimeout(PATIENCE_MILLIS);
    if (!lastEventId.isEmpty()) {
      connection.setRequestProperty("Last-Event-ID", lastEventId);
    }
    assertThat(connection.getContentType()).isEqualTo("text/event-stream");
    return new BufferedReader(
        new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
  }

  private static void skip(BufferedReader stream, int lines) throws IOException {
    for (int i = 0; i < lines; i++) {
      assertThat(stream.readLine()).isNotNull();
    }
  }

  private static FleetEvent fact(String zone, int second) {
    return new ScalingResumed(
        new ZoneId(zone), Instant.ofEpochSecond(second), Direction.BOTH, new Actor("eva"));
  }
}
