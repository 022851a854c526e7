package io.sluice.balancer.pool;

import java.time.Duration;

/**
 * When servers are checked, and when one is given up.
 *
 * @param aliveEvery between two checks of an alive server, 100 ms or more
 * @param retryEvery between two retries of a disconnected server, 100 ms or more
 * @param retriesMax failed retries after which a server is dead, 0 to 100; 0: it is retried until
 *     the membership says that it is gone
 * @param confirmAfter after which a server that a request found unreachable is checked for the
 *     first time, out of turn: that request may have been the odd one; 0 or more. A failure of this
 *     check does not count as a retry
 * @param reportEvery between two reports of the dead servers to the primary monitor, 100 ms or more
 */
public record PoolTimings(
    Duration aliveEvery,
    Duration retryEvery,
    int retriesMax,
    Duration confirmAfter,
    Duration reportEvery) {
  private static final Duration SHORTEST = Duration.ofMillis(100);

  /** The seed's figures: 10 s, 30 s, 3 times, reports every 10 s; and 1 s for the confirmation. */
  public static final PoolTimings DEFAULT =
      new PoolTimings(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          3,
          Duration.ofSeconds(1),
          Duration.ofSeconds(10));

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public PoolTimings {
    requireAtLeast(aliveEvery, SHORTEST, "check of alive servers every");
    requireAtLeast(retryEvery, SHORTEST, "retry of disconnected servers every");
    requireAtLeast(reportEvery, SHORTEST, "report of dead servers every");
    requireAtLeast(confirmAfter, Duration.ZERO, "confirmation after");
    if (retriesMax < 0 || retriesMax > 100) {
      throw new IllegalArgumentException("retries %d: expected 0 to 100".formatted(retriesMax));
    }
  }

  private static void requireAtLeast(Duration value, Duration least, String what) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          "%s %s: expected %s or more".formatted(what, value, least));
    }
  }
}
