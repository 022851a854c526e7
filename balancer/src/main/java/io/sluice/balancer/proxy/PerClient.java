package io.sluice.balancer.proxy;

import io.sluice.balancer.http.Networks;
import io.sluice.balancer.limit.ClientRate;
import java.util.Optional;

/**
 * What one client may have: an IPv4 address, or with IPv6 a network of 64 bits.
 *
 * @param connectionsMax connections that it has open at once, 0 to 10,000,000; 0: any number.
 *     Proxies that are believed in what they say of their clients are not counted
 * @param rate how often it may ask; empty: as often as it likes
 * @param exempt to whom neither applies
 */
public record PerClient(int connectionsMax, Optional<ClientRate> rate, Networks exempt) {
  /** No limits. */
  public static final PerClient DEFAULT = new PerClient(0, Optional.empty(), Networks.NONE);

  /**
   * Validates the range.
   *
   * @throws IllegalArgumentException if a value is out of it
   */
  public PerClient {
    if (connectionsMax < 0 || connectionsMax > 10_000_000) {
      throw new IllegalArgumentException(
          "connections of a client %d: expected 0 to 10000000".formatted(connectionsMax));
    }
  }
}
