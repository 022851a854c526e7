package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Direction;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A broker's clock that jumps hours ahead, for one record or for more, and is right again. */
class ClockTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void theFoldFollowsAClockThatWasPutRightAfterFiveRecords() {
    History history = jumped(History.between(1, 3));
    Instant ahead = history.state().time();

    for (int record = 1; record < Clock.ROW_MAX; record++) {
      history.pass(SECOND).observe(50);
      assertThat(history.state().time()).isEqualTo(ahead);
    }
    history.pass(SECOND).observe(50);

    assertThat(history.state().time()).isEqualTo(history.time());
    assertThat(history.state().progress().clock().highest()).isEqualTo(ahead);
  }

  @Test
  void aRecordThatIsALittleEarlierNeverTakesTimeBack() {
    History history = History.running(History.between(1, 3));
    history.pass(Duration.ofMinutes(1)).observe(50);
    Instant present = history.state().time();

    for (int i = 0; i < 20; i++) {
      history.pass(i == 0 ? Clock.BEHIND_MIN.negated() : Duration.ZERO).observe(50);
    }

    assertThat(history.state().time()).isEqualTo(present);
  }

  @Test
  void oneThatIsOnTimeBeginsTheRowAnew() {
    History history = jumped(History.between(1, 3));
    Instant ahead = history.state().time();
    for (int i = 0; i < 4; i++) {
      history.pass(SECOND).observe(50);
    }
    Instant now = history.time();
    history.pass(Duration.between(now, ahead)).observe(50);
    history.pass(Duration.between(ahead, now));
    for (int i = 0; i < 4; i++) {
      history.pass(SECOND).observe(50);
    }

    assertThat(history.state().time()).isEqualTo(ahead);
  }

  @Test
  void aDeadServerIsReplacedInSeconds() {
    History history = jumped(History.between(1, 3));
    history.pass(SECOND).exited(1);
    int starts = 0;
    for (int second = 0; second < 12; second++) {
      for (var id : List.copyOf(history.state().pending().keySet())) {
        history.failed(id.number());
      }
      history.pass(SECOND).observe(50);
      starts = history.commands().stream().mapToInt(command -> command.start().size()).sum();
    }

    assertThat(starts).as("the second in the row waits a second, the third two …").isGreaterThan(3);
  }

  @Test
  void aCoolDownEndsWhenItsTimeHasPassed() {
    Limits limits =
        new Limits(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofSeconds(30),
            Duration.ZERO,
            Optional.empty(),
            Optional.empty());
    ZonePolicy policy =
        new ZonePolicy(1, 9, ZonePolicy.WINDOW_DEFAULT, List.of(Threshold.DEFAULT)).with(limits);
    History history = jumped(policy);
    history.pass(SECOND).observe(90);
    history.obey();
    assertThat(history.desired()).isEqualTo(2);
    for (int second = 0; second < 40; second++) {
      history.pass(SECOND).observe(90);
      history.obey();
    }

    assertThat(history.desired()).isEqualTo(3);
  }

  @Test
  void aPauseThatSomebodySetMeanwhileHolds() {
    History history = jumped(History.between(1, 3));
    history.paused(Direction.OUT, Optional.of(history.time().plusSeconds(60)));
    for (int second = 0; second < 6; second++) {
      history.pass(SECOND).observe(50);
    }
    history.pass(SECOND).observe(95);

    assertThat(history.desired()).isEqualTo(1);
    history.pass(Duration.ofSeconds(60)).observe(95);
    assertThat(history.desired()).isEqualTo(2);
  }

  private static History jumped(ZonePolicy policy) {
    History history = History.running(policy);
    history.pass(SECOND).observe(50);
    history.pass(Duration.ofHours(1));
    for (int record = 0; record < Clock.ROW_MAX; record++) {
      history.observe(50);
    }
    history.pass(Duration.ofHours(-1));
    return history;
  }

  @Test
  void oneRecordOfTheFutureEndsNothingThatHoldsForATime() {
    History history = History.running(History.between(1, 9));
    history.manual(5, Optional.of(history.time().plus(Duration.ofHours(2))));
    history.obey();
    history.pass(SECOND).observe(50);
    history.pass(Duration.ofHours(3)).observe(5);
    assertThat(history.desired()).isEqualTo(5);
    history.pass(Duration.ofHours(-3).plus(SECOND)).observe(5);

    assertThat(history.desired()).isEqualTo(5);
    assertThat(history.state().time()).isEqualTo(history.time());
    assertThat(history.state().progress().clock().highest()).isAfter(history.time());
    assertThat(history.state().progress().clock().latest()).isEqualTo(history.time());
  }

  @Test
  void noCoolDownIsOverForOneRecordOfTheFuture() {
    Limits limits =
        new Limits(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMinutes(5),
            Optional.empty(),
            Optional.empty());
    History history = History.running(History.between(3, 9).with(limits));
    history.observe(90);
    history.obey();
    history.observe(90);
    history.obey();
    history.observe(5);
    history.obey();
    assertThat(history.desired()).isEqualTo(4);

    history.pass(Duration.ofHours(3)).observe(5);

    assertThat(history.desired()).isEqualTo(4);
    history.pass(Duration.ofHours(-3).plus(limits.coolDownIn()).plus(SECOND)).observe(5);
    assertThat(history.desired()).isEqualTo(3);
  }

  @Test
  void aClockThatStaysAheadIsBelievedAtTheFifthRecord() {
    History history = History.running(History.between(1, 9));
    Instant before = history.state().time();
    history.pass(Duration.ofHours(8));
    for (int record = 1; record < Clock.ROW_MAX; record++) {
      history.pass(SECOND).observe(90);
      assertThat(history.state().time()).isEqualTo(before);
    }
    assertThat(history.desired()).as("the load counts meanwhile").isGreaterThan(1);
    history.pass(SECOND).observe(50);

    assertThat(history.state().time()).isEqualTo(history.time());
  }

  @Test
  void aStopOfLessThanTenMinutesIsNoJump() {
    History history = History.running(History.between(1, 9));
    history.pass(Clock.AHEAD_MIN).observe(50);

    assertThat(history.state().time()).isEqualTo(history.time());
  }
}
