package io.sluice.topology.observe;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import java.util.ArrayList;
import java.util.HashMap;
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
    LATE
  }

  /** For so long every record must have been late before the broker's clock is taken to be back. */
  static final long CLOCK_BACK_MILLIS = 3_000;

  private static final long NONE = Long.MIN_VALUE;
  private static final long FORGET_AFTER_SECONDS = 60;

  private final Columns columns = new Columns();
  private final Map<ServerId, Tally> tallies = new HashMap<>();
  private final List<Tally> open = new ArrayList<>();
  private long second = NONE;
  private long openedAt;
  private long closedUpTo = NONE;
  private long lateSince = NONE;
  private long forgottenAt;

  /** Whether a record of this append time, in milliseconds, ends the pane. */
  public boolean endsBefore(long appendMillis) {
    return second != NONE && Pane.secondOf(appendMillis) > second;
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
    if (second == NONE) {
      second = at;
      openedAt = now;
    }
    if (tally.second() != second) {
      open.add(tally);
    }
    tally.add(report, second, columns);
    return Taken.COUNTED;
  }

  /** Closes the pane: what it holds, by zone, in portions of at most {@link Pane#SERVERS_MAX}. */
  public SortedMap<ZoneId, List<Pane>> close() {
    SortedMap<ZoneId, List<Tally>> byZone = new TreeMap<>();
    for (Tally tally : open) {
      byZone.computeIfAbsent(tally.server().zone(), zone -> new ArrayList<>()).add(tally);
    }
    SortedMap<ZoneId, List<Pane>> panes = new TreeMap<>();
    byZone.forEach((zone, all) -> panes.put(zone, portions(all)));
    if (second - forgottenAt >= FORGET_AFTER_SECONDS) {
      tallies.values().removeIf(tally -> tally.second() < second - FORGET_AFTER_SECONDS);
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

  private List<Pane> portions(List<Tally> all) {
    List<Pane> portions = new ArrayList<>();
    for (int from = 0; from < all.size(); from += Pane.SERVERS_MAX) {
      portions.add(pane(all.subList(from, Math.min(all.size(), from + Pane.SERVERS_MAX))));
    }
    return portions;
  }

  private Pane pane(List<Tally> rows) {
    int[] used = usedColumns(rows);
    List<Metric> metrics = new ArrayList<>();
    for (int column : used) {
      metrics.add(columns.metric(column));
    }
    long[] servers = new long[rows.size()];
    int[] reports = new int[rows.size()];
    float[] means = new float[rows.size() * used.length];
    int next = 0;
    for (int row = 0; row < rows.size(); row++) {
      Tally tally = rows.get(row);
      servers[row] = tally.server().number();
      reports[row] = tally.reports();
      for (int column : used) {
        means[next++] = tally.mean(column);
      }
    }
    return new Pane(second, metrics, servers, reports, means);
  }

  private int[] usedColumns(List<Tally> rows) {
    boolean[] used = new boolean[columns.count()];
    int count = 0;
    for (Tally tally : rows) {
      for (int column = 0; column < used.length; column++) {
        if (!used[column] && !Float.isNaN(tally.mean(column))) {
          used[column] = true;
          count++;
        }
      }
    }
    int[] indexes = new int[count];
    for (int column = 0, next = 0; column < used.length; column++) {
      if (used[column]) {
        indexes[next++] = column;
      }
    }
    return indexes;
  }
}
