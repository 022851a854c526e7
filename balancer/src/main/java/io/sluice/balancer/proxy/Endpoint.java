package io.sluice.balancer.proxy;

import java.util.Optional;

/**
 * Where clients come in, and how they are received there.
 *
 * @param name what it is called in messages
 * @param host the address to listen on
 * @param port the port, 0 to 65535; 0 means any that is free
 * @param tls with what TLS is spoken; empty: it is not
 * @param httpsPort requests are not served here, but sent to {@code https} on this port of the same
 *     host, 1 to 65535; empty: they are served
 * @param priorKnowledge whether clients without TLS may begin with HTTP/2
 */
public record Endpoint(
    String name,
    String host,
    int port,
    Optional<TlsFiles> tls,
    Optional<Integer> httpsPort,
    boolean priorKnowledge) {
  /**
   * Validates what belongs together.
   *
   * @throws IllegalArgumentException if values contradict each other or are out of range
   */
  public Endpoint {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "port %d of listener %s: expected 0 to 65535".formatted(port, name));
    }
    if (httpsPort.map(to -> to < 1 || to > 65_535).orElse(false)) {
      throw new IllegalArgumentException(
          "port %d that listener %s redirects to: expected 1 to 65535"
              .formatted(httpsPort.get(), name));
    }
    if (tls.isPresent() && httpsPort.isPresent()) {
      throw new IllegalArgumentException(
          "listener %s: it speaks TLS and redirects to it, expected one of them".formatted(name));
    }
    if (tls.isPresent() && priorKnowledge) {
      throw new IllegalArgumentException(
          "listener %s: prior knowledge of HTTP/2 with TLS, expected it without: with TLS it is agreed on"
              .formatted(name));
    }
  }

  /** Whether both listen at the same address. */
  boolean samePlace(Endpoint other) {
    return host.equals(other.host) && port == other.port;
  }
}
