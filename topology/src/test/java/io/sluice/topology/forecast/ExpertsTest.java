package io.sluice.topology.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpertsTest {
  private static final int DAY = 288;
  private static final int DAYS = 20;
  private static final long SEED = 5;

  private final SplittableRandom chance = new SplittableRandom(SEED);

  @Test
  void nothingIsForecastBeforeASeasonHasPassed() {
    Experts experts = new Experts(4, 2);
    for (int i = 0; i < 3; i++) {
      experts.learn(7);
      assertThat(experts.forecast()).isEmpty();
    }
    experts.learn(7);
    assertThat(experts.forecast()).hasValue(7);
    assertThat(experts.error()).isEqualTo(ForecastError.NONE);
  }

  @Test
  void aConstantLoadIsForecastExactly() {
    ForecastError error = after(2, _ -> 50).error();

    assertThat(error.judged()).isEqualTo((DAYS - 2) * DAY);
    assertThat(error.forecast()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 12})
  void aSeasonIsForecastBetterThanByTheBetterOfTwoWithoutAModel(int steps) {
    assertThat(ratio(after(steps, i -> Math.max(0, wave(i) + noise(10))))).isLessThan(0.9);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 12})
  void workingDaysAndOthersAreForecastBetter(int steps) {
    assertThat(
            ratio(after(steps, i -> Math.max(0, wave(i) - (i / DAY % 7 < 5 ? 0 : 60) + noise(5)))))
        .isLessThan(0.9);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 6, 12})
  void whereNothingCanBeKnownItIsHardlyWorseThanAsNow(int steps) {
    double[] walk = {1_000};
    assertThat(
            ratio(
                after(
                    steps,
                    _ -> {
                      walk[0] = Math.max(0, walk[0] + noise(2));
                      return walk[0];
                    })))
        .isLessThan(1.02);
  }

  @Test
  void oneImpossibleSampleChangesHardlyAnything() {
    double clean = after(6, i -> wave(i) + (i % 7)).error().forecast();
    Experts struck = after(6, i -> i == 10 * DAY ? 1e12 : wave(i) + (i % 7));
    // The sample itself is missed, and nobody could have known it.
    double missed = struck.error().forecast() * struck.error().judged() - 1e12;

    assertThat(missed / struck.error().judged()).isLessThan(2 * clean + 1);
    assertThat(struck.forecast().orElseThrow()).isLessThan(200);
  }

  @Test
  void aNewLevelIsTakenOverAtTheSecondInterval() {
    Experts experts = after(1, i -> i < DAYS * DAY ? 10 + i % 2 : 0);
    experts.learn(100_000);
    assertThat(experts.forecast().orElseThrow()).isLessThan(100);
    for (int i = 0; i < Experts.MEMORY; i++) {
      experts.learn(100_000);
    }
    assertThat(experts.forecast().orElseThrow()).isBetween(90_000.0, 110_000.0);
  }

  @Test
  void twoThatHaveSeenTheSameSayTheSame() {
    Experts one = new Experts(DAY, 6);
    Experts other = new Experts(DAY, 6);
    for (int i = 0; i < 5 * DAY; i++) {
      double total = Math.max(0, wave(i) + noise(30));
      one.learn(total);
      other.learn(total);
      assertThat(one.forecast()).isEqualTo(other.forecast());
    }
    for (Experts.Expert expert : Experts.Expert.values()) {
      assertThat(one.error(expert)).isEqualTo(other.error(expert)).isFinite();
    }
  }

  @Test
  void whatNoForecastCanBeIsRefused() {
    assertThatThrownBy(() -> new Experts(1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Experts(10, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Experts(10, 11)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Experts after(int steps, IntToDoubleFunction load) {
    Experts experts = new Experts(DAY, steps);
    for (int i = 0; i < DAYS * DAY; i++) {
      experts.learn(load.applyAsDouble(i));
    }
    return experts;
  }

  private static double ratio(Experts experts) {
    ForecastError error = experts.error();
    return error.forecast() / Math.min(error.asNow(), error.asLastSeason());
  }

  private static double wave(int interval) {
    return 100 + 50 * Math.sin(2 * Math.PI * interval / DAY);
  }

  /** Something like a normal distribution around 0. */
  private double noise(double deviation) {
    double sum = -6;
    for (int i = 0; i < 12; i++) {
      sum += chance.nextDouble();
    }
    return deviation * sum;
  }
}
