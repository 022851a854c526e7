package io.sluice.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.decide.ZoneState;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTopologyTest {
  @TempDir private Path before;
  @TempDir private Path after;

  @Test
  void goesOnFromTheChangelogAsIfNothingHadHappened() {
    ZoneId zone = new ZoneId("zone1");
    Map<ZoneId, ZoneState> kept;
    Instant end;
    try (Loop loop = new Loop(before)) {
      loop.zone("zone1", ZonePolicy.DEFAULT);
      loop.load(zone, 12, 90);
      assertThat(loop.commands().getLast().start()).containsExactly(zone.server(2));
      loop.started(zone.server(2), loop.commands().getLast().id());
      kept = loop.changelog();
      end = loop.now();
    }

    try (Loop loop = new Loop(after, end)) {
      loop.restore(kept);
      assertThat(loop.state(zone)).isEqualTo(kept.get(zone));

      loop.pass(Duration.ofSeconds(3));
      assertThat(loop.commands()).as("nothing is started twice").isEmpty();
      loop.fact(new ServerReady(zone, loop.now(), zone.server(2)));
      loop.load(zone, 15, 90);
      ScaleCommand next = loop.commands().getLast();
      assertThat(next.from()).isEqualTo(2);
      assertThat(next.start()).containsExactly(zone.server(3));
    }
  }

  @Test
  void afterARestartServersAreMissingUntilTheyReportAgainAndNobodyScalesIn() {
    ZoneId zone = new ZoneId("zone1");
    Map<ZoneId, ZoneState> kept;
    Instant end;
    try (Loop loop = new Loop(before)) {
      loop.zone("zone1", new ZonePolicy(2, 3, Duration.ofSeconds(10), ZonePolicy.DEFAULT.rules()));
      loop.load(zone, 3, 5);
      kept = loop.changelog();
      end = loop.now();
    }

    try (Loop loop = new Loop(after, end)) {
      loop.restore(kept);
      loop.pass(Duration.ofSeconds(3));
      var silent = loop.observations(zone);
      assertThat(silent)
          .isNotEmpty()
          .allSatisfy(observed ->
              assertThat(observed.missing()).containsExactly(zone.server(1), zone.server(2)));

      loop.load(zone, 4, 50);
      assertThat(loop.observations(zone).getLast().missing()).isEmpty();
      assertThat(loop.commands()).isEmpty();
    }
  }

  @Test
  void aBacklogOfOldReportsIsNotTakenForTheLoadOfNow() {
    ZoneId zone = new ZoneId("zone1");
    try (Loop loop = new Loop(before)) {
      loop.zone("zone1", ZonePolicy.DEFAULT.with(Limits.NONE));
      // Ten minutes of high load that nobody read in time come within three seconds.
      Instant first = loop.now().minusSeconds(600);
      for (int second = 0; second < 600; second++) {
        Instant then = first.plusSeconds(second);
        loop.report(zone.server(1), 95, then, then);
        if (second % 20 == 0) {
          loop.pass(Duration.ofMillis(100));
        }
      }
      assertThat(loop.observations(zone))
          .allSatisfy(observed -> assertThat(observed.reporting()).isZero());
      assertThat(loop.commands()).hasSize(1);

      loop.load(zone, 5, 40);

      assertThat(loop.observations(zone).getLast().reporting()).isEqualTo(1);
    }
  }
}
