package io.sluice.app.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.load.Load;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SimulationTest {
  private static final Load REAL = new Load(33, 44, 5, 6, 7);

  @Property
  void highCpuRisesFromTwentyInTenSecondsAndStaysBetweenSeventyAndSeventyFive(
      @ForAll long seed, @ForAll @LongRange(min = 10, max = 1_000_000) long late) {
    assertThat(cpu(Situation.HIGH_CPU, 0, seed)).isEqualTo(20);
    for (long second = 1; second <= 10; second++) {
      assertThat(cpu(Situation.HIGH_CPU, second, seed))
          .isGreaterThan(cpu(Situation.HIGH_CPU, second - 1, seed));
    }
    assertThat(cpu(Situation.HIGH_CPU, late, seed)).isBetween(70.0, 75.0);
  }

  @Property
  void lowCpuStartsAtTwentyAndStaysBetweenTwentyAndThirty(
      @ForAll long seed, @ForAll @LongRange(min = 0, max = 1_000_000) long second) {
    assertThat(cpu(Situation.LOW_CPU, 0, seed)).isEqualTo(20);
    assertThat(cpu(Situation.LOW_CPU, second, seed)).isBetween(20.0, 30.0);
  }

  @Property
  void scaleDownFallsFromFiftyAndStaysBetweenOneAndTen(
      @ForAll long seed, @ForAll @LongRange(min = 8, max = 1_000_000) long late) {
    assertThat(cpu(Situation.SCALE_DOWN, 0, seed)).isEqualTo(50);
    for (long second = 1; second <= 8; second++) {
      assertThat(cpu(Situation.SCALE_DOWN, second, seed))
          .isLessThan(cpu(Situation.SCALE_DOWN, second - 1, seed));
    }
    assertThat(cpu(Situation.SCALE_DOWN, late, seed)).isBetween(1.0, 10.0);
  }

  @Property
  void aCurveWandersInsteadOfStandingStillOrJumping(
      @ForAll long seed, @ForAll @LongRange(min = 10, max = 1_000_000) long second) {
    double step = cpu(Situation.HIGH_CPU, second + 1, seed) - cpu(Situation.HIGH_CPU, second, seed);

    assertThat(Math.abs(step)).isLessThanOrEqualTo(1.25);
    assertThat(cpu(Situation.HIGH_CPU, second + 4, seed))
        .isNotEqualTo(cpu(Situation.HIGH_CPU, second, seed));
  }

  @Property
  void theSameSeedGivesTheSameCurve(
      @ForAll Situation situation,
      @ForAll long seed,
      @ForAll @LongRange(min = 0, max = 1_000) long second) {
    assertThat(cpu(situation, second, seed)).isEqualTo(cpu(situation, second, seed));
  }

  @Property
  void aPlayedSituationMovesBothProcessorsAndLeavesTheRestReal(
      @ForAll Situation situation, @ForAll @LongRange(min = 0, max = 1_000) long second) {
    Load shown = Simulation.shown(REAL, situation, second, 1);

    if (situation == Situation.REAL) {
      assertThat(shown).isEqualTo(REAL);
    } else {
      assertThat(shown).isEqualTo(new Load(shown.cpu(), 44, shown.cpu(), 6, 7));
    }
  }

  @Test
  void differentSeedsGiveDifferentCurves() {
    assertThat(cpu(Situation.LOW_CPU, 10, 1)).isNotEqualTo(cpu(Situation.LOW_CPU, 10, 2));
  }

  @Test
  void everySituationIsFoundByItsNameAndNothingElseIs() {
    for (Situation situation : Situation.values()) {
      assertThat(Situation.of(situation.wireName())).contains(situation);
    }
    assertThat(Situation.of("HIGH_CPU")).isEmpty();
    assertThat(Situation.wireNames()).isEqualTo("real, high-cpu, low-cpu, scale-down");
  }

  private static double cpu(Situation situation, long second, long seed) {
    return Simulation.shown(REAL, situation, second, seed).cpu();
  }
}
