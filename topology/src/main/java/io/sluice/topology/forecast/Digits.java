package io.sluice.topology.forecast;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Numbers that are kept for long: six digits, as observations have them. */
final class Digits {
  private static final MathContext SIX = new MathContext(6);

  private Digits() {}

  static double rounded(double value) {
    return new BigDecimal(value).round(SIX).doubleValue();
  }

  /** So many places in which nothing stands yet: what is not a number. */
  static List<Double> unknown(int size) {
    return Collections.nCopies(size, Double.NaN);
  }

  /** The list with another value at a place that is counted on round after round. */
  static List<Double> with(List<Double> list, long index, double value) {
    Double[] next = list.toArray(new Double[0]);
    next[Math.floorMod(index, next.length)] = value;
    return Collections.unmodifiableList(Arrays.asList(next));
  }

  /** The value at a place that is counted on round after round. */
  static double at(List<Double> list, long index) {
    return list.get(Math.floorMod(index, list.size()));
  }
}
