package io.sluice.balancer.limit;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** What a client is known by. */
public final class ClientKey {
  private static final int IPV4_BYTES = 4;

  private ClientKey() {}

  /**
   * A number for the client: an IPv4 address as it is, of IPv6 the network of 64 bits, since
   * whoever has one address there has them all. The two never meet: IPv6 networks that begin with
   * 32 zero bits are given to nobody.
   */
  public static long of(InetAddress address) {
    byte[] octets = address.getAddress();
    ByteBuffer bytes = ByteBuffer.wrap(octets);
    return octets.length == IPV4_BYTES ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
  }
}
