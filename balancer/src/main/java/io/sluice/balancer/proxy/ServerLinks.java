package io.sluice.balancer.proxy;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How servers are spoken to whose addresses begin with {@code https}. Who they are is always
 * verified, and there is no way to leave that out: a certificate that nobody vouches for can be
 * named as an authority itself.
 *
 * @param authorities PEM file of those who may vouch for servers; empty: those that this Java knows
 * @param serverName the name that servers' certificates have, and that they are asked for; empty:
 *     the host of each one's address
 */
public record ServerLinks(Optional<Path> authorities, Optional<String> serverName) {
  /** Known authorities, and the hosts of the addresses. */
  public static final ServerLinks DEFAULT = new ServerLinks(Optional.empty(), Optional.empty());

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it is none
   */
  public ServerLinks {
    if (!serverName.map(name -> name.matches("[A-Za-z0-9._-]{1,253}")).orElse(true)) {
      throw new IllegalArgumentException(
          "name of servers '%s': expected a host name, such as shop.internal"
              .formatted(serverName.get()));
    }
  }
}
