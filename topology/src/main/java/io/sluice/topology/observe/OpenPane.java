package io.sluice.topology.observe;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The second of one metrics partition that reports are being added to. Soft: what stands in it when
 * the partition moves is lost.
 *
 * <p>Records of a partition come in the order of their append times, so that a record of a later
 * second closes the pane. If no record comes, it is closed once a second has passed since its first
 * one; reports of that second which come later still are late, and are not counted. Times named
 * {@code now} are of the local clock, in milliseconds, and only their differences count.
 */
public final class OpenPane {
  /** What became of a report. */
  public enum Taken {
    /** It stands in the open pane. */
    COUNTED,
    /** The same server's report of the same time was counted before. */
    REPEATED,
    /** Its second is closed. */
    LATE,
    /** It was measured long before it came, and says nothing of now. */
    OLD
  }

  /** For so long every record must have been late before the broker's clock is taken to be back. */
  static final long CLOCK_BACK_MILLIS = 3_000;

  private static final long NONE = Long.MIN_VALUE;

  /** Who is silent for so long is forgotten, with what its reports' times tell. */
  private static final long FORGET_AFTER_SECONDS = 600;

  private final Map<ServerId, Tally> tallies = new HashMap<>();
  private final List<Tally> open = new ArrayList<>();
  private long second = NONE;
  private long openedAt;
  private long closedUpTo = NONE;
  private long lateSince = NONE;
  private long forgottenAt;
  private long dropped;

  /** Whether a record of this append time, in milliseconds, ends the pane. */
  public boolean endsBefore(long appendMillis) {
    return second != NONE && Pane.secondOf(appendMillis) > second;
  }

  /** Whether anything stands in a pane that has not ended. */
  public boolean isOpen() {
    return second != NONE;
  }

  /** Whether the pane's second has passed without a record that ended it. */
  public boolean overdue(long now) {
    // A local clock that was set back starts the second anew.
    openedAt = Math.min(openedAt, now);
    return second != NONE && now - openedAt >= Pane.LENGTH_MILLIS;
  }

  /** Adds a report; the pane must have been closed if the record ended it. */
  public Taken add(ServerMetrics report, long appendMillis, long now) {
    long at = Pane.secondOf(appendMillis);
    if (at <= closedUpTo || at < second) {
      lateSince = lateSince == NONE ? now : Math.min(lateSince, now);
      if (now - lateSince < CLOCK_BACK_MILLIS) {
        return Taken.LATE;
      }
      forget();
    }
    lateSince = NONE;
    Tally tally = tallies.computeIfAbsent(report.server(), Tally::new);
    if (tally.knows(report)) {
      return Taken.REPEATED;
    }
    if (!tally.isPresent(report, appendMillis)) {
      return Taken.OLD;
    }
    if (second == NONE) {
      second = at;
      openedAt = now;
    }
    if (tally.second() != second) {
      open.add(tally);
    }
    dropped += tally.add(report, second);
    return Taken.COUNTED;
  }

  /** How many values were left out since this was last asked, of servers with too many metrics. */
  public long takeDropped() {
    long taken = dropped;
    dropped = 0;
    return taken;
  }

  /** Closes the pane: what it holds, by zone, in portions of at most {@link Pane#SERVERS_MAX}. */
  public SortedMap<ZoneId, List<Pane>> close() {
    SortedMap<ZoneId, List<Tally>> byZone = new TreeMap<>();
    for (Tally tally : open) {
      // One whose reports turned out to be old has none left.
      if (tally.reports() == 0) {
        continue;
      }
      byZone.computeIfAbsent(tally.server().zone(), zone -> new ArrayList<>()).add(tally);
    }
    SortedMap<ZoneId, List<Pane>> panes = new TreeMap<>();
    byZone.forEach((zone, all) -> panes.put(zone, portions(all)));
    if (second - forgottenAt >= FORGET_AFTER_SECONDS) {
      tallies.values().removeIf(tally -> tally.heardIn() < second - FORGET_AFTER_SECONDS);
      forgottenAt = second;
    }
    closedUpTo = second;
    second = NONE;
    open.clear();
    return panes;
  }

  private void forget() {
    tallies.clear();
    open.clear();
    second = NONE;
    closedUpTo = NONE;
    forgottenAt = 0;
  }

  /**
   * Panes of no more than {@link Pane#SERVERS_MAX} servers and {@link Pane#METRICS_MAX} metrics:
   * what one server makes up takes no other one's place.
   */
  private List<Pane> portions(List<Tally> all) {
    List<Pane> portions = new ArrayList<>();
    List<Tally> rows = new ArrayList<>();
    Map<Metric, Integer> columns = new LinkedHashMap<>();
    for (Tally tally : all) {
      if (rows.size() == Pane.SERVERS_MAX
          || columns.size() + further(tally, columns) > Pane.METRICS_MAX) {
        portions.add(pane(rows, columns));
        rows.clear();
        columns.clear();
      }
      if (further(tally, columns) > 0) {
        for (int column = 0; column < tally.columns(); column++) {
          if (!Float.isNaN(tally.mean(column))) {
            columns.putIfAbsent(tally.metric(column), columns.size());
          }
        }
      }
      rows.add(tally);
    }
    portions.add(pane(rows, columns));
    return portions;
  }

  /** How many metrics were reported of that server that have no column yet. */
  private static int further(Tally tally, Map<Metric, Integer> columns) {
    int further = 0;
    for (int column = 0; column < tally.columns(); column++) {
      if (!columns.containsKey(tally.metric(column)) && !Float.isNaN(tally.mean(column))) {
        further++;
      }
    }
    return further;
  }

  private Pane pane(List<Tally> rows, Map<Metric, Integer> columns) {
    long[] servers = new long[rows.size()];
    int[] reports = new int[rows.size()];
    boolean[] byEngine = new boolean[rows.size()];
    float[] means = new float[rows.size() * columns.size()];
    Arrays.fill(means, Float.NaN);
    for (int row = 0; row < rows.size(); row++) {
      Tally tally = rows.get(row);
      servers[row] = tally.server().number();
      reports[row] = tally.reports();
      byEngine[row] = tally.byEngine();
      for (int column = 0; column < tally.columns(); column++) {
        Integer at = columns.get(tally.metric(column));
        if (at != null) {
          means[row * columns.size() + at] = tally.mean(column);
        }
      }
    }
    return new Pane(second, List.copyOf(columns.keySet()), servers, reports, byEngine, means);
  }
}
