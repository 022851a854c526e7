package io.sluice.balancer.proxy;

import io.sluice.schemas.id.ZoneId;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How servers are spoken to. Who they are whose addresses begin with {@code https} is always
 * verified, and there is no way to leave that out: a certificate that nobody vouches for can be
 * named as an authority itself.
 *
 * @param authorities PEM file of those who may vouch for servers; empty: those that this Java knows
 * @param serverName the name that servers' certificates have, and that they are asked for; empty:
 *     the host of each one's address
 * @param proxyHeaders with what connections to them begin, but for those over TLS
 * @param zones what holds for those of these zones instead of what holds for all
 */
public record ServerLinks(
    Optional<Path> authorities,
    Optional<String> serverName,
    ProxyHeaders proxyHeaders,
    Map<ZoneId, ZoneTerms> zones) {
  /** Known authorities, the hosts of the addresses, no headers. */
  public static final ServerLinks DEFAULT = new ServerLinks(Optional.empty(), Optional.empty());

  /** Links without headers. */
  public ServerLinks(Optional<Path> authorities, Optional<String> serverName) {
    this(authorities, serverName, ProxyHeaders.NONE, Map.of());
  }

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it is none
   */
  public ServerLinks {
    zones = Map.copyOf(zones);
    if (!serverName.map(name -> name.matches("[A-Za-z0-9._-]{1,253}")).orElse(true)) {
      throw new IllegalArgumentException(
          "name of servers '%s': expected a host name, such as shop.internal"
              .formatted(serverName.get()));
    }
  }
}
