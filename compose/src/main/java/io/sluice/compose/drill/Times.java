package io.sluice.compose.drill;

import java.util.List;

/**
 * How long something took, several times.
 *
 * @param p50Millis the median, in milliseconds
 * @param maxMillis the longest, in milliseconds
 * @param runs how often
 */
public record Times(long p50Millis, long maxMillis, int runs) {
  /**
   * Sums up.
   *
   * @param millis at least one
   */
  public static Times of(List<Long> millis) {
    List<Long> sorted = millis.stream().sorted().toList();
    int middle = sorted.size() / 2;
    long median =
        sorted.size() % 2 == 1
            ? sorted.get(middle)
            : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    return new Times(median, sorted.getLast(), sorted.size());
  }
}
