package io.sluice.balancer.proxy;

import io.sluice.balancer.access.AccessLogConfig;
import java.util.List;
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
 * @param httpsPort requests are not served, but sent to HTTPS on this port; empty: they are served
 * @param http2 how HTTP/2 is spoken
 * @param others where clients come in beside the first address, by their names
 * @param maintenance what they are told while nobody serves them
 */
public record ListenerConfig(
    Set<String> upgrades,
    AccessLogConfig accessLog,
    Optional<TlsFiles> tls,
    Optional<Integer> httpsPort,
    Http2Config http2,
    List<Endpoint> others,
    Maintenance maintenance) {
  /** WebSockets, no log, no TLS, HTTP/2 where TLS is. */
  public static final ListenerConfig DEFAULT =
      new ListenerConfig(Set.of("websocket"), AccessLogConfig.OFF, Optional.empty());

  /** One address that serves requests, with everything else by default. */
  public ListenerConfig(Set<String> upgrades, AccessLogConfig accessLog, Optional<TlsFiles> tls) {
    this(
        upgrades,
        accessLog,
        tls,
        Optional.empty(),
        Http2Config.DEFAULT,
        List.of(),
        Maintenance.DEFAULT);
  }

  /**
   * Validates the protocols.
   *
   * @throws IllegalArgumentException if one is no token in lower case, or h2c
   */
  public ListenerConfig {
    upgrades = Set.copyOf(upgrades);
    others = List.copyOf(others);
    for (String protocol : upgrades) {
      boolean token = protocol.matches("[a-z0-9!#$%&'*+.^_`|~/-]+");
      if (!token || !protocol.equals(protocol.toLowerCase(Locale.ROOT)) || protocol.equals("h2c")) {
        throw new IllegalArgumentException(
            "upgrade '%s': expected a protocol in lower case, not h2c".formatted(protocol));
      }
    }
  }

  /** The same, with these addresses beside the first one. */
  public ListenerConfig withOthers(List<Endpoint> others) {
    return new ListenerConfig(upgrades, accessLog, tls, httpsPort, http2, others, maintenance);
  }

  /** The same, with HTTP/2 spoken so. */
  public ListenerConfig withHttp2(Http2Config http2) {
    return new ListenerConfig(upgrades, accessLog, tls, httpsPort, http2, others, maintenance);
  }

  /** The same, with this said while nobody serves. */
  public ListenerConfig withMaintenance(Maintenance maintenance) {
    return new ListenerConfig(upgrades, accessLog, tls, httpsPort, http2, others, maintenance);
  }
}
