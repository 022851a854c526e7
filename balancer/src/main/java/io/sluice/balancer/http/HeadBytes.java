package io.sluice.balancer.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** Bytes of a head that goes out: grows as needed, and is reused for head after head. */
public final class HeadBytes {
  private byte[] bytes = new byte[1024];
  private int length;

  /** Empties it. */
  public HeadBytes reset() {
    length = 0;
    return this;
  }

  /** The bytes; only the first {@link #length} count. */
  public byte[] array() {
    return bytes;
  }

  /** How many bytes there are. */
  public int length() {
    return length;
  }

  HeadBytes add(byte[] source, int from, int to) {
    int size = to - from;
    if (length + size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + size));
    }
    System.arraycopy(source, from, bytes, length, size);
    length += size;
    return this;
  }

  /** Takes bytes off the end. */
  HeadBytes withoutEnd(int size) {
    length -= size;
    return this;
  }

  HeadBytes add(byte[] source) {
    return add(source, 0, source.length);
  }

  HeadBytes add(String text) {
    return add(text.getBytes(ISO_8859_1));
  }

  /** The text so far, for tests and messages. */
  @Override
  public String toString() {
    return new String(bytes, 0, length, ISO_8859_1);
  }
}
