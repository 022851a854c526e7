package io.sluice.topology.observe;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The sums of one server's reports in the open pane, and which reports were the last ones. */
final class Tally {
  /** A repeated report comes soon after the first: a producer's retry, a sampler's restart. */
  private static final int REMEMBERED = 4;

  private static final int ROOM = 2;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final ServerId server;
  private final long[] lastReports = new long[REMEMBERED];
  private int remembered;
  private final List<Metric> names = new ArrayList<>(ROOM + 1);
  private double[] sums = new double[0];
  private int[] counts = new int[0];

  /**
   * Per column the last figure of this pane that can't be; not a number if there was none. Most
   * servers never report one, and need no place for it.
   */
  private double[] impossible = new double[0];

  private final ReportTimes times = new ReportTimes();
  private boolean byEngine;
  private long heardIn = Long.MIN_VALUE;
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

  /** The second of the last report, whatever became of it. */
  long heardIn() {
    return heardIn;
  }

  /** Whether the engine measured the last report, and not the server. */
  boolean byEngine() {
    return byEngine;
  }

  /**
   * Whether the report is of now, as far as the server's own reports tell. If it shows that the
   * ones before it were old, what is in the open pane of them is taken out again.
   */
  boolean isPresent(ServerMetrics report, long appendMillis) {
    heardIn = Pane.secondOf(appendMillis);
    ReportTimes.Age age = times.of(report.at().toEpochMilli(), appendMillis);
    if (age == ReportTimes.Age.OLD_BEFORE) {
      reports = 0;
      clear();
    }
    return age == ReportTimes.Age.PRESENT;
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

  /**
   * Adds a report.
   *
   * @return how many of its metrics were left out, since it has more than {@link Pane#METRICS_MAX}
   */
  int add(ServerMetrics report, long openSecond) {
    if (second != openSecond) {
      begin(openSecond);
    }
    lastReports[remembered % REMEMBERED] = nanos(report.at());
    // Counts on beyond the array, folded back long before it could overflow.
    remembered = remembered == 2 * REMEMBERED - 1 ? REMEMBERED : remembered + 1;
    reports++;
    byEngine = report.measurer().filter(Measurer.ENGINE::equals).isPresent();
    if (names.isEmpty()) {
      // Theirs are the first places, whatever else a server makes up.
      for (Metric metric : Metric.wellKnown()) {
        if (report.values().containsKey(metric)) {
          var _ = column(metric);
        }
      }
    }
    int dropped = 0;
    int next = 0;
    for (Map.Entry<Metric, Double> value : report.values().entrySet()) {
      // Reports of a server are alike: most often the next name is the next place.
      boolean likely = next < names.size() && names.get(next).equals(value.getKey());
      int column = likely ? next : column(value.getKey());
      next = column + 1;
      if (column == Columns.NONE) {
        dropped++;
      } else {
        count(column, value.getKey(), value.getValue());
      }
    }
    return dropped;
  }

  private void count(int column, Metric metric, double value) {
    if (metric.isPossible(value)) {
      sums[column] += value;
      counts[column]++;
    } else {
      if (column >= impossible.length) {
        int before = impossible.length;
        impossible = Arrays.copyOf(impossible, names.size());
        Arrays.fill(impossible, before, impossible.length, Double.NaN);
      }
      impossible[column] = value;
    }
  }

  private double impossible(int column) {
    return column < impossible.length ? impossible[column] : Double.NaN;
  }

  /** How many metrics have a place. */
  int columns() {
    return names.size();
  }

  Metric metric(int column) {
    return names.get(column);
  }

  /**
   * The mean in this column; not a number if it was not reported. Where nothing was reported that
   * can be, it is what can't be: who reads it sees that, and says so.
   */
  float mean(int column) {
    double mean = counts[column] == 0 ? impossible(column) : sums[column] / counts[column];
    return Double.isNaN(mean)
        ? Float.NaN
        : (float) Math.clamp(mean, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  private int column(Metric metric) {
    int known = names.indexOf(metric);
    if (known >= 0 || names.size() == Pane.METRICS_MAX) {
      return known >= 0 ? known : Columns.NONE;
    }
    names.add(metric);
    if (names.size() > sums.length) {
      sums = Arrays.copyOf(sums, names.size() + ROOM);
      counts = Arrays.copyOf(counts, names.size() + ROOM);
    }
    return names.size() - 1;
  }

  private void begin(long openSecond) {
    second = openSecond;
    reports = 0;
    boolean idle = false;
    for (int column = 0; column < names.size(); column++) {
      idle |= counts[column] == 0 && Double.isNaN(impossible(column));
    }
    if (idle) {
      // Names that are no longer reported give up their places.
      names.clear();
    }
    clear();
  }

  private void clear() {
    Arrays.fill(sums, 0);
    Arrays.fill(counts, 0);
    Arrays.fill(impossible, Double.NaN);
  }

  /** Wraps around for times that are centuries away, which still tells them apart. */
  private static long nanos(Instant at) {
    return at.getEpochSecond() * NANOS_PER_SECOND + at.getNano();
  }
}
