package io.sluice.compose.bench.balancer;

import java.util.Map;
import java.util.TreeMap;

/**
 * One subject in one scenario: medians over the rounds.
 *
 * @param scenario what was done
 * @param subject who did it
 * @param cpuMicros processor time per request, the two parts together
 * @param userMicros of it in the program
 * @param systemMicros of it in the kernel
 * @param requestsPerSecond as the load generator saw it
 * @param p50Millis median latency
 * @param p99Millis latency of the slowest hundredth
 * @param rssMiB memory in use after the last round
 * @param errors requests that failed, over all rounds
 * @param ratio own processor time per request ÷ that of each peer in the same round, by peer
 */
public record BalancerRow(
    String scenario,
    String subject,
    double cpuMicros,
    double userMicros,
    double systemMicros,
    double requestsPerSecond,
    double p50Millis,
    double p99Millis,
    double rssMiB,
    long errors,
    Map<String, Double> ratio) {
  /** Copies the ratios. */
  public BalancerRow {
    ratio = new TreeMap<>(ratio);
  }
}
