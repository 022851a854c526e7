package io.sluice.balancer.proxy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long requests took, from their head to the end of their response.
 *
 * @param counts requests per bucket: up to each of {@link #BOUNDS_MICROS}, and above the last
 * @param sumNanos all of them together
 */
public record Latencies(List<Long> counts, long sumNanos) {
  /** The upper bounds of the buckets in microseconds: 250 µs to 10 s. */
  public static final List<Long> BOUNDS_MICROS =
      List.of(
          250L,
          500L,
          1_000L,
          2_500L,
          5_000L,
          10_000L,
          25_000L,
          50_000L,
          100_000L,
          250_000L,
          500_000L,
          1_000_000L,
          2_500_000L,
          5_000_000L,
          10_000_000L);

  /** No requests. */
  public static final Latencies NONE =
      new Latencies(Collections.nCopies(BOUNDS_MICROS.size() + 1, 0L), 0);

  /** Copies the counts. */
  public Latencies {
    counts = List.copyOf(counts);
  }

  /** Both together. */
  public Latencies plus(Latencies other) {
    List<Long> sums = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      sums.add(counts.get(i) + other.counts.get(i));
    }
    return new Latencies(sums, sumNanos + other.sumNanos);
  }

  /** How many requests. */
  public long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
