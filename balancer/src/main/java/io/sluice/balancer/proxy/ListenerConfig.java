package io.sluice.balancer.proxy;

import io.sluice.balancer.access.AccessLogConfig;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What clients are offered, and what is written down about it.
 *
 * @param upgrades protocols to which a connection may be upgraded, in lower case; never {@code
 *     h2c}, behind which requests would pass unseen
 * @param accessLog what is logged
 * @param tls with what TLS is spoken; empty: it is not
 */
public record ListenerConfig(
    Set<String> upgrades, AccessLogConfig accessLog, Optional<TlsFiles> tls) {
  /** WebSockets, no log, no TLS. */
  public static final ListenerConfig DEFAULT =
      new ListenerConfig(Set.of("websocket"), AccessLogConfig.OFF, Optional.empty());

  /**
   * Validates the protocols.
   *
   * @throws IllegalArgumentException if one is no token in lower case, or h2c
   */
  public ListenerConfig {
    upgrades = Set.copyOf(upgrades);
    for (String protocol : upgrades) {
      boolean token = protocol.matches("[a-z0-9!#$%&'*+.^_`|~/-]+");
      if (!token || !protocol.equals(protocol.toLowerCase(Locale.ROOT)) || protocol.equals("h2c")) {
        throw new IllegalArgumentException(
            "upgrade '%s': expected a protocol in lower case, not h2c".formatted(protocol));
      }
    }
  }
}
