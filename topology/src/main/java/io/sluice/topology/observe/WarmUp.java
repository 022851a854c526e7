package io.sluice.topology.observe;

import io.sluice.schemas.fleet.Server;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells which ready servers are so new that their load does not count yet.
 *
 * <p>A server's age is what lies between the fact that it is ready and the end of the newest second
 * of reports. Both are broker's times, so that the local clock has no part in it; where the journal
 * and the metrics are led by different brokers, their clocks may differ a little.
 *
 * @param from who has become ready after this is warming
 * @param until who has become ready after this is older than the clocks say: a broker's clock was
 *     set back. Without it such servers would warm up for as long as the clock was set back.
 */
record WarmUp(Instant from, Instant until) {
  /** Nobody is warming. */
  static final WarmUp NONE = new WarmUp(Instant.MAX, Instant.MIN);

  /**
   * The warm-up as it stands after a second.
   *
   * @param second the newest second, counted from 1970
   * @param length how long a server is warming
   */
  static WarmUp after(long second, Duration length) {
    if (!length.isPositive()) {
      return NONE;
    }
    Instant end = Instant.ofEpochSecond(second).plusMillis(Pane.LENGTH_MILLIS);
    return new WarmUp(end.minus(length), end.plusMillis(OpenPane.CLOCK_BACK_MILLIS));
  }

  boolean covers(Server ready) {
    return ready.since().isAfter(from) && !ready.since().isAfter(until);
  }
}
