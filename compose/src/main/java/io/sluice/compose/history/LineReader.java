package io.sluice.compose.history;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Splits a stream of bytes into lines, without copying a line more than once. */
final class LineReader {
  /** Kafka's records have a megabyte at most by default; escaped, six times that. */
  static final int LINE_BYTES_MAX = 64 << 20;

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int filled;
  private byte[] line = new byte[BUFFER_BYTES];
  private int length;

  LineReader(InputStream in) {
    this.in = in;
  }

  /**
   * Reads the next line, up to its line feed.
   *
   * @return false at the end of the stream
   * @throws IOException if reading fails, a line is too long, or the last one has no line feed
   */
  boolean next() throws IOException {
    length = 0;
    while (true) {
      if (at == filled) {
        filled = Math.max(0, in.read(buffer));
        at = 0;
        if (filled == 0) {
          if (length > 0) {
            throw new IOException("the file ends within a line");
          }
          return false;
        }
      }
      int end = at;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      append(end);
      if (end < filled) {
        at = end + 1;
        return true;
      }
      at = end;
    }
  }

  /** The bytes of the line that was read, from the start; they hold until the next one is read. */
  byte[] bytes() {
    return line;
  }

  /** How many bytes the line has. */
  int length() {
    return length;
  }

  private void append(int end) throws IOException {
    int more = end - at;
    if (length + more > LINE_BYTES_MAX) {
      throw new IOException("is longer than %d bytes".formatted(LINE_BYTES_MAX));
    }
    if (length + more > line.length) {
      line = Arrays.copyOf(line, Math.max(2 * line.length, length + more));
    }
    System.arraycopy(buffer, at, line, length, more);
    length += more;
  }
}
