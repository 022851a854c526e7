package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** Bytes of a fuzzer, laid out so that a reader who goes too far is found out. */
final class FuzzedBytes {
  /** Limits under which a head that was taken and grew on its way is taken again. */
  static final HeadLimits WIDE = new HeadLimits(64 * 1024, 256 * 1024, 10_000);

  private FuzzedBytes() {}

  /** The bytes with these around them, from {@code around.length} on. */
  static byte[] between(String around, byte[] data) {
    byte[] edge = around.getBytes(ISO_8859_1);
    byte[] all = Arrays.copyOf(edge, 2 * edge.length + data.length);
    System.arraycopy(data, 0, all, edge.length, data.length);
    System.arraycopy(edge, 0, all, edge.length + data.length, edge.length);
    return all;
  }

  /** How large the pieces are in which these bytes arrive. */
  static int piece(byte[] data) {
    return 1 + Math.floorMod(Arrays.hashCode(data), 23);
  }

  static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, ISO_8859_1);
  }

  /** Throws unless both are equal. */
  static void same(String what, Object one, Object other) {
    if (!one.equals(other)) {
      throw new AssertionError("%s: %s, and %s".formatted(what, one, other));
    }
  }
}
