package io.sluice.balancer.limit;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/** What a client is known by. */
public final class ClientKey {
  private static final int IPV4_BYTES = 4;

  /** The first 64 bits of 64:ff9b::/96, by which IPv4 is reached over IPv6 (RFC 6052). */
  private static final long TRANSLATED = 0x0064_ff9b_0000_0000L;

  private static final int TRANSLATED_FROM = 12;

  private ClientKey() {}

  /**
   * A number for the client: an IPv4 address as it is, of IPv6 the network of 64 bits, since
   * whoever has one address there has them all. The two never meet: IPv6 networks that begin with
   * 32 zero bits are given to nobody. Who comes from IPv4 through a translator counts as his IPv4
   * address: all of those share one network.
   */
  public static long of(InetAddress address) {
    byte[] octets = address.getAddress();
    ByteBuffer bytes = ByteBuffer.wrap(octets);
    if (octets.length == IPV4_BYTES) {
      return Integer.toUnsignedLong(bytes.getInt());
    }
    long network = bytes.getLong();
    boolean translated = network == TRANSLATED && bytes.getInt() == 0;
    return translated ? Integer.toUnsignedLong(bytes.getInt(TRANSLATED_FROM)) : network;
  }
}
