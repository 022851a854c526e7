package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.util.Optional;

/**
 * The hop over which the requests of one client connection come: who is at its other end, what is
 * believed of what that one says, and what is added about it. Belongs to one thread.
 */
public final class Hop {
  private final HopRules rules;
  private final byte[] defaultHost;
  private final boolean secure;
  private String address;
  private byte[] addressBytes;
  private boolean trusted;

  /**
   * A hop.
   *
   * @param address IP address of the client
   * @param defaultHost the {@code Host} of a request that has none (HTTP/1.0)
   * @param rules who is believed
   * @param secure whether the client spoke TLS
   */
  public Hop(String address, String defaultHost, HopRules rules, boolean secure) {
    this.defaultHost = defaultHost.getBytes(ISO_8859_1);
    this.rules = rules;
    this.secure = secure;
    this.address = address;
    this.addressBytes = address.getBytes(ISO_8859_1);
    this.trusted = trusts(address);
  }

  /** Whoever is at the other end only passes on what this client sends. */
  public void comesFrom(String client) {
    address = client;
    addressBytes = client.getBytes(ISO_8859_1);
    trusted = trusts(client);
  }

  private boolean trusts(String proxy) {
    return !rules.trusted().none()
        && Networks.address(proxy).map(rules.trusted()::contains).orElse(false);
  }

  /** The IP address at its other end: a client's, or a proxy's. */
  public String address() {
    return address;
  }

  /**
   * The IP address of the client that a request is of: the last one in {@code X-Forwarded-For} that
   * is no trusted proxy's, as far as trusted ones say.
   */
  public String client(RequestHead head) {
    if (!trusted) {
      return address;
    }
    String client = address;
    Fields fields = head.fields();
    for (int i = fields.count() - 1; i >= 0; i--) {
      if (fields.name(i) == FieldName.X_FORWARDED_FOR) {
        String[] hops = fields.value(i).split(",", -1);
        for (int hop = hops.length - 1; hop >= 0; hop--) {
          Optional<InetAddress> said = Networks.address(withoutPort(hops[hop].strip()));
          if (said.isEmpty()) {
            return client;
          }
          client = withoutPort(hops[hop].strip());
          if (!rules.trusted().contains(said.get())) {
            return client;
          }
        }
      }
    }
    return client;
  }

  /** Some write {@code 192.0.2.1:4711} or {@code [2001:db8::1]:4711}. */
  private static String withoutPort(String said) {
    int end = said.indexOf(']');
    if (said.startsWith("[") && end > 0) {
      return said.substring(1, end);
    }
    int colon = said.indexOf(':');
    return colon >= 0 && colon == said.lastIndexOf(':') ? said.substring(0, colon) : said;
  }

  /** Whether the client spoke TLS, with us or with a trusted proxy. */
  public boolean secure(RequestHead head) {
    if (!trusted) {
      return secure;
    }
    Fields fields = head.fields();
    for (int i = 0; i < fields.count(); i++) {
      if (fields.name(i) == FieldName.X_FORWARDED_PROTO) {
        return fields.valueEquals(i, "https");
      }
    }
    return secure;
  }

  byte[] addressBytes() {
    return addressBytes;
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

  boolean via() {
    return rules.via();
  }
}
