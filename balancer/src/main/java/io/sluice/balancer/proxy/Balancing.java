package io.sluice.balancer.proxy;

import io.sluice.balancer.pick.PickKind;
import io.sluice.balancer.pick.SlowStart;
import io.sluice.balancer.sticky.StickyConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * How requests are spread over the servers.
 *
 * @param pick how a server is chosen
 * @param slowStart how a server that has just come grows into its share
 * @param perServerMax requests that are under way to one server at once, over all loops; 0: any
 *     number
 * @param waitingMax requests that wait for a server at once, over all loops, 0 to 1,000,000
 * @param errorsInARow responses with a 5xx status in a row that eject a server, 0 to 1,000,000; 0:
 *     they never do, since whoever knows a URL that fails could have any server ejected
 * @param gatewayFailuresInARow connections broken, silent or unintelligible in a row that eject a
 *     server, 0 to 1,000,000; 0: they never do
 * @param sticky how users are bound to servers; empty: they are not
 */
public record Balancing(
    PickKind pick,
    SlowStart slowStart,
    int perServerMax,
    int waitingMax,
    int errorsInARow,
    int gatewayFailuresInARow,
    Optional<StickyConfig> sticky) {
  private static final int MAX = 1_000_000;

  /**
   * Round robin without slow start or limit; 2,048 may wait; five responses in a row that did not
   * come about eject, errors that did do not.
   */
  public static final Balancing DEFAULT =
      new Balancing(
          PickKind.ROUND_ROBIN, new SlowStart(Duration.ZERO), 0, 2048, 0, 5, Optional.empty());

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Balancing {
    require(perServerMax, "requests per server");
    require(waitingMax, "waiting requests");
    require(errorsInARow, "errors in a row");
    require(gatewayFailuresInARow, "gateway failures in a row");
  }

  private static void require(int value, String what) {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException("%s %d: expected 0 to %d".formatted(what, value, MAX));
    }
  }
}
