package io.sluice.topology.whatif;

import java.util.ArrayList;
import java.util.List;

/**
 * What the servers of a modelled zone report, second by second, of each of its signals. It can be
 * read ahead for some seconds, in which as many servers are ready as now, and be put back.
 */
final class Readings {
  /** How far it is read ahead at most, in seconds. */
  static final int AHEAD_MAX = 512;

  private final List<Signal> signals;
  private final List<Curve.Cursor> totals = new ArrayList<>();
  private final List<SlidingMean> means = new ArrayList<>();

  /** The totals that were read ahead and put back, by signal and second. */
  private final double[][] ahead;

  private final double[][] totalsAhead;
  private final double[] lowest;
  private final double[] highest;
  private long firstAhead;
  private int countAhead;

  /** How many seconds were taken ahead last. */
  private int taken;

  Readings(List<Signal> signals, int window) {
    this.signals = signals;
    for (Signal signal : signals) {
      totals.add(signal.total().cursor());
      means.add(new SlidingMean(window, AHEAD_MAX));
    }
    this.ahead = new double[signals.size()][AHEAD_MAX];
    this.totalsAhead = new double[signals.size()][];
    this.lowest = new double[signals.size()];
    this.highest = new double[signals.size()];
  }

  /** Takes in what so many servers report in this second, which is one more than the last. */
  void take(long second, int ready) {
    for (int i = 0; i < signals.size(); i++) {
      double total = total(i, second);
      means.get(i).add(ready == 0 ? 0 : signals.get(i).reading(total, ready));
    }
  }

  private double total(int signal, long second) {
    long place = second - firstAhead;
    return place >= 0 && place < countAhead
        ? ahead[signal][(int) place]
        : totals.get(signal).value(second);
  }

  /**
   * Takes in the seconds behind this one, of which the lowest and the highest mean are known then.
   *
   * @param count how many, 1 to {@link #AHEAD_MAX}
   * @param window over how many seconds the means are
   */
  void takeAhead(long second, int count, int ready, long window) {
    for (int i = 0; i < signals.size(); i++) {
      SlidingMean mean = means.get(i);
      Signal signal = signals.get(i);
      double least = Double.POSITIVE_INFINITY;
      double most = Double.NEGATIVE_INFINITY;
      double[] kept = new double[count];
      for (int j = 0; j < count; j++) {
        kept[j] = total(i, second + 1 + j);
        mean.add(signal.reading(kept[j], ready));
        double now = mean.over(window);
        least = Math.min(least, now);
        most = Math.max(most, now);
      }
      lowest[i] = least;
      highest[i] = most;
      totalsAhead[i] = kept;
    }
    keep(second + 1, count);
  }

  /** Keeps the totals, unless more of them are kept: a cursor had better not go back. */
  private void keep(long first, int count) {
    taken = count;
    if (first + count > firstAhead + countAhead) {
      for (int i = 0; i < signals.size(); i++) {
        System.arraycopy(totalsAhead[i], 0, ahead[i], 0, count);
      }
      firstAhead = first;
      countAhead = count;
    }
  }

  /** Puts back what was taken ahead. */
  void putBack() {
    means.forEach(mean -> mean.forget(taken));
  }

  /** The lowest mean of a signal in the seconds that were taken ahead. */
  double lowest(int signal) {
    return lowest[signal];
  }

  /** The highest one. */
  double highest(int signal) {
    return highest[signal];
  }

  /** The mean of a signal over the last seconds. */
  double over(int signal, long seconds) {
    return means.get(signal).over(seconds);
  }
}
