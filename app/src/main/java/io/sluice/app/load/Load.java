package io.sluice.app.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.schemas.metric.Metric;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How busy a server was in one interval.
 *
 * @param cpu share of the processors available to the process, in percent, 0 to 100
 * @param memory share of the memory limit, in percent, 0 to 100
 * @param gpu share of the graphics processor, in percent, 0 to 100
 * @param throughput requests finished per second, 0 or more
 * @param inFlight requests being served at the end of the interval, 0 or more
 */
public record Load(
    double cpu,
    double memory,
    double gpu,
    double throughput,
    @JsonProperty("in_flight") double inFlight) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double PERCENT_MAX = 100;

  /**
   * The load between two readings of one process; zero throughput and processor use if no time has
   * passed between them.
   *
   * @param processors processors available to the process, 1 or more
   */
  public static Load between(Reading before, Reading after, int processors) {
    double nanos = after.atNanos() - before.atNanos();
    boolean passed = nanos > 0;
    double cpu = passed ? 100.0 * (after.cpuNanos() - before.cpuNanos()) / (nanos * processors) : 0;
    double finished = after.requestsFinished() - before.requestsFinished();
    return new Load(
        percent(cpu),
        percent(after.memoryPercent()),
        percent(after.gpuPercent()),
        passed ? Math.max(0, finished * NANOS_PER_SECOND / nanos) : 0,
        after.requestsInFlight());
  }

  /** This load with processor and graphics processor at the given share, in percent. */
  public Load withProcessors(double percent) {
    return new Load(percent, memory, percent, throughput, inFlight);
  }

  /** The numbers under their well-known names. */
  public SortedMap<Metric, Double> byMetric() {
    SortedMap<Metric, Double> values = new TreeMap<>();
    values.put(Metric.CPU, cpu);
    values.put(Metric.MEMORY, memory);
    values.put(Metric.GPU, gpu);
    values.put(Metric.THROUGHPUT, throughput);
    values.put(Metric.IN_FLIGHT, inFlight);
    return values;
  }

  private static double percent(double value) {
    return Math.clamp(value, 0, PERCENT_MAX);
  }
}
