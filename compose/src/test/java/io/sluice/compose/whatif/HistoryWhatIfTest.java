package io.sluice.compose.whatif;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.whatif.NamedPolicy;
import io.sluice.topology.whatif.Outcome;
import io.sluice.topology.whatif.Report;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HistoryWhatIfTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final int OBSERVATIONS = 1_800;
  private static final NamedPolicy HALF =
      new NamedPolicy(
          "half", new ZonePolicy(1, 9, WINDOW, List.of(new Target(Metric.CPU, 50, 0.1))));

  private final Pieces history = new Pieces();

  /** Two servers at 90 percent for half an hour, and beside it what is none of the zone's facts. */
  @BeforeEach
  void twoBusyServers() {
    Actor alice = new Actor("alice");
    at(0, new ZoneDeclared(ZONE, START, alice));
    for (int i = 1; i <= 2; i++) {
      at(
          0,
          new ServerStarted(
              ZONE,
              START,
              ZONE.server(i),
              new CommandId(ZONE, 0),
              URI.create("http://127.0.0.1:5001"),
              "1",
              Epoch.NONE));
      at(3, new ServerReady(ZONE, START, ZONE.server(i)));
    }
    at(3, new PolicyChanged(ZONE, START, 1, new ZonePolicy(2, 2, WINDOW, List.of()), alice));
    history.addBytes(START, "zone1".getBytes(UTF_8), "no fact".getBytes(UTF_8));
    at(4, observed(new ZoneId("zone2"), 5));
    for (int second = 20; second <= 20 + OBSERVATIONS; second++) {
      at(second, observed(ZONE, 90));
    }
  }

  @Test
  void comparesPoliciesWithWhatReallyHappened() {
    Report report = report(Optional.empty(), Optional.empty());

    Outcome recorded = report.policies().getFirst();
    assertThat(recorded.name()).isEqualTo("recorded");
    assertThat(recorded.serverHours()).isEqualTo(1, within(1e-9));
    assertThat(recorded.worstLoad()).isEqualTo(90, within(1e-9));
    assertThat(recorded.overTargetShare()).isEqualTo(1);
    Outcome half = report.policies().getLast();
    // 180 percent of a server need four of them for 50 percent.
    assertThat(half.name()).isEqualTo("half");
    assertThat(half.minServers()).isEqualTo(2);
    assertThat(half.maxServers()).isEqualTo(4);
    assertThat(half.actions()).isEqualTo(1);
    assertThat(report.startUp()).isEqualTo(Duration.ofSeconds(3));
    assertThat(report.source()).isEqualTo("the journal of zone1");
  }

  @Test
  void looksAtTheStretchThatIsAskedFor() {
    Report report = report(Optional.of(START.plusSeconds(60)), Optional.of(START.plusSeconds(120)));

    assertThat(report.policies().getFirst().serverHours()).isEqualTo(2 / 60.0, within(1e-9));
    assertThatThrownBy(() -> report(Optional.of(START.minusSeconds(60)), Optional.empty()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("zone zone1: is 2025-12-31T23:59:00Z to")
        .hasMessageContaining(
            "expected times within the journal of zone1, 2026-01-01T00:00:15Z to");
  }

  @Test
  void aZoneWithoutHistoryIsRefused() {
    assertThatThrownBy(() ->
            new HistoryWhatIf(history)
                .report(List.of(HALF), new ZoneId("zone9"), Optional.empty(), Optional.empty()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("zone zone9: is 0 observations of cpu");
  }

  @Test
  void aFactOfANewerReleaseIsRefusedSinceItsPartIsNotKnown() {
    history.addBytes(
        START,
        "zone1".getBytes(UTF_8),
        "{\"type\":\"zone-moved\",\"version\":1,\"zone\":\"zone1\"}".getBytes(UTF_8));

    assertThatThrownBy(() -> report(Optional.empty(), Optional.empty()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is 'zone-moved', expected a fact that this release knows");
  }

  @Test
  void theReportIsAnObjectForPrograms() throws Exception {
    JsonNode json =
        Json.mapper()
            .readTree(Json.mapper().writeValueAsString(report(Optional.empty(), Optional.empty())));

    JsonNode half = json.at("/policies/1");
    assertThat(half.path("name").asText()).isEqualTo("half");
    for (String field :
        List.of("serverHours", "overTargetShare", "worstLoad", "actions", "flaps")) {
      assertThat(half.path(field).isNumber()).as(field).isTrue();
    }
    assertThat(json.path("startUp").asText()).isEqualTo("PT3S");
  }

  private Report report(Optional<Instant> from, Optional<Instant> to) {
    return new HistoryWhatIf(history).report(List.of(HALF), ZONE, from, to);
  }

  private void at(int second, FleetEvent fact) {
    history.add(START.plusSeconds(second), fact);
  }

  private static LoadObserved observed(ZoneId zone, double cpu) {
    return new LoadObserved(
        zone,
        START,
        WINDOW,
        new TreeMap<>(Map.of(Metric.CPU, cpu)),
        2,
        List.of(),
        List.of(),
        List.of());
  }
}
