package io.sluice.balancer.pool;

import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Member;
import java.net.URI;

/**
 * Where requests for a server go.
 *
 * @param server the server
 * @param address {@code http://host:port}
 * @param weight its share relative to the others, 1 to 1000
 */
public record Target(ServerId server, URI address, int weight) {
  /** The target that a member of the zone is. */
  public static Target of(Member member) {
    return new Target(member.server(), member.address(), member.weight());
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
