package io.sluice.balancer.pool;

import java.time.Duration;

/**
 * How much it takes to take a server out, and to let it in again.
 *
 * @param failedChecks failed checks in a row that disconnect an alive server, 1 to 100
 * @param goodChecks good checks in a row after which a disconnected one is alive again, 1 to 100
 * @param ejection for how long a server that fails requests is ejected the first time, 100 ms to 1
 *     day; each further time twice as long
 * @param ejectionMax the longest ejection, not below {@code ejection}, at most 1 day; a server that
 *     has stayed for as long starts from the first one again
 * @param ejectedShareMax the largest share of the servers that is ejected at once, 0 to 1; 0: none
 *     is ever ejected; the last alive one never is
 * @param panicShare if less than this share of the servers that are reachable is alive, 0 to 1, the
 *     ejected ones take requests too: bad answers from many beat overload of a few
 */
public record PoolThresholds(
    int failedChecks,
    int goodChecks,
    Duration ejection,
    Duration ejectionMax,
    double ejectedShareMax,
    double panicShare) {
  /** One check either way, 30 s to 5 min as in Envoy, half of the servers. */
  public static final PoolThresholds DEFAULT =
      new PoolThresholds(1, 1, Duration.ofSeconds(30), Duration.ofMinutes(5), 0.5, 0.5);

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public PoolThresholds {
    require(failedChecks >= 1 && failedChecks <= 100, "failed checks", failedChecks, "1 to 100");
    require(goodChecks >= 1 && goodChecks <= 100, "good checks", goodChecks, "1 to 100");
    boolean ordered =
        ejection.compareTo(Duration.ofMillis(100)) >= 0
            && ejection.compareTo(ejectionMax) <= 0
            && ejectionMax.compareTo(Duration.ofDays(1)) <= 0;
    require(ordered, "ejection", ejection + " to " + ejectionMax, "PT0.1S to PT24H, in order");
    require(
        ejectedShareMax >= 0 && ejectedShareMax <= 1, "ejected share", ejectedShareMax, "0 to 1");
    require(panicShare >= 0 && panicShare <= 1, "panic share", panicShare, "0 to 1");
  }

  /** For how long a server is ejected that has been ejected so often before. */
  Duration ejectionAfter(int before) {
    Duration wait = ejection;
    for (int i = 0; i < before && wait.compareTo(ejectionMax) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(ejectionMax) < 0 ? wait : ejectionMax;
  }

  private static void require(boolean holds, String what, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s %s: expected %s".formatted(what, value, expected));
    }
  }
}
