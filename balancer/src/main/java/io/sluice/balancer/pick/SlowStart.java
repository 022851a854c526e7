package io.sluice.balancer.pick;

import java.time.Duration;

/**
 * How much of its share a server gets that has only just come: it grows evenly from a tenth to the
 * whole, so that cold caches and compilers are not hit at once.
 *
 * @param duration until the whole share; 0: at once
 */
public record SlowStart(Duration duration) {
  private static final double LEAST = 0.1;

  /**
   * The part of its share that a server gets, 0.1 to 1.
   *
   * @param ageNanos how long ago it came
   */
  public double share(long ageNanos) {
    long whole = duration.toNanos();
    if (ageNanos >= whole) {
      return 1;
    }
    return Math.max(LEAST, (double) Math.max(0, ageNanos) / whole);
  }
}
