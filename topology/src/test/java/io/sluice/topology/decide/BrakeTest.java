package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BrakeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void shrinksOnlyToTheLargestWishOfTheWindow() {
    History history = targets(stabilised(0, 60), 6);
    history.pass(Duration.ofSeconds(61)).observe(25);
    assertThat(history.lastCommand().to()).isEqualTo(3);
    history.obey();
    history.pass(Duration.ofSeconds(59)).observe(10);

    assertThat(history.desired()).isEqualTo(3);
    assertThat(history.weigh(history.cpu(10, 3)).evidence().limiters())
        .containsExactly(new Limit("stabilisation", 1, 3, "the largest wish of the last 1m: 3"));
    history.pass(SECOND).observe(10);
    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void growsOnlyToTheSmallestWishOfTheWindow() {
    History history = targets(stabilised(10, 0), 2);

    history.pass(Duration.ofSeconds(11)).observe(200);
    assertThat(history.desired())
        .as("first wish after a silence longer than the window")
        .isEqualTo(8);
    history.obey();
    history.pass(Duration.ofSeconds(5)).observe(100);
    assertThat(history.desired()).as("16 wished, 8 five seconds ago").isEqualTo(8);
    history.pass(Duration.ofSeconds(5)).observe(100);

    assertThat(history.desired()).isEqualTo(16);
  }

  @Test
  void aNumberThatSomebodySetIsNotTakenBackWithinTheWindow() {
    History history = targets(stabilised(0, 60), 1);
    history.observe(20);
    history.pass(Duration.ofSeconds(50));
    history.manual(5, Optional.empty());
    history.obey();

    history.pass(Duration.ofSeconds(59)).observe(5);
    assertThat(history.desired()).isEqualTo(5);
    history.pass(SECOND).observe(5);
    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void coolsDownPerDirection() {
    History history =
        targets(limits(0, 0, Duration.ofSeconds(30), Duration.ofSeconds(60), Optional.empty()), 2);
    history.pass(Duration.ofMinutes(5)).observe(75);
    assertThat(history.desired()).isEqualTo(3);
    history.obey();

    history.pass(Duration.ofSeconds(29)).observe(90);
    assertThat(history.desired()).isEqualTo(3);
    assertThat(history.weigh(history.cpu(90, 3)).evidence().limiters())
        .containsExactly(
            new Limit(
                "cool-down",
                6,
                3,
                "cooling down after the last growth until 2026-01-01T00:05:30Z"));
    assertThat(history.weigh(history.cpu(5, 3)).to()).as("the other direction").isEqualTo(1);
    history.pass(SECOND).observe(90);
    assertThat(history.desired()).isEqualTo(6);
  }

  @Test
  void aDeadServerIsReplacedDuringACoolDown() {
    History history =
        targets(limits(0, 0, Duration.ofHours(1), Duration.ofHours(1), Optional.of(1)), 2);

    assertThat(history.exited(1).orElseThrow().start()).hasSize(1);
  }

  @Test
  void changesNoMoreThanTheRateAtOnce() {
    History history = targets(limits(0, 0, Duration.ZERO, Duration.ZERO, Optional.of(2)), 5);

    assertThat(history.weigh(history.cpu(200, 5)).evidence().limiters())
        .containsExactly(new Limit("rate", 20, 7, "at most 2 servers more in one change: 7"));
    assertThat(history.weigh(history.cpu(10, 5)).evidence().limiters())
        .containsExactly(new Limit("rate", 1, 3, "at most 2 servers fewer in one change: 3"));
  }

  @Test
  void doesNotTakeAStepDownThatTheSameLoadWouldTakeBack() {
    // One server at 80 % would be two at 40 %, which is below 60 %, which would be one at 80 %.
    History history = History.running(History.policy(1, 5, new Threshold(Metric.CPU, 70, 60)));
    history.observe(80);
    history.obey();

    assertThat(history.observe(40)).isEmpty();
    assertThat(history.weigh(history.cpu(40, 2)).evidence().limiters())
        .containsExactly(
            new Limit(
                "flap-guard",
                1,
                2,
                "1 server would have to bear so much that the policy would grow again: 2"));
    assertThat(history.observe(34)).isPresent();
  }

  private static History targets(Limits limits, int servers) {
    ZonePolicy policy =
        History.policy(1, 50, new Target(Metric.CPU, 50, Target.TOLERANCE_DEFAULT)).with(limits);
    History history = History.running(policy);
    history.manual(servers, Optional.empty());
    return history.obey();
  }

  private static Limits stabilised(int outSeconds, int inSeconds) {
    return limits(outSeconds, inSeconds, Duration.ZERO, Duration.ZERO, Optional.empty());
  }

  private static Limits limits(
      int stableOut, int stableIn, Duration coolOut, Duration coolIn, Optional<Integer> rate) {
    return new Limits(
        Duration.ZERO,
        Duration.ofSeconds(stableOut),
        Duration.ofSeconds(stableIn),
        coolOut,
        coolIn,
        rate,
        rate);
  }
}
