package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** Bytes that come in at one end and leave at the other. */
final class ByteQueue {
  private byte[] bytes = new byte[256];
  private int from;
  private int to;

  int size() {
    return to - from;
  }

  boolean isEmpty() {
    return from == to;
  }

  byte get(int index) {
    return bytes[from + index];
  }

  void set(int index, byte value) {
    bytes[from + index] = value;
  }

  void add(byte value) {
    reserve(1);
    bytes[to++] = value;
  }

  void add(String text) {
    byte[] more = text.getBytes(ISO_8859_1);
    reserve(more.length);
    System.arraycopy(more, 0, bytes, to, more.length);
    to += more.length;
  }

  /** Moves so many bytes from the front of another queue behind these. */
  void take(ByteQueue other, int count) {
    reserve(count);
    System.arraycopy(other.bytes, other.from, bytes, to, count);
    to += count;
    other.drop(count);
  }

  void take(io.netty.buffer.ByteBuf other) {
    int count = other.readableBytes();
    reserve(count);
    other.readBytes(bytes, to, count);
    to += count;
  }

  /** Gives so many bytes of the front to a buffer. */
  void giveTo(io.netty.buffer.ByteBuf buffer, int count) {
    buffer.writeBytes(bytes, from, count);
    drop(count);
  }

  void drop(int count) {
    from += count;
    if (from == to) {
      from = 0;
      to = 0;
    }
  }

  void clear() {
    from = 0;
    to = 0;
  }

  /** Where the text begins; below 0: nowhere. */
  int indexOf(String text) {
    for (int i = 0; i + text.length() <= size(); i++) {
      int at = 0;
      while (at < text.length() && get(i + at) == text.charAt(at)) {
        at++;
      }
      if (at == text.length()) {
        return i;
      }
    }
    return -1;
  }

  String text(int count) {
    return new String(bytes, from, count, ISO_8859_1);
  }

  private void reserve(int count) {
    if (to + count > bytes.length) {
      System.arraycopy(bytes, from, bytes, 0, to - from);
      to -= from;
      from = 0;
      if (to + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * (to + count));
      }
    }
  }
}
