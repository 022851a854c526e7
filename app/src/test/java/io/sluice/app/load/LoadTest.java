package io.sluice.app.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.metric.Metric;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LoadTest {
  private static final long SECOND = 1_000_000_000;
  private static final Reading START = new Reading(SECOND, SECOND / 2, 10, 0, 100, 1);

  @Test
  void processorUseIsTheShareOfAllProcessors() {
    Reading after = new Reading(3 * SECOND, SECOND / 2 + SECOND, 10, 0, 100, 1);

    assertThat(Load.between(START, after, 1).cpu()).isEqualTo(50);
    assertThat(Load.between(START, after, 2).cpu()).isEqualTo(25);
  }

  @Test
  void throughputIsWhatWasFinishedPerSecond() {
    Reading after = new Reading(3 * SECOND, SECOND / 2, 12, 3, 107, 4);

    assertThat(Load.between(START, after, 2)).isEqualTo(new Load(0, 12, 3, 3.5, 4));
  }

  @Test
  void withoutTimeThereIsNoLoad() {
    assertThat(Load.between(START, START, 2)).isEqualTo(new Load(0, 10, 0, 0, 1));
  }

  @Test
  void theMetricsHaveTheWellKnownNames() {
    assertThat(new Load(1, 2, 3, 4, 5).byMetric())
        .containsEntry(Metric.CPU, 1.0)
        .containsEntry(Metric.MEMORY, 2.0)
        .containsEntry(Metric.GPU, 3.0)
        .containsEntry(Metric.THROUGHPUT, 4.0)
        .containsEntry(Metric.IN_FLIGHT, 5.0)
        .hasSize(5);
  }

  @Property
  void percentagesStayBetweenZeroAndAHundredWhateverTheCountersSay(
      @ForAll @LongRange(min = 0, max = 100 * SECOND) long cpuNanos,
      @ForAll @LongRange(min = 0, max = 10 * SECOND) long nanos,
      @ForAll @IntRange(min = 1, max = 64) int processors,
      @ForAll @IntRange(min = -10, max = 1_000) int percent) {
    Reading before = new Reading(0, 50 * SECOND, 0, 0, 0, 0);
    Reading after = new Reading(nanos, cpuNanos, percent, percent, 0, 0);

    Load load = Load.between(before, after, processors);

    assertThat(load.cpu()).isBetween(0.0, 100.0);
    assertThat(load.memory()).isBetween(0.0, 100.0);
    assertThat(load.gpu()).isBetween(0.0, 100.0);
  }
}
