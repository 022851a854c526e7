package io.sluice.compose.bench;

import java.util.Arrays;

/**
 * How long something took, of several times that it was done.
 *
 * @param scenario what
 * @param runs how often, 1 or more
 * @param p50Millis half of them took no longer
 * @param p99Millis all but one of a hundred took no longer
 * @param maxMillis the longest
 */
public record Latency(
    String scenario, int runs, double p50Millis, double p99Millis, double maxMillis) {
  private static final double NANOS_PER_MILLI = 1e6;

  /** Of these times in nanoseconds, one or more. */
  static Latency of(String scenario, long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latency(
        scenario,
        sorted.length,
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        sorted[sorted.length - 1] / NANOS_PER_MILLI);
  }

  private static double quantile(long[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(1, rank) - 1] / NANOS_PER_MILLI;
  }
}
