package io.sluice.balancer.proxy;

import io.sluice.balancer.spill.Reason;
import java.util.Map;

/**
 * What a gateway gave to one zone since its start.
 *
 * @param inFlight requests under way to its servers
 * @param requests requests that went there first
 * @param spillOvers requests that went there, first or after failing elsewhere, though another zone
 *     is home; by the reason, every one of which is there
 */
public record ZoneTraffic(int inFlight, long requests, Map<Reason, Long> spillOvers) {
  /** Copies the map. */
  public ZoneTraffic {
    spillOvers = Map.copyOf(spillOvers);
  }
}
