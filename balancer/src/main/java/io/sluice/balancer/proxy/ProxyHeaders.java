package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.balancer.http.Hop;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Whether connections to servers begin with a header of the PROXY protocol, and in which version:
 * {@code PROXY TCP4 198.51.100.7 192.0.2.1 51334 443} in the first one, the same in bytes in the
 * second.
 */
public enum ProxyHeaders {
  /** They don't. */
  NONE,
  /** Version 1, a line of text. */
  V1,
  /** Version 2. */
  V2;

  private static final byte[] SIGNATURE = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };
  private static final byte LOCAL = 0x20;
  private static final byte PROXY = 0x21;
  private static final byte TCP4 = 0x11;
  private static final byte TCP6 = 0x21;
  private static final int IPV4_BYTES = 4;

  /** The header of a connection that is for this client; nothing if there is none. */
  byte[] of(Hop hop) {
    InetSocketAddress from = hop.source();
    InetSocketAddress to = hop.destination();
    boolean alike = addressOf(from).length == addressOf(to).length;
    return switch (this) {
      case NONE -> new byte[0];
      case V1 -> alike ? line(from, to).getBytes(US_ASCII) : ofOurOwn();
      case V2 -> alike ? bytes(from, to) : ofOurOwn();
    };
  }

  /** The header of a connection that is for nobody, as one that asks how the server is. */
  public byte[] ofOurOwn() {
    return switch (this) {
      case NONE -> new byte[0];
      case V1 -> "PROXY UNKNOWN\r\n".getBytes(US_ASCII);
      case V2 -> {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.writeBytes(new byte[] {LOCAL, 0, 0, 0});
        yield header.toByteArray();
      }
    };
  }

  private static byte[] addressOf(InetSocketAddress end) {
    return end.getAddress().getAddress();
  }

  private static String line(InetSocketAddress from, InetSocketAddress to) {
    String family = addressOf(from).length == IPV4_BYTES ? "TCP4" : "TCP6";
    return "PROXY %s %s %s %d %d\r\n"
        .formatted(family, text(from), text(to), from.getPort(), to.getPort());
  }

  /** Without a scope, which means nothing elsewhere. */
  private static String text(InetSocketAddress end) {
    InetAddress address = end.getAddress();
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }

  private static byte[] bytes(InetSocketAddress from, InetSocketAddress to) {
    byte[] source = addressOf(from);
    byte[] destination = addressOf(to);
    int size = source.length + destination.length + 2 * Short.BYTES;
    return ByteBuffer.allocate(SIGNATURE.length + 2 + Short.BYTES + size)
        .put(SIGNATURE)
        .put(PROXY)
        .put(source.length == IPV4_BYTES ? TCP4 : TCP6)
        .putShort((short) size)
        .put(source)
        .put(destination)
        .putShort((short) from.getPort())
        .putShort((short) to.getPort())
        .array();
  }
}
