package io.sluice.topology.forecast;

/**
 * The interval that is under way: the sum of what was observed in it so far.
 *
 * @param index which one, counted from 1970
 * @param second when the last observation was, in seconds since 1970
 * @param sum the sum of the totals
 * @param count how many observations stand behind it, 1 or more
 */
record OpenInterval(long index, long second, double sum, int count) {
  static OpenInterval begin(long index, long second, double total) {
    return new OpenInterval(index, second, total, 1);
  }

  OpenInterval add(long later, double total) {
    return new OpenInterval(index, Math.max(second, later), sum + total, count + 1);
  }

  double mean() {
    return Digits.rounded(sum / count);
  }
}
