package io.sluice.provisioner.api;

import static io.sluice.provisioner.api.LeadingApi.NOTHING_MORE;
import static io.sluice.provisioner.api.LeadingApi.problem;
import static io.sluice.provisioner.api.LeadingApi.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a monitor answers about moments and times that are past, and what it refuses. */
class HistoryQuestionsIT {
  private static final String NOON = "2026-11-01T13:00:00%2B01:00";

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
  void zonesAreToldAsTheyWere() throws Exception {
    assertThat(tree(get("/v1/zones?at=" + NOON)).path("moment").asText())
        .isEqualTo("2026-11-01T12:00:00Z");
    JsonNode one = tree(get("/v1/zones/zone1?at=" + NOON));
    assertThat(one.path("zone").asText()).isEqualTo("zone1");
    assertThat(one.path("moment").asText()).isEqualTo("2026-11-01T12:00:00Z");
    problem(get("/v1/zones/zone9?at=" + NOON), 404);
  }

  @Test
  void aSeriesHasAsManyPointsAsFitOnAScreen() throws Exception {
    JsonNode hour =
        tree(get("/v1/zones/zone1/series?from=2026-11-01T11:00:00Z&to=2026-11-01T12:00:00Z"));
    assertThat(hour.path("step").asText()).isEqualTo("PT12S");
    problem(
        get("/v1/zones/zone1/series?from=2026-11-01T11:00:00Z&to=2026-11-01T12:00:00Z&step=1s"),
        400);
    problem(get("/v1/zones/zone1/series?from=2026-11-01T12:00:00Z&to=2026-11-01T11:00:00Z"), 400);
    problem(get("/v1/zones/zone1/series?step=soon"), 400);
    problem(get("/v1/zones/zone9/series"), 404);
  }

  @Test
  void commandsComePageByPage() throws Exception {
    HttpResponse<String> page =
        get("/v1/commands?zone=zone1&limit=2&from=2026-11-01T11:00:00Z&to=" + NOON);
    assertThat(tree(page)).hasSize(2);
    CommandsQuestion first = api.decisions.asked.orElseThrow();
    assertThat(first.zone()).contains(new ZoneId("zone1"));
    assertThat(first.from()).isEqualTo(Instant.parse("2026-11-01T11:00:00Z"));
    assertThat(first.to()).isEqualTo(Instant.parse("2026-11-01T12:00:00Z"));

    String link = page.headers().firstValue("Link").orElseThrow();
    assertThat(link).matches("<(.*)>; rel=\"next\"");
    assertThat(tree(get(link.substring(1, link.indexOf('>'))))).hasSize(2);
    CommandsQuestion second = api.decisions.asked.orElseThrow();
    assertThat(second.before())
        .contains(
            new CommandsQuestion.Place(
                FakeDecisions.COMMAND.at(), new CommandId(new ZoneId("zone1"), 7)));
    assertThat(second.from()).isEqualTo(first.from());
    assertThat(second.to()).isEqualTo(first.to());
    assertThat(get("/v1/commands?limit=100").headers().firstValue("Link")).isEmpty();
  }

  @Test
  void whatNoMomentIsIsRefused() throws Exception {
    String future = Instant.now().plus(Duration.ofHours(1)).toString();
    for (String time :
        List.of(
            "noon",
            "",
            "2026-11-01",
            "2026-11-01T12:00:00",
            "2026-13-01T12:00:00Z",
            "1969-12-31T23:59:59Z",
            "%2B999999999-12-31T23:59:59Z",
            "-999999999-01-01T00:00:00Z",
            future)) {
      problem(get("/v1/zones?at=" + time), 400);
      problem(get("/v1/zones/zone1?at=" + time), 400);
      problem(get("/v1/zones/zone1/explain?at=" + time), 400);
      problem(get("/v1/zones/zone1/series?from=" + time), 400);
      problem(get("/v1/commands?from=" + time), 400);
    }
    problem(get("/v1/commands?from=2026-11-01T12:00:00Z&to=2026-11-01T11:00:00Z"), 400);
    problem(get("/v1/commands?to=later"), 400);
    for (String place : List.of("zone1@7", ",", "2026-11-01T12:00:00Z", "noon,zone1@7", "x,")) {
      problem(get("/v1/commands?before=" + place), 400);
    }
  }

  @Test
  void aParameterThatIsNotKnownOrStandsTwiceIsRefusedByName() throws Exception {
    for (String path :
        List.of(
            "/v1/zones?At=" + NOON,
            "/v1/zones/zone1?moment=" + NOON,
            "/v1/zones/zone1/series?form=2026-11-01T11:00:00Z",
            "/v1/zones/zone1/load?since=1h",
            "/v1/zones/zone1/explain?time=" + NOON,
            "/v1/zones/zone1/policy?at=" + NOON,
            "/v1/commands?zones=zone1",
            "/v1/commands?x",
            "/v1/commands/zone1@7?zone=zone1",
            "/v1/events?zone1",
            "/v1/monitor?id=1",
            "/containers?detail=true",
            "/alive?a=b",
            "/openapi?format=json")) {
      String name = path.substring(path.indexOf('?') + 1).split("=", 2)[0];
      assertThat(problem(get(path), 400).path("detail").asText())
          .contains("parameter '" + name + "'");
    }
    for (String path :
        List.of(
            "/v1/zones?at=" + NOON + "&at=" + NOON,
            "/v1/zones/zone1/series?step=10s&step=1m",
            "/v1/commands?limit=1&limit=1",
            "/v1/commands?zone=zone1&zone=zone2")) {
      assertThat(problem(get(path), 400).path("detail").asText()).contains("2 times");
    }
    assertThat(problem(put("/v1/zones/zone1/policy?dryRun=true"), 400).path("detail").asText())
        .contains("parameter 'dryRun'");
    assertThat(problem(get("/v1/zones?" + "x".repeat(2_000)), 400).path("detail").asText())
        .hasSizeLessThan(300);
  }

  @Test
  void aFlagIsTrueOrFalse() throws Exception {
    for (String flag : List.of("", "yes", "TRUE", "1")) {
      problem(get("/containers?details=" + flag), 400);
      problem(get("/v1/events?load=" + flag), 400);
    }
    assertThat(get("/containers?details=false").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> put(String path) throws Exception {
    return api.ask("PUT", path, "{}", Map.of("Authorization", "Bearer " + LeadingApi.TOKEN));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return api.ask("GET", path, "", NOTHING_MORE);
  }
}
