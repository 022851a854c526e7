package io.sluice.topology.whatif;

import io.sluice.schemas.text.Sentence;
import java.time.Instant;
import java.util.Arrays;

/**
 * A quantity over time, given at points and linear between them; before the first point and after
 * the last it stays at their values.
 *
 * <p>Linear, since a load that was measured every five minutes did not stand still for five minutes
 * and then jump: with steps, a policy would be judged by edges that were never there.
 */
public final class Curve {
  private final long[] millis;
  private final double[] values;

  private Curve(long[] millis, double[] values) {
    this.millis = millis;
    this.values = values;
  }

  /** When the first point stands. */
  public Instant from() {
    return Instant.ofEpochMilli(millis[0]);
  }

  /** When the last point stands. */
  public Instant to() {
    return Instant.ofEpochMilli(millis[millis.length - 1]);
  }

  /** How many points there are, 1 or more. */
  public int size() {
    return millis.length;
  }

  /** Reads the curve forward. */
  Cursor cursor() {
    return new Cursor();
  }

  /** Takes points in the order of their times. */
  public static final class Builder {
    private static final int FIRST_SIZE = 1_024;

    private long[] millis = new long[FIRST_SIZE];
    private double[] values = new double[FIRST_SIZE];
    private int size;

    /** Whether a point at this time can follow the points so far. */
    public boolean follows(Instant time) {
      return size == 0 || time.toEpochMilli() > millis[size - 1];
    }

    /**
     * Adds a point.
     *
     * @param time later than the point before
     * @param value 0 or more
     * @throws IllegalArgumentException if either is not
     */
    public void add(Instant time, double value) {
      if (!follows(time)) {
        throw new IllegalArgumentException(
            Sentence.of(
                "point at %s: expected a time after %s",
                time, Instant.ofEpochMilli(millis[size - 1])));
      }
      if (!(value >= 0 && Double.isFinite(value))) {
        throw new IllegalArgumentException(
            Sentence.of("value %s at %s: expected a number of 0 or more", value, time));
      }
      if (size == millis.length) {
        millis = Arrays.copyOf(millis, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      millis[size] = time.toEpochMilli();
      values[size] = value;
      size++;
    }

    /** How many points there are so far. */
    public int size() {
      return size;
    }

    /**
     * The curve through the points.
     *
     * @throws IllegalStateException if there is none
     */
    public Curve build() {
      if (size == 0) {
        throw new IllegalStateException("curve without points: expected at least one");
      }
      return new Curve(Arrays.copyOf(millis, size), Arrays.copyOf(values, size));
    }
  }

  /** A place on the curve that moves forward; going back starts the search anew. */
  final class Cursor {
    private int at;

    /** The value at this second of the epoch. */
    double value(long second) {
      long time = Math.multiplyExact(second, 1_000L);
      if (time < millis[at]) {
        at = 0;
      }
      while (at + 1 < millis.length && millis[at + 1] <= time) {
        at++;
      }
      if (at + 1 == millis.length || time <= millis[at]) {
        return values[at];
      }
      double share = (double) (time - millis[at]) / (millis[at + 1] - millis[at]);
      return values[at] + share * (values[at + 1] - values[at]);
    }
  }
}
