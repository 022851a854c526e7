package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.Network;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses of an engine's network, and where the host is in it.
 *
 * <p>An engine says which address its host has (the gateway) if somebody chose it. Otherwise it
 * takes the first one that it may give away: of {@code 172.17.0.0/16} that is {@code 172.17.0.1},
 * since the first of all names the network itself; of {@code 172.17.128.0/20} within that network
 * it is {@code 172.17.128.0}. Docker 20.10 does not tell that address before its second start.
 *
 * @param subnet the whole network, {@code address/bits}
 * @param part the part of it that addresses are taken from; empty: all of it
 * @param gateway the host's address, if the engine tells it
 */
record AddressRange(String subnet, Optional<String> part, Optional<String> gateway) {
  /** As the engine tells of it; empty if it names no network. */
  static Optional<AddressRange> of(Network.Ipam.Config told) {
    return Optional.ofNullable(told.getSubnet())
        .filter(subnet -> !subnet.isEmpty())
        .map(subnet ->
            new AddressRange(
                subnet,
                Optional.ofNullable(told.getIpRange()).filter(text -> !text.isEmpty()),
                Optional.ofNullable(told.getGateway()).filter(text -> !text.isEmpty())));
  }

  /** Whether its addresses are of version 4. */
  boolean isVersion4() {
    return firstOf(subnet) instanceof Inet4Address;
  }

  /** The host's address in it. */
  String hostAddress() {
    // Some engines tell it with the network's bits behind.
    return gateway.map(text -> text.replaceFirst("/.*", "")).orElseGet(this::chosen);
  }

  private String chosen() {
    InetAddress network = firstOf(subnet);
    InetAddress first = part.map(AddressRange::firstOf).orElse(network);
    return (first.equals(network) ? next(first) : first).getHostAddress();
  }

  /** The lowest address of {@code address/bits}. */
  private static InetAddress firstOf(String range) {
    String[] parts = range.split("/", 2);
    byte[] address = InetAddress.ofLiteral(parts[0]).getAddress();
    int bits = parts.length > 1 ? Integer.parseInt(parts[1]) : address.length * Byte.SIZE;
    int rest = address.length * Byte.SIZE - bits;
    return literal(new BigInteger(1, address).shiftRight(rest).shiftLeft(rest), address.length);
  }

  private static InetAddress next(InetAddress address) {
    byte[] bytes = address.getAddress();
    return literal(new BigInteger(1, bytes).add(BigInteger.ONE), bytes.length);
  }

  private static InetAddress literal(BigInteger value, int length) {
    byte[] bytes = new byte[length];
    for (int index = length - 1, shift = 0; index >= 0; index--, shift += Byte.SIZE) {
      bytes[index] = value.shiftRight(shift).byteValue();
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (java.net.UnknownHostException impossible) {
      throw new IllegalStateException("expected 4 or 16 bytes", impossible);
    }
  }
}
