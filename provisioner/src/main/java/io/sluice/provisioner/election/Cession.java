package io.sluice.provisioner.election;

import io.sluice.schemas.time.Ticks;
import java.time.Duration;

/**
 * What came of handing over to a higher monitor.
 *
 * @param at when it was handed over last
 * @param returns how often in a row office came back at once
 */
record Cession(Ticks at, int returns) {
  /** A term that is over before that was none. */
  static final Duration TERM_MIN = Duration.ofSeconds(15);

  /** One return may be bad luck. */
  private static final int RETURNS_FREE = 1;

  private static final int DOUBLINGS_MAX = 6;

  Cession again(Ticks now) {
    return new Cession(now, returns);
  }

  /** Office has come back. */
  Cession returned(Ticks now) {
    return now.isBefore(at.plus(TERM_MIN)) ? new Cession(at, returns + 1) : new Cession(at, 0);
  }

  /**
   * Until when nothing is handed over again.
   *
   * @param rest after the first return too many; doubles with each further one
   */
  Ticks until(Duration rest) {
    return returns <= RETURNS_FREE
        ? at
        : at.plus(rest.multipliedBy(1L << Math.min(returns - RETURNS_FREE, DOUBLINGS_MAX)));
  }
}
