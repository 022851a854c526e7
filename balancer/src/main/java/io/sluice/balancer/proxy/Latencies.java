package io.sluice.balancer.proxy;

import io.sluice.schemas.metric.RequestTimes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long requests took, from their head to the end of their response; to the head of a response
 * that goes on for as long as the two sides like, such as a WebSocket or a stream of events.
 *
 * @param counts requests per bucket: up to each of {@link #BOUNDS_MICROS}, and above the last
 * @param sumNanos all of them together
 * @param failed of these requests, those that ended with a 5xx status or broke off
 */
public record Latencies(List<Long> counts, long sumNanos, long failed) {
  /** The upper bounds of the buckets in microseconds: 250 µs to 10 s. */
  public static final List<Long> BOUNDS_MICROS = RequestTimes.BOUNDS_MICROS;

  /** No requests. */
  public static final Latencies NONE =
      new Latencies(Collections.nCopies(BOUNDS_MICROS.size() + 1, 0L), 0, 0);

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
    return new Latencies(sums, sumNanos + other.sumNanos, failed + other.failed);
  }

  /** How many requests. */
  public long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
