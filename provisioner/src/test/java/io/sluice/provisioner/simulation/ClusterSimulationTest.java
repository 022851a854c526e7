package io.sluice.provisioner.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Thousands of clusters in storms. {@code -Dsimulation.runs=} says how many (3000), {@code
 * -Dsimulation.seed=} runs a single one and prints its events.
 */
class ClusterSimulationTest {
  private static final int RUNS = Integer.getInteger("simulation.runs", 3000);
  private static final OptionalLong SINGLE =
      Long.getLong("simulation.seed") == null
          ? OptionalLong.empty()
          : OptionalLong.of(Long.getLong("simulation.seed", 0));

  /** One in so many seeds is one that nobody has tried before. */
  private static final int FRESH_SHARE = 6;

  private static final int ENOUGH_FOR_ALL_SIGHTS = 500;
  private static final int TRACE_MAX = 400;

  @Test
  void everyClusterKeepsItsInvariantsThroughAStormAndSettlesAfterIt() {
    long[] seeds = seeds();

    List<Simulation.Run> runs =
        Arrays.stream(seeds).parallel().mapToObj(seed -> Simulation.run(seed, Flaw.NONE)).toList();

    report(runs);
    List<Simulation.Run> broken =
        runs.stream().filter(run -> run.broken().isPresent()).limit(3).toList();
    broken.forEach(ClusterSimulationTest::show);
    assertThat(broken)
        .as("run one again with -Dtest=ClusterSimulationTest -Dsimulation.seed=<seed>")
        .extracting(run -> "seed %d: %s".formatted(run.seed(), run.broken()))
        .isEmpty();
    if (SINGLE.isPresent()) {
      show(runs.getFirst());
    } else if (runs.size() >= ENOUGH_FOR_ALL_SIGHTS) {
      assertThat(sights(runs)).containsOnlyKeys(Sight.values());
    }
  }

  private static long[] seeds() {
    if (SINGLE.isPresent()) {
      return new long[] {SINGLE.getAsLong()};
    }
    long fresh = RUNS / FRESH_SHARE;
    long first = new Random().nextLong(1L << 40, 1L << 60);
    System.out.printf("simulation: seeds 1 to %d, and %d from %d%n", RUNS - fresh, fresh, first);
    return LongStream.concat(
            LongStream.rangeClosed(1, RUNS - fresh), LongStream.range(first, first + fresh))
        .toArray();
  }

  private static void report(List<Simulation.Run> runs) {
    System.out.printf(
        "simulation: %d runs, %d steps, %d attempts at the office, %d s of virtual time%n",
        runs.size(),
        runs.stream().mapToLong(Simulation.Run::steps).sum(),
        runs.stream().mapToLong(Simulation.Run::terms).sum(),
        runs.stream().mapToLong(Simulation.Run::millis).sum() / 1000);
    System.out.printf("simulation: %s%n", sights(runs));
  }

  private static Map<Sight, Integer> sights(List<Simulation.Run> runs) {
    Map<Sight, Integer> sights = new EnumMap<>(Sight.class);
    runs.forEach(
        run -> run.sights().forEach((sight, count) -> sights.merge(sight, count, Integer::sum)));
    return sights;
  }

  private static void show(Simulation.Run run) {
    System.out.printf("simulation: seed %d, %s%n", run.seed(), run.broken());
    Simulation.runAgain(run.seed(), Flaw.NONE, TRACE_MAX).trace().forEach(System.out::println);
  }

  @Test
  void aSeedGivesTheSameRunEveryTime() {
    Simulation.Run once = Simulation.runAgain(7, Flaw.NONE, TRACE_MAX);
    Simulation.Run again = Simulation.runAgain(7, Flaw.NONE, TRACE_MAX);

    assertThat(again).isEqualTo(once);
    assertThat(once.trace()).hasSizeGreaterThan(50);
    assertThat(Simulation.runAgain(8, Flaw.NONE, TRACE_MAX).trace()).isNotEqualTo(once.trace());
  }
}
