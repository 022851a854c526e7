package io.sluice.provisioner.api;

import io.helidon.webserver.http.ServerRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Who makes a call, as far as its places among others are concerned.
 *
 * @param operator whether with the operators' token
 * @param name the same for calls that share what one caller may have
 */
record Caller(boolean operator, String name) {
  private static final int IPV6_NETWORK_BYTES = 8;

  /** All that have the operators' token are one caller, wherever they call from. */
  static final Caller OPERATOR = new Caller(true, "operators");

  /** Whoever called this monitor without the operators' token, by the address. */
  static Caller at(SocketAddress peer) {
    return new Caller(
        false,
        peer instanceof InetSocketAddress address && address.getAddress() != null
            ? network(address.getAddress())
            : peer.toString());
  }

  /** One host has as many IPv6 addresses as it likes, but one network. */
  private static String network(InetAddress address) {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), IPV6_NETWORK_BYTES)) + "/64"
        : address.getHostAddress();
  }

  /** Whoever made this request, which was admitted before. */
  static Caller of(ServerRequest request) {
    return request.context().get(Caller.class).orElseGet(() -> at(request.remotePeer().address()));
  }
}
