package io.sluice.compose.drill;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for something that other processes do. */
public final class Patience {
  private static final Duration LOOK = Duration.ofMillis(20);

  private Patience() {}

  /** Lets time pass while something is as it was made. */
  public static void pass(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DrillException("interrupted while something lasts", interrupted);
    }
  }

  /**
   * Waits until it is so.
   *
   * @param what for the message
   * @throws DrillException if it is not so in time
   */
  public static void await(String what, Duration atMost, BooleanSupplier isSo) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new DrillException("not within %s: %s".formatted(atMost, what));
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new DrillException("interrupted while waiting: " + what, interrupted);
      }
    }
  }
}
