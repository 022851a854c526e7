package io.sluice.schemas.time;

/** A clock that never goes back and is never set. */
@FunctionalInterface
public interface MonotonicClock {
  /** This process's clock. It may stand still while the machine is suspended. */
  MonotonicClock SYSTEM = () -> new Ticks(System.nanoTime());

  /** The moment now. */
  Ticks now();
}
