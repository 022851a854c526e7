package io.sluice.topology.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ZoneRecordingTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final Actor ALICE = new Actor("alice");
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final CommandId COMMAND = new CommandId(ZONE, 1);

  private final ZoneRecording recording = new ZoneRecording(ZONE);
  private long offset;

  @Test
  void aServerThatJoinsDoesNotChangeTheDemandThoughTheWindowRemembersTheTimeBefore() {
    record(0, new ZoneDeclared(ZONE, at(0), ALICE));
    started(1, 0);
    record(1, new ServerReady(ZONE, at(1), ZONE.server(1)));
    record(50, observed(50, 80, 1, 0));
    started(2, 90);
    record(100, new ServerReady(ZONE, at(100), ZONE.server(2)));
    // Five seconds at 80 percent alone, and five at 40 with the second one.
    record(105, observed(105, 60, 1, 1));
    record(120, observed(120, 40, 2, 0));
    Curve.Cursor demand = recording.workload().demand().cursor();

    assertThat(demand.value(at(45).getEpochSecond())).isEqualTo(80, within(1e-9));
    assertThat(demand.value(at(100).getEpochSecond())).isEqualTo(80, within(1e-9));
    assertThat(demand.value(at(115).getEpochSecond())).isEqualTo(80, within(1e-9));
  }

  @Test
  void withoutAFactOfAServerTheDemandIsTheMeanTimesTheServersThatTheObservationNames() {
    record(0, observed(0, 30, 1, 1));
    record(10, observed(10, 50, 4, 0));
    Workload workload = recording.workload();

    assertThat(workload.capacity()).isEqualTo(100);
    assertThat(workload.from()).isEqualTo(at(-5));
    assertThat(workload.to()).isEqualTo(at(5));
    assertThat(workload.demand().cursor().value(at(-5).getEpochSecond())).isEqualTo(60);
    assertThat(workload.demand().cursor().value(at(0).getEpochSecond())).isEqualTo(130);
    assertThat(workload.demand().cursor().value(at(5).getEpochSecond())).isEqualTo(200);
  }

  @Test
  void whereNobodyReportedNothingIsKnown() {
    record(0, observed(0, 30, 1, 0));
    record(
        1,
        new LoadObserved(
            ZONE,
            at(1),
            WINDOW,
            new TreeMap<>(),
            0,
            List.of(ZONE.server(1)),
            List.of(),
            List.of()));
    record(2, observed(2, 40, 1, 0));

    assertThat(recording.workload().demand().size()).isEqualTo(2);
  }

  @Test
  void aHistoryWithoutObservationsIsRefused() {
    record(0, new ZoneDeclared(ZONE, at(0), ALICE));

    assertThatThrownBy(recording::workload)
        .hasMessageContaining(
            "history: zone zone1: is 0 observations of cpu, expected at least 2 in its journal");
  }

  @Test
  void timingsAreTheMediansOfWhatWasRecorded() {
    assertThat(recording.timings()).isEqualTo(FleetTimings.DEFAULT);

    int[] startUps = {2, 90, 3};
    for (int i = 0; i < startUps.length; i++) {
      started(i + 1, 100 * i);
      record(100 * i + startUps[i], new ServerReady(ZONE, at(0), ZONE.server(i + 1)));
    }
    stopped(1, 400, 7);

    assertThat(recording.timings())
        .isEqualTo(new FleetTimings(Duration.ofSeconds(3), Duration.ofSeconds(7)));
  }

  @Test
  void whatWasRecordedIsScoredLikeAPolicy() {
    record(0, new ZoneDeclared(ZONE, at(0), ALICE));
    record(0, new PolicyChanged(ZONE, at(0), 1, Loads.immediate(1, 9), ALICE));
    started(1, 0);
    record(5, new ServerReady(ZONE, at(5), ZONE.server(1)));
    record(25, observed(25, 60, 1, 0));
    record(60, new ManualScaleRequested(ZONE, at(60), 2, Optional.empty(), ALICE));
    started(2, 60);
    record(70, new ServerReady(ZONE, at(70), ZONE.server(2)));
    record(125, observed(125, 60, 2, 0));

    Outcome outcome = run(20, 120).getFirst();

    // One server in 20 to 59, two running in 60 to 119, of which the second was ready in 70.
    assertThat(outcome.name()).isEqualTo("recorded");
    assertThat(outcome.serverHours() * 3_600).isEqualTo(40 + 2 * 60, within(1e-9));
    assertThat(outcome.actions()).isEqualTo(1);
    assertThat(outcome.minServers()).isEqualTo(1);
    assertThat(outcome.maxServers()).isEqualTo(2);
    // The demand rises from 60 to 120 in 100 s; in second 69 one server met 89.4.
    assertThat(outcome.worstLoad()).isEqualTo(89.4, within(1e-9));
  }

  @Test
  void aPolicyBeginsWithTheServersThatWereReady() {
    record(0, new ZoneDeclared(ZONE, at(0), ALICE));
    for (int i = 1; i <= 3; i++) {
      started(i, 0);
      record(1, new ServerReady(ZONE, at(1), ZONE.server(i)));
    }
    record(30, observed(30, 20, 3, 0));
    record(90, observed(90, 20, 3, 0));

    assertThat(run(30, 80).getLast().maxServers()).isEqualTo(3);
  }

  private List<Outcome> run(int from, int to) {
    WhatIf whatIf = new WhatIf(recording.workload(), recording.timings(), 80, at(from), at(to));
    return whatIf
        .run(
            Optional.of(recording),
            List.of(new NamedPolicy("still", Loads.immediate(1, 9))),
            seconds -> {})
        .report()
        .policies();
  }

  private void started(int server, int second) {
    record(
        second,
        new ServerStarted(
            ZONE,
            at(second),
            ZONE.server(server),
            COMMAND,
            URI.create("http://127.0.0.1:5001"),
            "1",
            Epoch.NONE));
  }

  private void stopped(int server, int second, int drain) {
    record(second, new ServerDraining(ZONE, at(second), ZONE.server(server), COMMAND));
    record(second + drain, new ServerDrained(ZONE, at(second), ZONE.server(server)));
    record(second + drain, new ServerStopped(ZONE, at(second), ZONE.server(server), "asked"));
  }

  private static LoadObserved observed(int second, double cpu, int reporting, int warming) {
    return new LoadObserved(
        ZONE,
        at(second),
        WINDOW,
        new TreeMap<>(Map.of(Metric.CPU, cpu)),
        reporting,
        List.of(),
        warming == 0 ? List.of() : List.of(ZONE.server(9)),
        List.of());
  }

  private void record(int second, FleetEvent fact) {
    recording.add(new JournalRecord(offset++, at(second), fact));
  }

  private static Instant at(int second) {
    return Loads.START.plusSeconds(second);
  }
}
