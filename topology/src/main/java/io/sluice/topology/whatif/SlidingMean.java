package io.sluice.topology.whatif;

/**
 * The mean of a signal over the last seconds, of each server over those seconds in which it was
 * ready. Since all ready servers report the same, one row of sums is enough for all of them.
 */
final class SlidingMean {
  private static final double DIGITS = 6;

  private final double[] sums;
  private final int window;
  private long count;

  /** Means over at most so many seconds. */
  SlidingMean(int window) {
    this(window, 0);
  }

  /**
   * The same, of which the last readings can be forgotten again.
   *
   * @param forgettable how many of them, 0 or more
   */
  SlidingMean(int window, int forgettable) {
    this.sums = new double[window + 1 + forgettable];
    this.window = window;
  }

  /** Forgets the last readings, as if they had not been added. */
  void forget(int readings) {
    count -= readings;
  }

  /** Adds what every ready server reported in the next second; 0 if there was none. */
  void add(double reading) {
    double sum = sums[index(count)] + reading;
    count++;
    sums[index(count)] = sum;
  }

  /**
   * The mean of the last readings.
   *
   * @param seconds how many, 1 or more; more than the window, or than there were, counts as that
   */
  double over(long seconds) {
    long span = Math.min(Math.min(seconds, window), count);
    return (sums[index(count)] - sums[index(count - span)]) / span;
  }

  /** The value with six digits, as observations have them. */
  static double rounded(double value) {
    if (value == 0) {
      return 0;
    }
    double scale = Math.pow(10, DIGITS - 1 - Math.floor(Math.log10(Math.abs(value))));
    double rounded = Math.rint(value * scale) / scale;
    // A value so small that its scale has no number is noise of the sums.
    return Double.isFinite(rounded) ? rounded : 0;
  }

  private int index(long number) {
    return (int) (number % sums.length);
  }
}
