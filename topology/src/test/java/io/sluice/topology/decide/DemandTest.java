package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A zone that may have no server is woken by requests that wait. */
class DemandTest {
  private static final Target ON_THROUGHPUT = new Target(Metric.THROUGHPUT, 10, 0.1);

  private static ZonePolicy fromZero() {
    return History.policy(0, 3, ON_THROUGHPUT);
  }

  private static Limits limits(Duration stabilisationIn, Duration coolDownOut) {
    return new Limits(
        Duration.ZERO,
        Duration.ZERO,
        stabilisationIn,
        coolDownOut,
        Duration.ZERO,
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void requestsThatWaitWakeAZoneWithoutServers() {
    History history = History.running(fromZero());
    assertThat(history.desired()).isZero();

    ScaleCommand command = history.waiting(37).orElseThrow();

    assertThat(command.from()).isZero();
    assertThat(command.to()).isEqualTo(1);
    assertThat(command.start()).containsExactly(history.server(1));
    assertThat(command.cause()).isEqualTo("requests-waiting");
    assertThat(command.reason().code()).isEqualTo(ReasonCode.DEMAND);
    assertThat(command.reason().sentence())
        .isEqualTo("37 requests wait at the balancer and the zone has no server: 1");
    assertThat(command.evidence().wishes())
        .containsExactly(
            new Wish(
                "demand", 1, "37 requests wait at the balancer and the zone has no server: 1"));
  }

  @Test
  void theyAreHeardOnce() {
    History history = History.running(fromZero());
    history.waiting(1);

    history.pass(Duration.ofSeconds(1));
    assertThat(history.waiting(5)).isEmpty();
    history.obey();
    assertThat(history.waiting(5)).isEmpty();

    assertThat(history.desired()).isEqualTo(1);
  }

  @Test
  void noCoolDownMakesThemWait() {
    History history = History.running(fromZero().with(limits(Duration.ZERO, Duration.ofHours(1))));
    history.waiting(1);
    history.obey();
    history.pass(Duration.ofSeconds(1));
    assertThat(history.tell(history.load(Map.of(Metric.THROUGHPUT, 0.0), 1))).isPresent();
    history.obey();
    assertThat(history.desired()).isZero();

    history.pass(Duration.ofSeconds(1));

    assertThat(history.waiting(1)).isPresent();
  }

  @Test
  void aPauseAndANumberSetForATimeHoldThemBack() {
    History paused = History.running(fromZero());
    paused.paused(Direction.OUT, Optional.empty());

    assertThat(paused.waiting(1)).isEmpty();
    paused.resumed(Direction.OUT);
    assertThat(paused.waiting(1)).isPresent();

    History manual = History.running(fromZero());
    manual.manual(0, Optional.of(manual.time().plusSeconds(60)));
    assertThat(manual.waiting(1)).isEmpty();
    manual.pass(Duration.ofSeconds(61));
    assertThat(manual.waiting(1)).isPresent();
  }

  @Test
  void aWokenZoneKeepsItsServerForTheStabilisationWindow() {
    History history =
        History.running(fromZero().with(limits(Duration.ofSeconds(60), Duration.ZERO)));
    history.waiting(1);
    history.obey();

    history.pass(Duration.ofSeconds(30));
    assertThat(history.tell(history.load(Map.of(Metric.THROUGHPUT, 0.0), 1))).isEmpty();
    history.pass(Duration.ofSeconds(31));
    assertThat(history.tell(history.load(Map.of(Metric.THROUGHPUT, 0.0), 1)))
        .hasValueSatisfying(command -> assertThat(command.to()).isZero());
  }

  @Test
  void aLimitPerServerThatEqualsTheTargetHidesNoQueue() {
    Target twenty = new Target(Metric.IN_FLIGHT, 20, 0.1);
    History history = History.running(History.policy(1, 4, twenty));
    assertThat(history.tell(history.load(Map.of(Metric.IN_FLIGHT, 20.0), 1))).isEmpty();

    ScaleCommand command = full(history, 15, 1).orElseThrow();

    assertThat(command.to()).isEqualTo(2);
    assertThat(command.reason().code()).isEqualTo(ReasonCode.DEMAND);
    assertThat(command.reason().sentence())
        .startsWith(
            "15 requests wait at the balancer and the one server has as many as it may: one more"
                + " than 1");
    assertThat(full(history, 15, 1)).as("the second is on its way").isEmpty();
    history.obey();
    assertThat(full(history, 15, 1)).as("and not yet observed").isEmpty();
    history.tell(history.load(Map.of(Metric.IN_FLIGHT, 20.0), 2));
    assertThat(full(history, 15, 2)).hasValueSatisfying(it -> assertThat(it.to()).isEqualTo(3));
  }

  @Test
  void aLimitPerServerBelowTheTargetTakesNobodyAwayWhileRequestsWait() {
    Target twenty = new Target(Metric.IN_FLIGHT, 20, 0.1);
    for (Duration window : List.of(Duration.ZERO, Duration.ofSeconds(30))) {
      History history =
          History.running(History.policy(2, 4, twenty).with(limits(window, Duration.ZERO)));
      history.manual(4, Optional.empty());
      history.obey();

      for (int second = 0; second < 90; second++) {
        history.pass(Duration.ofSeconds(1));
        full(history, 15, 4);
        assertThat(history.tell(history.load(Map.of(Metric.IN_FLIGHT, 10.0), 4))).isEmpty();
      }
      assertThat(history.desired()).isEqualTo(4);

      history.pass(window.plusSeconds(5));
      assertThat(history.tell(history.load(Map.of(Metric.IN_FLIGHT, 10.0), 4)))
          .as("nobody waits any more, and the window of %s is over", window)
          .isPresent();
      assertThat(history.desired()).isEqualTo(2);
    }
  }

  @Test
  void aQueueThatStandsStillIsExplained() {
    Target twenty = new Target(Metric.IN_FLIGHT, 20, 0.1);
    History history = History.running(History.policy(2, 4, twenty));
    history.manual(4, Optional.empty());
    history.obey();
    full(history, 15, 4);

    Evaluation evaluation = history.weigh(history.load(Map.of(Metric.IN_FLIGHT, 10.0), 4));

    assertThat(evaluation.evidence().limiters())
        .extracting(Limit::limiter, Limit::before, Limit::after, Limit::sentence)
        .contains(
            tuple(
                "queue",
                2,
                4,
                "requests wait for servers that have as many as they may: stays at 4"));
  }

  @Test
  void whatSlowsGrowthDownSlowsThisToo() {
    Target twenty = new Target(Metric.IN_FLIGHT, 20, 0.1);
    History history =
        History.running(
            History.policy(1, 4, twenty).with(limits(Duration.ZERO, Duration.ofMinutes(1))));
    history.tell(history.load(Map.of(Metric.IN_FLIGHT, 20.0), 1));
    full(history, 15, 1);
    history.obey();
    history.tell(history.load(Map.of(Metric.IN_FLIGHT, 20.0), 2));

    assertThat(full(history, 15, 2)).isEmpty();
    history.pass(Duration.ofSeconds(61));
    assertThat(full(history, 15, 2)).isPresent();
    history.paused(Direction.OUT, Optional.empty());
    history.obey();
    history.pass(Duration.ofSeconds(61));
    history.tell(history.load(Map.of(Metric.IN_FLIGHT, 20.0), 3));
    assertThat(full(history, 15, 3)).isEmpty();
  }

  private static Optional<ScaleCommand> full(History history, int waiting, int servers) {
    return history.tell(
        new RequestsWaiting(history.zone(), history.time(), waiting, Optional.of(servers)));
  }
}
