package io.sluice.topology.decide;

import static io.sluice.topology.decide.History.between;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Cron;
import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ScalingRule.Schedule;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimiterTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void staysWithinTheLimitsAndSaysSo() {
    History history = History.running(between(1, 1));

    assertThat(history.observe(99)).isEmpty();
    assertThat(history.observe(1)).isEmpty();

    assertThat(history.weigh(history.cpu(99, 1)).evidence().limiters())
        .containsExactly(new Limit("max", 2, 1, "2 servers is above the policy's maximum of 1"));
    assertThat(history.weigh(history.cpu(1, 1)).evidence().limiters()).isEmpty();
  }

  @Test
  void neverFewerThanTheMinimum() {
    Step two = new Step(Metric.CPU, List.of(new Band(Optional.empty(), Optional.of(10.0), -2)));
    History history = History.running(History.policy(1, 5, two));

    assertThat(history.weigh(history.cpu(1, 1)).evidence().limiters())
        .containsExactly(new Limit("min", 0, 1, "0 servers is below the policy's minimum of 1"));
  }

  @Test
  void aThresholdNeverTakesTheLastServerOfAZoneThatMayHaveNone() {
    History history = History.running(between(0, 5));
    history.manual(1, Optional.empty());
    history.obey();

    assertThat(history.pass(Duration.ofMinutes(2)).observe(0)).isEmpty();
    assertThat(history.weigh(history.cpu(0, 1)).evidence().wishes().getFirst().sentence())
        .isEqualTo("cpu 0 % is below 10: stays at 1");
  }

  @Test
  void oneThatDoesNotGoKeepsNoLoadedZoneFromGrowing() {
    History history = History.running(between(1, 5));
    history.manual(2, Optional.empty());
    history.obey();
    history.pass(Duration.ofMinutes(2)).observe(5);
    history.draining(2);
    assertThat(history.desired()).isEqualTo(1);

    assertThat(history.observe(72).orElseThrow().to()).isEqualTo(2);
  }

  @Test
  void aNumberThatAScheduleCutHoldsAgainWhenItHasEnded() {
    // History.START is at midnight.
    Schedule noon =
        new Schedule(ZoneOffset.UTC, new Cron("10 * * * *"), new Cron("15 * * * *"), 1, 3);
    History history = History.running(History.policy(1, 9, Threshold.DEFAULT, noon));
    history.manual(6, Optional.of(history.time().plus(Duration.ofMinutes(40))));
    history.obey();
    history.pass(Duration.ofMinutes(11)).observe(50);
    history.obey();
    assertThat(history.desired()).isEqualTo(3);

    ScaleCommand command = history.pass(Duration.ofMinutes(5)).observe(50).orElseThrow();

    assertThat(command.to()).isEqualTo(6);
    assertThat(command.evidence().limiters())
        .singleElement()
        .satisfies(limit -> assertThat(limit.limiter()).isEqualTo("manual"));
  }

  @Test
  void followsNewLimitsAtOnce() {
    History history = History.running(between(3, 5));

    ScaleCommand command = history.policy(between(1, 2)).orElseThrow();

    assertThat(command.to()).isEqualTo(2);
    assertThat(command.stop()).containsExactly(history.server(3));
    assertThat(command.reason().code()).isEqualTo(ReasonCode.BOUNDS);
  }

  @Test
  void holdsWhenNobodyReports() {
    History history = History.running(between(1, 3));
    history.manual(2, Optional.empty());
    history.obey();

    assertThat(history.tell(history.load(Map.of(), 0, 1, 2))).isEmpty();
    assertThat(history.tell(history.cpu(1, 0, 1, 2))).isEmpty();
    assertThat(history.tell(history.cpu(99, 0, 1, 2))).isEmpty();
  }

  @Test
  void neverScalesInWhenAServerIsMissing() {
    History history = History.running(between(1, 3));
    history.manual(2, Optional.empty());
    history.obey();

    assertThat(history.tell(history.cpu(1, 1, 2))).isEmpty();

    assertThat(history.weigh(history.cpu(1, 1, 2)).evidence().limiters())
        .containsExactly(
            new Limit(
                "missing-data",
                1,
                2,
                "1 server did not report cpu: no scaling in on missing data"));
  }

  @Test
  void scalesOutWithMissingServersOnlyIfTheyCouldNotChangeTheWish() {
    History history = History.running(between(1, 5));
    history.manual(2, Optional.empty());
    history.obey();

    // (72 + 40) / 2 = 56 is not above 70, (99 + 40) / 2 is not either; of three, (99 + 99 + 40) is.
    assertThat(history.weigh(history.cpu(72, 1, 2)).to()).isEqualTo(2);
    assertThat(history.weigh(history.cpu(72, 1, 2)).evidence().limiters())
        .extracting(Limit::limiter)
        .containsExactly("missing-data");
    history.manual(3, Optional.empty());
    history.obey();
    assertThat(history.weigh(history.cpu(99, 2, 3)).to()).isEqualTo(4);
  }

  @Test
  void aServerThatBecameReadyAfterTheObservationCountsAsMissing() {
    History history = History.running(between(1, 5));
    history.observe(75);
    history.obey();

    // Only one of the two ready servers stands behind this: it was made before the other was ready.
    assertThat(history.tell(history.cpu(75, 1))).isEmpty();
    assertThat(history.tell(history.cpu(75, 2))).isPresent();
  }

  @Test
  void changesOneThingAtATime() {
    History history = History.running(between(1, 5));
    history.observe(80);

    assertThat(history.observe(80)).as("commanded").isEmpty();
    history.started(2);
    assertThat(history.observe(80)).as("starting").isEmpty();
    assertThat(history.weigh(history.cpu(80, 1)).evidence().limiters())
        .containsExactly(
            new Limit(
                "change-in-progress",
                3,
                2,
                "a change is in progress: 1 server ready (0 warming up), 1 not yet ready, 0 leaving,"
                    + " of 2 wanted"));
    history.ready(2);
    assertThat(history.observe(80)).as("ready").isPresent();
  }

  @Test
  void waitsUntilAServerOnItsWayOutIsGone() {
    History history = History.running(between(1, 3));
    history.manual(3, Optional.empty());
    history.obey();
    history.observe(5);

    assertThat(history.observe(5)).as("commanded").isEmpty();
    history.draining(3);
    assertThat(history.observe(5)).as("draining").isEmpty();
    history.stopped(3);
    assertThat(history.observe(5).orElseThrow().stop()).containsExactly(history.server(2));
  }

  @Test
  void aPauseHoldsItsDirectionOnlyAndEndsByItself() {
    History history = History.running(between(1, 5));
    history.manual(2, Optional.empty());
    history.obey();
    Instant until = history.time().plusSeconds(10);
    history.paused(Direction.OUT, Optional.of(until));

    assertThat(history.observe(80)).isEmpty();
    assertThat(history.weigh(history.cpu(80, 2)).evidence().limiters())
        .containsExactly(
            new Limit("pause", 3, 2, "alice paused scaling out until 2026-01-01T00:00:10Z"));
    assertThat(history.weigh(history.cpu(5, 2)).to()).isEqualTo(1);
    history.pass(Duration.ofSeconds(9));
    assertThat(history.observe(80)).isEmpty();
    history.pass(SECOND);
    assertThat(history.observe(80)).isPresent();
  }

  @Test
  void aPauseOfBothDirectionsEndsWhenItIsResumed() {
    History history = History.running(between(1, 5));
    history.manual(2, Optional.empty());
    history.obey();
    history.paused(Direction.BOTH, Optional.empty());

    assertThat(history.observe(80)).isEmpty();
    assertThat(history.observe(5)).isEmpty();
    history.resumed(Direction.IN);
    assertThat(history.observe(80)).isEmpty();
    assertThat(history.observe(5)).isPresent();
  }

  @Test
  void aPauseDoesNotStopHealing() {
    History history = History.running(between(1, 5));
    history.paused(Direction.BOTH, Optional.empty());

    assertThat(history.exited(1).orElseThrow().start()).containsExactly(history.server(2));
  }

  @Test
  void aNumberSetForATimeHoldsAgainstTheRules() {
    History history = History.running(between(1, 3));
    history.manual(2, Optional.of(history.time().plusSeconds(60)));
    history.obey();

    assertThat(history.observe(1)).isEmpty();
    assertThat(history.weigh(history.cpu(1, 2)).evidence().limiters())
        .containsExactly(
            new Limit("manual", 1, 2, "alice set 2 servers until 2026-01-01T00:01:00Z"));
    history.pass(Duration.ofSeconds(60));
    assertThat(history.observe(1)).isPresent();
  }
}
