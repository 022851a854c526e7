package io.sluice.topology.forecast;

import java.util.Optional;

/**
 * The interval that is under way: the sum of what was observed in it so far.
 *
 * <p>An observation counts as {@link #GROWTH_MAX} times what is usual at most, so that a figure
 * that can't be, which stands in as many observations as the window is long, teaches next to
 * nothing. Usual is the largest of the last season or the mean of the interval so far, whichever is
 * more: real growth, however large, is learnt a few observations later. An example: usual are 100,
 * and of 600 observations ten say 10¹⁵. They count as 400 each, and the mean is 105.
 *
 * @param index which one, counted from 1970
 * @param second when the last observation was, in seconds since 1970
 * @param sum the sum of the totals
 * @param count how many observations stand behind it, 1 or more
 * @param usual the largest interval of the last season, 0 if none is known; empty in an interval
 *     that an earlier release began or observed, where everything counts as it is
 */
record OpenInterval(long index, long second, double sum, int count, Optional<Double> usual) {
  /** So many times what is usual can be learnt at once. */
  static final double GROWTH_MAX = 4;

  /** What is so many times smaller than the very first observations shows that they can't be. */
  private static final double SHRINKAGE_MAX = 1_000;

  /** How an interval begins with its first observation, where this is usual. */
  @FunctionalInterface
  interface Beginning {
    OpenInterval at(long index, long second, double total, double usual);
  }

  static OpenInterval begin(long index, long second, double total, double usual) {
    double counted = usual > 0 ? Math.min(total, GROWTH_MAX * usual) : total;
    return new OpenInterval(index, second, counted, 1, Optional.of(usual));
  }

  /** One in which everything counts as it is, as in earlier releases. */
  static OpenInterval beginWhole(long index, long second, double total, double usual) {
    return new OpenInterval(index, second, total, 1, Optional.empty());
  }

  OpenInterval add(long later, double total) {
    long last = Math.max(second, later);
    if (usual.isEmpty()) {
      return new OpenInterval(index, last, sum + total, count + 1, usual);
    }
    double mean = sum / count;
    if (usual.get() == 0 && total > 0 && total * SHRINKAGE_MAX < mean) {
      return new OpenInterval(index, last, total, 1, usual);
    }
    double bound = GROWTH_MAX * Math.max(usual.get(), mean);
    double counted = bound > 0 ? Math.min(total, bound) : total;
    return new OpenInterval(index, last, sum + counted, count + 1, usual);
  }

  double mean() {
    return Digits.rounded(sum / count);
  }
}
