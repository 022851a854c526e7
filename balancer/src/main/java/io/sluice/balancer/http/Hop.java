package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * The hop over which the requests of one client connection come: who is at its other end, what is
 * believed of what that one says, and what is added about it. Belongs to one thread.
 */
public final class Hop {
  private static final int DEFAULT_HTTPS_PORT = 443;

  private final HopRules rules;
  private final byte[] defaultHost;
  private final boolean secure;
  private final Optional<Integer> httpsPort;
  private String address;
  private InetAddress inetAddress;
  private byte[] addressBytes;
  private boolean trusted;

  /** Where the connection comes from, and where to, as the client has it. */
  private InetSocketAddress source;

  private InetSocketAddress destination;

  /**
   * A hop.
   *
   * @param address IP address of the client
   * @param defaultHost the {@code Host} of a request that has none (HTTP/1.0)
   * @param rules who is believed
   * @param secure whether the client spoke TLS
   */
  public Hop(String address, String defaultHost, HopRules rules, boolean secure) {
    this(address, defaultHost, rules, secure, Optional.empty());
  }

  /** The same, whose requests are sent to {@code https} on this port of the same host. */
  public Hop(
      String address,
      String defaultHost,
      HopRules rules,
      boolean secure,
      Optional<Integer> httpsPort) {
    this.defaultHost = defaultHost.getBytes(ISO_8859_1);
    this.rules = rules;
    this.secure = secure;
    this.httpsPort = httpsPort;
    this.address = address;
    this.addressBytes = address.getBytes(ISO_8859_1);
    this.inetAddress = InetAddress.ofLiteral(address);
    this.trusted = rules.trusted().contains(inetAddress);
    this.source = new InetSocketAddress(inetAddress, 0);
    this.destination = source;
  }

  /** The ends of the connection, as the client has it. */
  public void between(InetSocketAddress from, InetSocketAddress to) {
    source = from;
    destination = to;
  }

  /** Where the connection comes from, as the client has it. */
  public InetSocketAddress source() {
    return source;
  }

  /** Where the connection goes to, as the client has it. */
  public InetSocketAddress destination() {
    return destination;
  }

  /** Whoever is at the other end only passes on what this client sends. */
  public void comesFrom(String client) {
    address = client;
    addressBytes = client.getBytes(ISO_8859_1);
    inetAddress = InetAddress.ofLiteral(client);
    trusted = rules.trusted().contains(inetAddress);
  }

  /** The IP address at its other end: a client's, or a proxy's. */
  public InetAddress inetAddress() {
    return inetAddress;
  }

  /** The same as {@link #client}, as an address. */
  public InetAddress clientAddress(RequestHead head) {
    return trusted ? Networks.address(client(head)).orElse(inetAddress) : inetAddress;
  }

  /** The port on which the requests are served instead of here; empty: they are served here. */
  public Optional<Integer> httpsPort() {
    return httpsPort;
  }

  /** Where the same is served over {@code https}. */
  public String secureLocation(RequestHead head) {
    return RequestRewrite.secureLocation(head, this, httpsPort.orElse(DEFAULT_HTTPS_PORT));
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

  /** Whether it comes over TLS. */
  public boolean secure() {
    return secure;
  }

  /** Whether what the other end says of other hops is believed. */
  public boolean trusted() {
    return trusted;
  }

  boolean via() {
    return rules.via();
  }
}
