package io.sluice.balancer.proxy;

import java.security.Security;

/**
 * What Java does unless it is told otherwise, and what must not be done here. It decides once for a
 * process, at the first name or handshake, so that a program says it first of all.
 */
public final class JavaDefaults {
  private JavaDefaults() {}

  /**
   * Java remembers no addresses: it would for 30 s, and for 10 s that there is none, while a
   * container that starts again comes back with another one; {@link Names} remembers what is worth
   * it. And nobody agrees anew over a connection of TLS 1.2, which costs a handshake that no limit
   * counts, and which HTTP/2 forbids (RFC 9113 section 9.2.1).
   */
  public static void replace() {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
  }
}
