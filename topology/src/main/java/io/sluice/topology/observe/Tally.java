package io.sluice.topology.observe;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

/** The sums of one server's reports in the open pane, and which reports were the last ones. */
final class Tally {
  /** A repeated report comes soon after the first: a producer's retry, a sampler's restart. */
  private static final int REMEMBERED = 4;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final ServerId server;
  private final long[] lastReports = new long[REMEMBERED];
  private int remembered;
  private double[] sums = new double[0];
  private int[] counts = new int[0];
  private int reports;
  private long second = Long.MIN_VALUE;

  Tally(ServerId server) {
    this.server = server;
  }

  ServerId server() {
    return server;
  }

  int reports() {
    return reports;
  }

  /** The second of the last pane that the server reported in. */
  long second() {
    return second;
  }

  /** Whether this report was counted already: same server, same time of measurement. */
  boolean knows(ServerMetrics report) {
    long nanos = nanos(report.at());
    for (int i = 0; i < Math.min(remembered, REMEMBERED); i++) {
      if (lastReports[i] == nanos) {
        return true;
      }
    }
    return false;
  }

  void add(ServerMetrics report, long openSecond, Columns columns) {
    if (second != openSecond) {
      begin(openSecond);
    }
    lastReports[remembered % REMEMBERED] = nanos(report.at());
    // Counts on beyond the array, folded back long before it could overflow.
    remembered = remembered == 2 * REMEMBERED - 1 ? REMEMBERED : remembered + 1;
    reports++;
    for (Map.Entry<Metric, Double> value : report.values().entrySet()) {
      int column = columns.index(value.getKey());
      if (column != Columns.NONE) {
        add(column, value.getValue());
      }
    }
  }

  /** The mean in this column; not a number if it was not reported. */
  float mean(int column) {
    if (column >= counts.length || counts[column] == 0) {
      return Float.NaN;
    }
    return (float) Math.clamp(sums[column] / counts[column], -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  private void begin(long openSecond) {
    second = openSecond;
    reports = 0;
    Arrays.fill(sums, 0);
    Arrays.fill(counts, 0);
  }

  private void add(int column, double value) {
    if (column >= sums.length) {
      sums = Arrays.copyOf(sums, column + 1);
      counts = Arrays.copyOf(counts, column + 1);
    }
    sums[column] += value;
    counts[column]++;
  }

  /** Wraps around for times that are centuries away, which still tells them apart. */
  private static long nanos(Instant at) {
    return at.getEpochSecond() * NANOS_PER_SECOND + at.getNano();
  }
}
