package io.sluice.topology.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.topology.forecast.ForecastError;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoreTest {
  private final Score score = new Score(10, 80, 2);

  @Test
  void aChangeThatUndoesTheOneBeforeWithinTenMinutesIsAFlap() {
    wanted(0, 3);
    wanted(600, 2);
    wanted(1_201, 3);
    wanted(1_300, 4);
    wanted(1_400, 3);

    Outcome outcome = score.outcome("it", Optional.empty());
    assertThat(outcome.actions()).isEqualTo(5);
    assertThat(outcome.flaps()).isEqualTo(2);
  }

  @Test
  void theFirstChangeIsNoFlapWhicheverWayItGoes() {
    wanted(0, 1);

    assertThat(score.outcome("it", Optional.empty()).flaps()).isZero();
  }

  @Test
  void aDemandThatNobodyIsReadyForIsOverTheTargetAndUnservedButHasNoLoad() {
    score.add(0, 5, new Standing(0, 1, 2));
    score.add(1, 0, new Standing(0, 1, 2));

    Outcome outcome = score.outcome("it", Optional.empty());
    assertThat(outcome.overTargetShare()).isEqualTo(0.5);
    assertThat(outcome.unservedShare()).isEqualTo(1);
    assertThat(outcome.worstLoad()).isZero();
    assertThat(outcome.serverHours()).isEqualTo(2 / 3_600.0);
  }

  private void wanted(long second, int servers) {
    score.add(second, 5, new Standing(2, 2, servers));
  }

  private record Standing(int ready, int running, int wanted) implements Course {
    @Override
    public void tick(long second) {}

    @Override
    public Optional<ForecastError> forecastError() {
      return Optional.empty();
    }
  }
}
