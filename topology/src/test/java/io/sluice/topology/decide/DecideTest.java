package io.sluice.topology.decide;

import static io.sluice.topology.decide.History.between;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DecideTest {
  private static final Actor ALICE = new Actor("alice");

  @Test
  void decidesNothingBeforeTheZoneIsDeclaredAndHasAPolicy() {
    History history = new History(new ZoneId("zone1"));

    assertThat(history.observe(99)).isEmpty();
    assertThat(history.declared()).isEmpty();
    assertThat(history.observe(99)).isEmpty();
    assertThat(history.weigh(history.cpu(99, 1)).reason().sentence())
        .isEqualTo("nothing is decided before the zone is declared and has a policy");
    assertThat(history.policy(between(1, 3))).isPresent();
  }

  @Test
  void startsTheMinimumWhenThePolicyComes() {
    History history = new History(new ZoneId("zone1"));
    history.declared();

    ScaleCommand command = history.policy(between(2, 3)).orElseThrow();

    assertThat(command.id()).hasToString("zone1@1");
    assertThat(command.cause()).isEqualTo("policy-changed");
    assertThat(command.from()).isZero();
    assertThat(command.to()).isEqualTo(2);
    assertThat(command.start()).containsExactly(history.server(1), history.server(2));
    assertThat(command.stop()).isEmpty();
    assertThat(command.reason().code()).isEqualTo(ReasonCode.BOUNDS);
    assertThat(command.reason().sentence())
        .isEqualTo("0 servers is below the policy's minimum of 2");
    assertThat(command.policyRevision()).isEqualTo(1);
    assertThat(command.foldVersion()).isEqualTo(Decide.FOLD_VERSION);
  }

  @Test
  void keepsTheServersThatAZoneHasWhenItsPolicyComes() {
    History history = new History(new ZoneId("zone1"));
    history.started(4);
    history.started(7);
    history.declared();

    assertThat(history.policy(between(1, 3))).isEmpty();

    assertThat(history.desired()).isEqualTo(2);
  }

  @Test
  void addsAServerAboveTheThreshold() {
    History history = History.running(between(1, 3));

    ScaleCommand command = history.observe(72.4).orElseThrow();

    assertThat(command.from()).isEqualTo(1);
    assertThat(command.to()).isEqualTo(2);
    assertThat(command.start()).containsExactly(history.server(2));
    assertThat(command.reason().code()).isEqualTo(ReasonCode.POLICY);
    assertThat(command.reason().sentence()).isEqualTo("cpu 72.4 % is above 70: one more than 1");
    assertThat(command.evidence().load()).containsExactly(Map.entry(Metric.CPU, new Mean(72.4, 1)));
    assertThat(command.evidence().reporting()).isEqualTo(1);
    assertThat(command.evidence().wishes())
        .containsExactly(new Wish("threshold cpu", 2, "cpu 72.4 % is above 70: one more than 1"));
    assertThat(command.evidence().limiters()).isEmpty();
  }

  @Test
  void changesNothingOnTheThresholdsThemselves() {
    History history = History.running(between(2, 3));

    assertThat(history.observe(70)).isEmpty();
    assertThat(history.observe(10)).isEmpty();
    assertThat(history.weigh(history.cpu(70, 2)).reason().sentence())
        .isEqualTo("cpu 70 % is from 10 to 70: stays at 2");
  }

  @Test
  void removesTheNewestServerBelowTheThreshold() {
    History history = History.running(between(1, 3));
    history.observe(80);
    history.obey();

    ScaleCommand command = history.observe(9.99).orElseThrow();

    assertThat(command.to()).isEqualTo(1);
    assertThat(command.stop()).containsExactly(history.server(2));
    assertThat(command.reason().sentence()).isEqualTo("cpu 9.99 % is below 10: one less than 2");
  }

  @Test
  void takesTheLargestWishOfSeveralRulesAndKeepsAll() {
    ZonePolicy policy =
        History.policy(2, 5, Threshold.DEFAULT, new Threshold(Metric.IN_FLIGHT, 50, 5));
    History history = History.running(policy);

    ScaleCommand command =
        history
            .tell(history.load(Map.of(Metric.CPU, 5.0, Metric.IN_FLIGHT, 51.0), 2))
            .orElseThrow();

    assertThat(command.to()).isEqualTo(3);
    assertThat(command.reason().sentence()).isEqualTo("in_flight 51 is above 50: one more than 2");
    assertThat(command.evidence().wishes()).extracting(Wish::servers).containsExactly(1, 3);
  }

  @Test
  void aRuleWithoutItsMetricHolds() {
    ZonePolicy policy = History.policy(1, 5, Threshold.DEFAULT, new Threshold(Metric.GPU, 50, 5));
    History history = History.running(policy);
    history.manual(2, Optional.empty());
    history.obey();

    assertThat(history.observe(1)).isEmpty();
    assertThat(history.weigh(history.cpu(1, 2)).evidence().wishes())
        .extracting(Wish::sentence)
        .containsExactly(
            "cpu 1 % is below 10: one less than 2", "no ready server reported gpu: stays at 2");
  }

  @Test
  void somebodyCanSetTheNumberWithinTheLimits() {
    History history = History.running(between(1, 3));

    ScaleCommand command = history.manual(7, Optional.empty()).orElseThrow();

    assertThat(command.to()).isEqualTo(3);
    assertThat(command.reason().code()).isEqualTo(ReasonCode.MANUAL);
    assertThat(command.reason().sentence())
        .isEqualTo("alice asked for 7 servers; 7 servers is above the policy's maximum of 3");
    assertThat(command.evidence().wishes())
        .containsExactly(new Wish("manual", 7, "alice asked for 7 servers"));
    assertThat(command.evidence().limiters()).extracting(Limit::limiter).containsExactly("max");
  }

  @Test
  void aNumberSetWithoutATimeHoldsUntilTheNextWish() {
    History history = History.running(between(1, 3));
    history.manual(2, Optional.empty());
    history.obey();

    assertThat(history.observe(50)).isEmpty();
    assertThat(history.observe(1)).isPresent();
  }

  @Test
  void somebodyCanSetTheNumberWhileAChangeIsInProgress() {
    History history = History.running(between(1, 5));
    history.observe(80);

    ScaleCommand command = history.manual(4, Optional.empty()).orElseThrow();

    assertThat(command.start()).containsExactly(history.server(3), history.server(4));
  }

  @Test
  void stopsServersThatAreNotYetReadyFirst() {
    History history = History.running(between(1, 5));
    history.manual(4, Optional.empty());
    history.started(2);
    history.started(3);
    history.started(4);
    history.ready(4);

    assertThat(history.manual(3, Optional.empty()).orElseThrow().stop())
        .as("the newest of those that are not ready")
        .containsExactly(history.server(3));
    assertThat(history.manual(1, Optional.empty()).orElseThrow().stop())
        .as("the other one, then the newest ready one")
        .containsExactly(history.server(2), history.server(4));
    assertThat(history.manual(1, Optional.empty())).isEmpty();
  }

  @Test
  void givesNoNumberTwice() {
    History history = History.running(between(1, 5));
    history.started(40);
    history.stopped(40);

    ScaleCommand command = history.manual(2, Optional.empty()).orElseThrow();

    assertThat(command.start()).containsExactly(history.server(41));
  }

  @Test
  void stopsAServerMoreThanWanted() {
    History history = History.running(between(1, 5));

    ScaleCommand command = history.started(9).orElseThrow();

    assertThat(command.stop()).containsExactly(history.server(9));
    assertThat(command.to()).isEqualTo(1);
    assertThat(command.reason().code()).isEqualTo(ReasonCode.SELF_HEALING);
    assertThat(command.reason().sentence()).isEqualTo("1 server more than the 1 wanted");
  }

  @Test
  void timeNeverGoesBack() {
    History history = History.running(between(1, 5));
    history.paused(Direction.OUT, Optional.of(history.time().plusSeconds(10)));
    history.pass(Duration.ofSeconds(20));
    history.observe(50);
    history.pass(Duration.ofSeconds(-15));

    ScaleCommand command = history.observe(80).orElseThrow();

    assertThat(command.at()).isEqualTo(History.START.plusSeconds(20));
  }

  @Test
  void inADryRunRequestsThatWaitGiveOneCommandHoweverOftenItIsObserved() {
    ZonePolicy zeroes = between(0, 3);
    History history = History.running(dry(zeroes));
    for (int second = 0; second < 10; second++) {
      history.pass(Duration.ofSeconds(1)).waiting(3);
      history.observe(0);
    }
    assertThat(history.commands()).hasSize(1);

    // Both kinds of facts have something to say, and each says it once.
    History busy = History.running(dry(between(2, 5)));
    for (int second = 0; second < 10; second++) {
      busy.pass(Duration.ofSeconds(1)).waiting(3);
      busy.observe(0);
    }
    assertThat(busy.commands()).extracting(ScaleCommand::to).doesNotHaveDuplicates();
  }

  private static ZonePolicy dry(ZonePolicy policy) {
    return new ZonePolicy(
        policy.min(),
        policy.max(),
        policy.window(),
        policy.rules(),
        policy.limits(),
        policy.victims(),
        true);
  }

  @Test
  void aPolicyHoldsWhereRevisionsAreMissingAndALateOneNeverDoes() {
    History history = History.running(between(1, 3));

    history.tell(new PolicyChanged(history.zone(), history.time(), 7, between(2, 3), ALICE));
    assertThat(history.state().zone().policyRevision()).isEqualTo(7);
    assertThat(history.desired()).isEqualTo(2);
    history.tell(new PolicyChanged(history.zone(), history.time(), 7, between(3, 3), ALICE));
    history.tell(new PolicyChanged(history.zone(), history.time(), 2, between(3, 3), ALICE));

    assertThat(history.state().zone().policy()).isEqualTo(between(2, 3));
    assertThat(history.desired()).isEqualTo(2);
  }
}
