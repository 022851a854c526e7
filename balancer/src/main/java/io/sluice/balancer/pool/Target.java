package io.sluice.balancer.pool;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.member.Member;
import java.net.URI;

/**
 * Where requests for a server go.
 *
 * @param server the server
 * @param address {@code http://host:port}; {@code https}: over TLS; {@code h2c}: in HTTP/2 without
 *     TLS
 * @param weight its share relative to the others, 1 to 1000
 */
public record Target(ServerId server, URI address, int weight) {
  /** The target that a member of the zone is. */
  public static Target of(Member member) {
    return new Target(member.server(), member.address(), member.weight());
  }

  /** The scheme of its address. */
  public String scheme() {
    return address.getScheme();
  }

  /** Whether HTTP/2 is spoken with it from the first byte. */
  public boolean http2() {
    return Addresses.HTTP2.equals(scheme());
  }

  /** The host name or IP address; an IPv6 address without its brackets. */
  public String host() {
    String host = address.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The port, 1 to 65535. */
  public int port() {
    return address.getPort();
  }
}
