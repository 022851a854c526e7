package io.sluice.topology.observe;

import java.util.Arrays;

/**
 * The last seconds of one server: a ring with one slot per second, and in each slot the number of
 * reports and the mean of every metric.
 */
final class ServerWindow {
  /**
   * Whoever has been silent for so long, in seconds, is silent, however far back the means reach;
   * or for {@link #SILENT_REPORTS} of its own usual distances, if it reports more rarely: the
   * smaller one of its last two, since a gap alone makes nobody rare.
   */
  static final int SILENT_SECONDS = 10;

  /** So many reports in a row must be missing. */
  static final int SILENT_REPORTS = 3;

  private static final long NONE = Long.MIN_VALUE;

  private int slots;
  private int columns;
  private int[] reports;
  private float[] means;
  private long last = Long.MIN_VALUE;
  private long before = NONE;
  private long earliest = NONE;
  private boolean ready;
  private boolean byEngine;

  ServerWindow(int slots, int columns) {
    this.slots = slots;
    this.columns = columns;
    this.reports = new int[slots];
    this.means = new float[slots * columns];
  }

  /** The last second in which it reported. */
  long last() {
    return last;
  }

  /** Whether the server was ready when its zone was last observed. */
  boolean ready() {
    return ready;
  }

  /** Whether the engine measured it, and not the server. */
  boolean byEngine() {
    return byEngine;
  }

  void ready(boolean isReady) {
    ready = isReady;
  }

  /** Gives the ring another size; what fits in both is kept. */
  void resize(int nextSlots, int nextColumns) {
    if (nextSlots == slots && nextColumns == columns) {
      return;
    }
    ServerWindow next = new ServerWindow(nextSlots, nextColumns);
    if (last != Long.MIN_VALUE) {
      next.advance(last);
      for (long second = last - Math.min(slots, nextSlots) + 1; second <= last; second++) {
        int from = slot(second);
        int to = next.slot(second);
        next.reports[to] = reports[from];
        Arrays.fill(next.means, to * nextColumns, (to + 1) * nextColumns, Float.NaN);
        System.arraycopy(
            means, from * columns, next.means, to * nextColumns, Math.min(columns, nextColumns));
      }
    }
    slots = next.slots;
    columns = next.columns;
    reports = next.reports;
    means = next.means;
  }

  /** Adds a row of a pane; its metrics stand in these columns of the ring. */
  void add(Pane pane, int row, int[] at) {
    long second = pane.second();
    if (last != Long.MIN_VALUE && second <= last - slots) {
      return;
    }
    if (second > last) {
      earliest = before;
      before = last;
      advance(second);
    }
    byEngine = pane.byEngine(row);
    int slot = slot(second);
    int known = reports[slot];
    int added = pane.reports(row);
    reports[slot] = known + added;
    for (int i = 0; i < at.length; i++) {
      float mean = pane.mean(row, i);
      if (at[i] != Columns.NONE && !Float.isNaN(mean)) {
        int index = slot * columns + at[i];
        float so = means[index];
        means[index] =
            Float.isNaN(so)
                ? mean
                : (float) ((so * (double) known + mean * (double) added) / (known + added));
      }
    }
  }

  /** Empties a column, which another metric is to have. */
  void clear(int column) {
    for (int slot = 0; slot < slots && column < columns; slot++) {
      means[slot * columns + column] = Float.NaN;
    }
  }

  /** Whether anything of it is in the {@code span} seconds that end with this one. */
  boolean isKeptWithin(long end, int span) {
    return last > end - span;
  }

  /** Whether it has fallen silent, as seen at the end of this second. */
  boolean silent(long end, int span) {
    return last <= end - patience(last, before, earliest, span);
  }

  /**
   * The mean over the {@code span} seconds that end with this one; not a number without reports, or
   * if none came lately: a metric can fall silent alone.
   */
  double mean(int column, long end, int span) {
    long from = Math.max(end - span, last - slots) + 1;
    double sum = 0;
    long count = 0;
    long newest = NONE;
    long earlier = NONE;
    long third = NONE;
    for (long second = from; second <= Math.min(end, last); second++) {
      int slot = slot(second);
      float mean = means[slot * columns + column];
      if (reports[slot] > 0 && !Float.isNaN(mean)) {
        sum += (double) mean * reports[slot];
        count += reports[slot];
        third = earlier;
        earlier = newest;
        newest = second;
      }
    }
    boolean silent = count == 0 || newest <= end - patience(newest, earlier, third, span);
    return silent ? Double.NaN : sum / count;
  }

  /** For how many seconds nothing need come after the last three reports. */
  private static long patience(long newest, long earlier, long third, int span) {
    long usual = earlier == NONE ? 1 : newest - earlier;
    if (third != NONE) {
      usual = Math.min(usual, earlier - third);
    }
    return Math.min(span, Math.max(SILENT_SECONDS, SILENT_REPORTS * usual));
  }

  /** Makes this the last second, and empties the slots of those that were skipped. */
  private void advance(long second) {
    long from = last == Long.MIN_VALUE ? second - slots + 1 : Math.max(last, second - slots) + 1;
    for (long skipped = from; skipped <= second; skipped++) {
      int slot = slot(skipped);
      reports[slot] = 0;
      Arrays.fill(means, slot * columns, (slot + 1) * columns, Float.NaN);
    }
    last = second;
  }

  private int slot(long second) {
    return Math.floorMod(second, slots);
  }
}
