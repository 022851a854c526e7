package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Idle;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A zone sleeps once its balancers have had no request for long enough, and not before. */
class IdleTest {
  private static final Idle AFTER_A_MINUTE = new Idle(Duration.ofMinutes(1));
  private static final Target ON_REQUESTS = new Target(Metric.REQUESTS_PER_SECOND, 50, 0.1);

  /** A zone that was woken by a request a good while ago. */
  private static History awake(ScalingRule... rules) {
    History history = History.running(History.policy(0, 3, rules));
    history.waiting(1);
    history.obey().pass(Duration.ofMinutes(2));
    assertThat(history.desired()).isEqualTo(1);
    return history;
  }

  private static Optional<ScaleCommand> idle(History history, double seconds) {
    return history.tell(
        history.traffic(Map.of(Metric.IDLE_SECONDS, seconds, Metric.REQUESTS_PER_SECOND, 0.0), 1));
  }

  @Test
  void noServerIsLeftOnceThereWasNoRequestForSoLong() {
    History history = awake(AFTER_A_MINUTE);

    assertThat(idle(history, 59.9)).isEmpty();
    ScaleCommand command = idle(history, 60).orElseThrow();

    assertThat(command.to()).isZero();
    assertThat(command.reason().sentence())
        .isEqualTo("no request for 1m (balancer), which is 1m or more: none is needed");
    assertThat(command.evidence().largestWish()).contains(0);
  }

  @Test
  void untilThenOneServerStaysThoughOthersWishForNone() {
    History history = awake(AFTER_A_MINUTE, ON_REQUESTS);

    assertThat(idle(history, 30)).isEmpty();
    assertThat(history.desired()).isEqualTo(1);
    assertThat(idle(history, 61)).isPresent();
  }

  @Test
  void whatKeepsTheLastServerByItsOwnRuleKeepsNoIdleZoneAwake() {
    History history = awake(AFTER_A_MINUTE, Threshold.DEFAULT);

    ScaleCommand command = idle(history, 75).orElseThrow();

    assertThat(command.to()).isZero();
    assertThat(command.evidence().wishes())
        .as("the other one's wish is recorded and does not count")
        .anySatisfy(wish -> {
          assertThat(wish.rule()).isEqualTo("threshold cpu");
          assertThat(wish.forecastOnly()).isTrue();
        });
  }

  @Test
  void aZoneThatHadNoRequestForMonthsSleepsToo() {
    History history = awake(AFTER_A_MINUTE);

    assertThat(idle(history, 34_560_000.0)).get().extracting(ScaleCommand::to).isEqualTo(0);
  }

  @Test
  void workThatComesWithoutRequestsKeepsAZoneAwake() {
    Target onJobs = new Target(new Metric("queue_length"), 100, 0.1);
    History history = awake(AFTER_A_MINUTE, onJobs);
    history.outside("queue_length", 430, Duration.ofMinutes(5));
    idle(history, 30);
    assertThat(history.desired()).as("5 of 3 at most").isEqualTo(3);
    history.obey().pass(Duration.ofMinutes(2));

    assertThat(history.tell(history.traffic(Map.of(Metric.IDLE_SECONDS, 7_200.0), 3))).isEmpty();
    assertThat(history.desired()).isEqualTo(3);

    history.outside("queue_length", 0, Duration.ofMinutes(5));
    assertThat(history.tell(history.traffic(Map.of(Metric.IDLE_SECONDS, 7_200.0), 3)))
        .get()
        .extracting(ScaleCommand::to)
        .isEqualTo(0);
  }

  @Test
  void whatAThresholdOnOutsideWorkHasBroughtIsNotPutToSleepOverIt() {
    Threshold onJobs = new Threshold(new Metric("queue_length"), 100, 10);
    History history = awake(AFTER_A_MINUTE, onJobs);
    history.outside("queue_length", 150, Duration.ofHours(1));
    idle(history, 600);
    assertThat(history.desired()).isEqualTo(2);
    history.obey().pass(Duration.ofMinutes(2));

    assertThat(history.tell(history.traffic(Map.of(Metric.IDLE_SECONDS, 7_200.0), 2))).isEmpty();
    assertThat(history.desired()).as("75 for each is between both bounds").isEqualTo(2);
  }

  @Test
  void aSilentBalancerLetsNobodySleep() {
    History history = awake(AFTER_A_MINUTE, ON_REQUESTS);

    history.pass(Duration.ofHours(1));
    assertThat(history.tell(history.traffic(Map.of(), 1))).isEmpty();
    assertThat(history.tell(history.load(Map.of(Metric.CPU, 0.0), 1))).isEmpty();

    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void aServerThatWasWokenIsNotPutToSleepByWhatWasSeenBefore() {
    History history = History.running(History.policy(0, 3, AFTER_A_MINUTE));
    history.waiting(1);
    assertThat(idle(history, 600)).isEmpty();
    history.obey();
    history.pass(Duration.ofSeconds(9));

    assertThat(idle(history, 600)).isEmpty();
    history.pass(Duration.ofSeconds(2));
    assertThat(idle(history, 600)).isPresent();
  }

  @Test
  void itWaitsForNoOtherWindowThanItsOwn() {
    Limits slow =
        new Limits(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofHours(1),
            Duration.ZERO,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty());
    ZonePolicy policy = History.policy(0, 3, AFTER_A_MINUTE, ON_REQUESTS).with(slow);
    History history = History.running(policy);
    history.waiting(1);
    history.obey().pass(Duration.ofMinutes(2));
    assertThat(idle(history, 1)).isEmpty();

    assertThat(idle(history, 60)).isPresent();
  }

  @Test
  void aZoneOfManyServersGoesToNoneAtOnceAndIsWokenByARequest() {
    History history = awake(AFTER_A_MINUTE);
    history.manual(3, Optional.empty());
    history.obey().pass(Duration.ofMinutes(5));
    assertThat(history.tell(history.traffic(Map.of(Metric.IDLE_SECONDS, 5.0), 3))).isEmpty();

    assertThat(history.tell(history.traffic(Map.of(Metric.IDLE_SECONDS, 65.0), 3)))
        .get()
        .extracting(ScaleCommand::to)
        .isEqualTo(0);
    history.obey();
    assertThat(history.waiting(1)).get().extracting(ScaleCommand::to).isEqualTo(1);
  }
}
