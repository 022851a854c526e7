package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A figure from outside is of the whole zone, holds for its time, and is missing then. */
class OutsideLoadTest {
  private static final Metric QUEUE = new Metric("queue_length");
  private static final Target ON_QUEUE = new Target(QUEUE, 100, 0.1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static Optional<ScaleCommand> second(History history) {
    history.pass(Duration.ofSeconds(1));
    return history.tell(history.load(Map.of(), Census.of(history.state()).ready()));
  }

  @Test
  void aTargetSharesItAmongTheServers() {
    History history = History.running(History.policy(1, 9, ON_QUEUE));
    history.outside("queue_length", 430, MINUTE);

    ScaleCommand command = second(history).orElseThrow();

    assertThat(command.to()).isEqualTo(5);
    assertThat(command.reason().sentence())
        .isEqualTo(
            "queue_length 430 in all (outside, a queue) of a target of 100 a server: 5 are enough");
    assertThat(command.evidence().load())
        .containsEntry(QUEUE, new Mean(430, 1, List.of(Measurer.OUTSIDE)));
  }

  @Test
  void ofTooManyOneThatNoRuleNamesGoesAndTheLastOneAlwaysHolds() {
    History history = History.running(History.policy(1, 9, ON_QUEUE));
    history.outside("queue_length", 430, MINUTE);
    for (int other = 1; other <= LoadState.OUTSIDE_MAX; other++) {
      history.outside("branch_%d".formatted(other), 1, MINUTE.multipliedBy(60));
    }
    assertThat(history.state().loads().outsideAt(history.time()))
        .hasSize(LoadState.OUTSIDE_MAX)
        .containsKey(QUEUE)
        .containsKey(new Metric("branch_64"));
    history.pass(MINUTE);

    history.outside("queue_length", 430, MINUTE);

    assertThat(second(history).orElseThrow().to()).isEqualTo(5);
  }

  @Test
  void itNeedsNoServerToGoByAndWakesAZoneWithoutAny() {
    History history = History.running(History.policy(0, 9, ON_QUEUE));
    assertThat(history.desired()).isZero();

    history.outside("queue_length", 1, MINUTE);
    assertThat(second(history)).get().extracting(ScaleCommand::to).isEqualTo(1);
    history.obey();
    history.outside("queue_length", 0, MINUTE);
    assertThat(second(history)).get().extracting(ScaleCommand::to).isEqualTo(0);
  }

  @Test
  void whatIsNotToldAgainInTimeIsMissingAndChangesNothing() {
    History history = History.running(History.policy(1, 9, ON_QUEUE));
    history.outside("queue_length", 430, MINUTE);
    second(history);
    history.obey();

    history.pass(MINUTE);

    assertThat(second(history)).isEmpty();
    assertThat(history.desired()).isEqualTo(5);
  }

  @Test
  void aThresholdGoesByTheShareOfAServer() {
    History history = History.running(History.policy(2, 9, new Threshold(QUEUE, 100, 10)));
    history.outside("queue_length", 199, MINUTE);
    assertThat(second(history)).isEmpty();

    history.outside("queue_length", 201, MINUTE);

    assertThat(second(history)).get().extracting(ScaleCommand::to).isEqualTo(3);
  }

  @Test
  void itIsForgottenWithAClockThatWasAhead() {
    History history = History.running(History.policy(1, 9, ON_QUEUE));
    history.pass(Duration.ofHours(2));
    for (int record = 0; record < Clock.ROW_MAX; record++) {
      history.tell(history.load(Map.of(), 1));
    }
    history.outside("queue_length", 430, MINUTE);
    assertThat(history.state().loads()).isNotEqualTo(LoadState.NONE);
    history.pass(Duration.ofHours(-2));

    for (int record = 0; record < Clock.ROW_MAX; record++) {
      history.tell(history.load(Map.of(), 1));
    }

    assertThat(history.state().loads()).isEqualTo(LoadState.NONE);
  }
}
