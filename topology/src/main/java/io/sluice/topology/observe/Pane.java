package io.sluice.topology.observe;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import java.util.List;

/**
 * What some servers of one zone reported in one second: of each server the number of its reports
 * and its mean of every metric.
 *
 * <p>Values stand in arrays, one row per server, and as {@code float}: seven digits are more than a
 * measured load has, at half the memory.
 */
public final class Pane {
  /** How long a pane is, in milliseconds. */
  public static final long LENGTH_MILLIS = 1_000;

  /**
   * More servers than this go into a further pane of the same second: no record grows without end.
   */
  public static final int SERVERS_MAX = 500;

  /** A pane has so many columns at most; servers with other metrics go into a further one. */
  public static final int METRICS_MAX = 120;

  private final long second;
  private final List<Metric> metrics;
  private final long[] servers;
  private final int[] reports;
  private final boolean[] byEngine;
  private final float[] means;

  /**
   * Takes over the arrays.
   *
   * @param second which second of the broker's append time, counted from 1970
   * @param metrics the metrics of the columns
   * @param servers the numbers of the servers
   * @param reports per server how many reports stand behind its means
   * @param byEngine per server whether the engine measured it, and not the server
   * @param means per server, then per metric, the mean; not a number where none was reported
   * @throws IllegalArgumentException if the sizes do not fit together
   */
  Pane(
      long second,
      List<Metric> metrics,
      long[] servers,
      int[] reports,
      boolean[] byEngine,
      float[] means) {
    if (reports.length != servers.length
        || byEngine.length != servers.length
        || means.length != servers.length * metrics.size()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "pane of %d servers and %d metrics: %d counts and %d means, expected %d and %d",
              servers.length,
              metrics.size(),
              reports.length,
              means.length,
              servers.length,
              servers.length * metrics.size()));
    }
    this.second = second;
    this.metrics = List.copyOf(metrics);
    this.servers = servers;
    this.reports = reports;
    this.byEngine = byEngine;
    this.means = means;
  }

  /** What servers measured themselves. */
  Pane(long second, List<Metric> metrics, long[] servers, int[] reports, float[] means) {
    this(second, metrics, servers, reports, new boolean[servers.length], means);
  }

  /** The second that a moment of the broker's append time, in milliseconds, belongs to. */
  public static long secondOf(long appendMillis) {
    return Math.floorDiv(appendMillis, LENGTH_MILLIS);
  }

  /** Which second of the broker's append time, counted from 1970. */
  public long second() {
    return second;
  }

  /** The metrics of the columns. */
  public List<Metric> metrics() {
    return metrics;
  }

  /** How many servers are in it, at most {@value #SERVERS_MAX}. */
  public int size() {
    return servers.length;
  }

  /** The number of the server in this row. */
  public long server(int row) {
    return servers[row];
  }

  /** How many reports of that server were counted, 1 or more. */
  public int reports(int row) {
    return reports[row];
  }

  /** Whether the engine measured that server, and not the server itself. */
  public boolean byEngine(int row) {
    return byEngine[row];
  }

  /**
   * The mean of that server in this column; not a number if it did not report the metric. If it
   * reported only what can't be ({@link Metric#isPossible}), it is the last of that.
   */
  public float mean(int row, int column) {
    return means[row * metrics.size() + column];
  }
}
