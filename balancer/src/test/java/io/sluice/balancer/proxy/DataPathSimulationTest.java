package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many data paths in storms. {@code -Dsimulation.runs=} says how many, {@code -Dsimulation.seed=}
 * runs a single one.
 */
final class DataPathSimulationTest {
  private static final int RUNS = Integer.getInteger("simulation.runs", 100_000);
  private static final long SINGLE = Long.getLong("simulation.seed", 0);

  /** Enough to meet every flaw. */
  private static final int FLAWED_RUNS = 3000;

  @Test
  void everyByteArrivesAndNothingIsLeftBehind() {
    long first = SINGLE > 0 ? SINGLE : new Random().nextLong(1L << 40, 1L << 60);
    int fresh = SINGLE > 0 ? 1 : RUNS / 4;
    System.out.printf("simulation: %d seeds from %d%n", fresh, first);
    LongStream seeds =
        LongStream.concat(
            SINGLE > 0 ? LongStream.empty() : LongStream.rangeClosed(1, RUNS - fresh),
            LongStream.range(first, first + fresh));
    long began = System.nanoTime();

    List<Simulation.Run> runs =
        seeds.parallel().mapToObj(seed -> Simulation.run(seed, Flaw.NONE)).toList();

    System.out.printf(
        "simulation: %d runs, %d steps, %d answers, %d of them ours, in %d ms%n",
        runs.size(),
        runs.stream().mapToLong(Simulation.Run::steps).sum(),
        runs.stream().mapToLong(Simulation.Run::answers).sum(),
        runs.stream().mapToLong(Simulation.Run::ownAnswers).sum(),
        Duration.ofNanos(System.nanoTime() - began).toMillis());
    assertThat(runs.stream().filter(run -> run.broken().isPresent()).limit(5))
        .as("run one again with -Dtest=DataPathSimulationTest -Dsimulation.seed=<seed>")
        .isEmpty();
    assertThat(runs.stream().mapToLong(Simulation.Run::answers).sum()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyFlawIsFound(Flaw flaw) {
    assertThat(
            LongStream.rangeClosed(1, FLAWED_RUNS)
                .parallel()
                .mapToObj(seed -> Simulation.run(seed, flaw))
                .anyMatch(run -> run.broken().isPresent()))
        .isTrue();
  }

  @Test
  void aSeedGivesTheSameRunEveryTime() {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(Simulation.run(seed, Flaw.NONE)).isEqualTo(Simulation.run(seed, Flaw.NONE));
    }
  }
}
