package io.sluice.balancer.http;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Networks of IP addresses, of which an address is or is not.
 *
 * @param all each of them
 */
public record Networks(List<Network> all) {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /** No address. */
  public static final Networks NONE = new Networks(List.of());

  /** Every address. */
  public static final Networks ALL = parse("0.0.0.0/0, ::/0");

  /**
   * The addresses that begin with the same bits.
   *
   * @param address its first one
   * @param bits how many bits they share, 0 to 32 or 128
   */
  public record Network(InetAddress address, int bits) {
    private boolean contains(byte[] octets) {
      byte[] first = address.getAddress();
      if (octets.length != first.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit += 8) {
        int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit)) & 0xff;
        if (((octets[bit / 8] ^ first[bit / 8]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public String toString() {
      return address.getHostAddress() + "/" + bits;
    }
  }

  /** Whether they are all addresses, if only of one version. */
  public boolean everybody() {
    return all.stream().anyMatch(network -> network.bits() == 0);
  }

  /** Copies the list. */
  public Networks {
    all = List.copyOf(all);
  }

  /**
   * Networks in a text such as {@code 10.0.0.0/8, ::1}.
   *
   * @throws IllegalArgumentException if it holds anything else
   */
  public static Networks parse(String text) {
    List<Network> networks = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      networks.add(network(part.strip()));
    }
    return new Networks(networks);
  }

  private static Network network(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = address(slash < 0 ? text : text.substring(0, slash));
    String length = slash < 0 ? "" : text.substring(slash + 1);
    if (address.isEmpty() || !length.matches(slash < 0 ? "" : "\\d{1,3}")) {
      throw malformed(text);
    }
    byte[] octets = address.get().getAddress();
    int bits = slash < 0 ? octets.length * 8 : Integer.parseInt(length);
    if (bits > octets.length * 8) {
      throw malformed(text);
    }
    if (!Arrays.equals(octets, masked(octets, bits))) {
      throw new IllegalArgumentException(
          "network '%s': it has bits behind the first %d, expected none".formatted(text, bits));
    }
    return new Network(address.get(), bits);
  }

  private static byte[] masked(byte[] octets, int bits) {
    byte[] masked = octets.clone();
    for (int bit = bits; bit < masked.length * 8; bit++) {
      masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return masked;
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "network '%s': expected an address or a network, such as 10.0.0.0/8".formatted(text));
  }

  /** The address that a text is; empty if it is a name or anything else. */
  static Optional<InetAddress> address(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** Whether the address is of one of them. */
  public boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    return all.stream().anyMatch(network -> network.contains(octets));
  }

  /** Whether there is none. */
  public boolean none() {
    return all.isEmpty();
  }

  /** The networks as they are written in a configuration. */
  @Override
  public String toString() {
    return String.join(", ", all.stream().map(Network::toString).toList());
  }
}
