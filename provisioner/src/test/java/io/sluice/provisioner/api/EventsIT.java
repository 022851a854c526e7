package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.id.ZoneId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsIT {
  private static final int PATIENCE_MILLIS = 30_000;

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
