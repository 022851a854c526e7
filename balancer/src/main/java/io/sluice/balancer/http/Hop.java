package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** What the balancer adds to the requests of one client connection about the hop they came over. */
public final class Hop {
  private final byte[] clientAddress;
  private final byte[] defaultHost;
  private final boolean trusted;
  private final boolean secure;

  /**
   * A hop.
   *
   * @param clientAddress IP address of the client, for {@code X-Forwarded-For}
   * @param defaultHost the {@code Host} of a request that has none (HTTP/1.0)
   * @param trusted whether the client is a proxy of ours, so that what it says about earlier hops
   *     is kept; otherwise those fields are replaced, since anybody can write them
   * @param secure whether the client spoke TLS
   */
  public Hop(String clientAddress, String defaultHost, boolean trusted, boolean secure) {
    this.clientAddress = clientAddress.getBytes(ISO_8859_1);
    this.defaultHost = defaultHost.getBytes(ISO_8859_1);
    this.trusted = trusted;
    this.secure = secure;
  }

  /** The client's IP address. */
  public String address() {
    return new String(clientAddress, ISO_8859_1);
  }

  byte[] clientAddress() {
    return clientAddress;
  }

  byte[] defaultHost() {
    return defaultHost;
  }

  boolean secure() {
    return secure;
  }

  boolean trusted() {
    return trusted;
  }
}
