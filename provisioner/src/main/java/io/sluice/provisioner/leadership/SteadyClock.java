package io.sluice.provisioner.leadership;

import java.time.Instant;

/**
 * The time of this host as it was once, carried on by a clock that never jumps: deadlines of drains
 * and retries must not move when somebody sets the host's time.
 */
public final class SteadyClock {
  private final Instant origin = Instant.now();
  private final long nanosAtOrigin = System.nanoTime();

  /** The time now; never before what it was. */
  public Instant now() {
    return origin.plusNanos(System.nanoTime() - nanosAtOrigin);
  }
}
