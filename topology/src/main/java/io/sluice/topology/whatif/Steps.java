package io.sluice.topology.whatif;

import java.time.Instant;
import java.util.Arrays;

/** A number that stays until it changes; 0 before the first change. */
final class Steps {
  private static final int FIRST_SIZE = 64;

  private long[] millis = new long[FIRST_SIZE];
  private int[] values = new int[FIRST_SIZE];
  private int size;

  /** Adds a change at a time not before the last one. */
  void add(Instant time, int value) {
    if ((size == 0 ? 0 : values[size - 1]) == value) {
      return;
    }
    if (size == millis.length) {
      millis = Arrays.copyOf(millis, 2 * size);
      values = Arrays.copyOf(values, 2 * size);
    }
    millis[size] = time.toEpochMilli();
    values[size] = value;
    size++;
  }

  /** The number at this second of the epoch. */
  int at(long second) {
    // The last of several changes in one millisecond holds.
    int low = 0;
    int high = size;
    long time = Math.multiplyExact(second, 1_000L);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (millis[middle] <= time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? 0 : values[low - 1];
  }

  /**
   * The mean of 1 ÷ number over the time from one moment to another in which it was above 0; not a
   * number if it never was. The last change is not after the later moment.
   */
  double meanReciprocal(Instant from, Instant to) {
    double sum = 0;
    long length = 0;
    long end = to.toEpochMilli();
    for (int i = size - 1; i >= 0 && end > from.toEpochMilli(); i--) {
      long begin = Math.max(millis[i], from.toEpochMilli());
      if (values[i] > 0 && begin < end) {
        sum += (double) (end - begin) / values[i];
        length += end - begin;
      }
      end = Math.min(end, millis[i]);
    }
    return length == 0 ? Double.NaN : sum / length;
  }
}
