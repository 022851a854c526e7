package io.sluice.compose.archive;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The chain of hashes through the lines of an archive. A line is a JSON object whose last field is
 * its hash: the SHA-256 of the hash of the line before (32 bytes; zeros before the first line),
 * followed by the bytes of the line up to the comma before that field.
 */
final class Chain {
  private static final byte[] FIELD = ",\"hash\":\"".getBytes(US_ASCII);
  private static final byte[] END = "\"}".getBytes(US_ASCII);
  private static final int HASH_BYTES = 32;
  private static final HexFormat HEX = HexFormat.of();

  /** How many bytes of a line are its hash field and the closing brace. */
  static final int TAIL_BYTES = FIELD.length + 2 * HASH_BYTES + END.length;

  private final MessageDigest digest = sha256();
  private byte[] last = new byte[HASH_BYTES];

  /** The hash of the last line, in hexadecimal digits. */
  String last() {
    return HEX.formatHex(last);
  }

  /** Chains a line on: from its JSON object without the hash to the whole line. */
  byte[] seal(byte[] object) {
    int content = object.length - 1;
    step(object, content);
    byte[] line = Arrays.copyOf(object, content + TAIL_BYTES);
    System.arraycopy(FIELD, 0, line, content, FIELD.length);
    byte[] hash = last().getBytes(US_ASCII);
    System.arraycopy(hash, 0, line, content + FIELD.length, hash.length);
    System.arraycopy(END, 0, line, line.length - END.length, END.length);
    return line;
  }

  /** Whether the line ends with a hash field, whatever the hash. */
  static boolean sealed(byte[] bytes, int length) {
    int content = length - TAIL_BYTES;
    return content > 0
        && Arrays.equals(bytes, content, content + FIELD.length, FIELD, 0, FIELD.length)
        && Arrays.equals(bytes, length - END.length, length, END, 0, END.length);
  }

  /** The hash that stands in a sealed line. */
  static String claimed(byte[] bytes, int length) {
    int end = length - END.length;
    return new String(bytes, end - 2 * HASH_BYTES, 2 * HASH_BYTES, US_ASCII);
  }

  /** Chains a sealed line on; whether its hash is the right one. */
  boolean holds(byte[] bytes, int length) {
    step(bytes, length - TAIL_BYTES);
    int at = length - END.length - 2 * HASH_BYTES;
    for (int i = 0; i < HASH_BYTES; i++) {
      if (bytes[at + 2 * i] != HEX.toHighHexDigit(last[i])
          || bytes[at + 2 * i + 1] != HEX.toLowHexDigit(last[i])) {
        return false;
      }
    }
    return true;
  }

  private void step(byte[] bytes, int content) {
    digest.update(last);
    digest.update(bytes, 0, content);
    last = digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }
}
