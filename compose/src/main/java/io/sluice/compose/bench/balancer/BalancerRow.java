package io.sluice.compose.bench.balancer;

import java.util.Map;
import java.util.TreeMap;

/**
 * One subject in one scenario: medians over the rounds.
 *
 * @param scenario what was done
 * @param subject who did it
 * @param cost processor time of a request
 * @param speed what its clients saw
 * @param perRequest what else a request took, by {@link #CONNECTIONS}, {@link #SYSTEM_CALLS} and
 *     {@link #BYTES_ALLOCATED}; what could not be counted is missing
 * @param rssMiB memory in use after the last round
 * @param errors requests that failed, over all rounds
 * @param ratio own processor time per request ÷ that of each peer in the same round, by peer
 */
public record BalancerRow(
    String scenario,
    String subject,
    Cost cost,
    Speed speed,
    Map<String, Double> perRequest,
    double rssMiB,
    long errors,
    Map<String, Double> ratio) {
  /** Connections made to servers. */
  public static final String CONNECTIONS = "connections";

  /** System calls, in a run of their own, which costs a little more. */
  public static final String SYSTEM_CALLS = "systemCalls";

  /** Bytes on the heap, by the event loops, in a run of their own; of ours alone. */
  public static final String BYTES_ALLOCATED = "bytesAllocated";

  /**
   * Processor time of a request, in microseconds.
   *
   * @param cpuMicros of the whole process, the two parts together
   * @param userMicros of it in the program
   * @param systemMicros of it in the kernel
   * @param loopMicros of it on the thread that forwards: without compiler and collector
   */
  public record Cost(double cpuMicros, double userMicros, double systemMicros, double loopMicros) {}

  /**
   * What the load generator saw.
   *
   * @param requestsPerSecond how many were answered
   * @param p50Millis median latency
   * @param p99Millis latency of the slowest hundredth
   */
  public record Speed(double requestsPerSecond, double p50Millis, double p99Millis) {}

  /** Copies the maps. */
  public BalancerRow {
    perRequest = new TreeMap<>(perRequest);
    ratio = new TreeMap<>(ratio);
  }
}
