package io.sluice.schemas.health;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads the status of a response at the front of its compressed fields (RFC 7541), where it has to
 * stand: as one of the seven statuses that the static table knows, or as a literal.
 */
final class StatusField {
  /** Statuses of the static table, from its index 8. */
  private static final int[] KNOWN = {200, 204, 206, 304, 400, 404, 500};

  private static final int KNOWN_FROM = 8;

  private StatusField() {}

  /**
   * The status.
   *
   * @param block the compressed fields, or the first part of them
   * @throws IOException if it does not begin with a status
   */
  static int read(ByteBuffer block) throws IOException {
    int first = next(block);
    while (first >= 0x20 && first < 0x40) {
      // The table gets another size.
      int _ = number(block, first, 0x1f);
      first = next(block);
    }
    if (first >= 0x80) {
      int index = number(block, first, 0x7f) - KNOWN_FROM;
      if (index < 0 || index >= KNOWN.length) {
        throw new IOException("its answer does not begin with a status");
      }
      return KNOWN[index];
    }
    int name = number(block, first, first >= 0x40 ? 0x3f : 0x0f);
    if (name == 0) {
      skip(block);
    }
    return value(block);
  }

  private static int next(ByteBuffer block) throws IOException {
    if (!block.hasRemaining()) {
      throw new IOException("its answer has no status");
    }
    return block.get() & 0xff;
  }

  private static int number(ByteBuffer block, int first, int mask) throws IOException {
    int number = first & mask;
    if (number < mask) {
      return number;
    }
    int shift = 0;
    int more;
    do {
      more = next(block);
      number += (more & 0x7f) << shift;
      shift += 7;
    } while (more >= 0x80 && shift < 21);
    return number;
  }

  private static void skip(ByteBuffer block) throws IOException {
    int size = number(block, next(block), 0x7f);
    if (size > block.remaining()) {
      throw new IOException("its answer is malformed");
    }
    block.position(block.position() + size);
  }

  private static int value(ByteBuffer block) throws IOException {
    int first = next(block);
    int size = number(block, first, 0x7f);
    if (size > block.remaining() || size > 8) {
      throw new IOException("its answer is malformed");
    }
    long bits = 0;
    int status = 0;
    int digits = 0;
    if (first < 0x80) {
      for (int i = 0; i < size; i++) {
        status = 10 * status + next(block) - '0';
      }
      return checked(status, size);
    }
    for (int i = 0; i < size; i++) {
      bits = bits << 8 | next(block);
    }
    int left = 8 * size;
    while (digits < 3 && left >= 5) {
      // 0, 1 and 2 have five bits, from 00000; the others have six, from 011001.
      int five = (int) (bits >> (left - 5)) & 0x1f;
      boolean small = five < 3;
      left -= small ? 5 : 6;
      int digit = small || left < 0 ? five : ((int) (bits >> left) & 0x3f) - 0x19 + 3;
      status = 10 * status + digit;
      digits++;
    }
    return checked(status, digits);
  }

  private static int checked(int status, int digits) throws IOException {
    if (digits != 3 || status < 100 || status > 999) {
      throw new IOException("its answer has no status");
    }
    return status;
  }
}
