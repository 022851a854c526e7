package io.sluice.schemas.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.schemas.text.Sentence;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A question about a server's health over HTTP/1.1: {@code GET} of a path, of whose answer only the
 * status counts. The JDK's client can't be used, since it lets nobody say which {@code Host} is
 * meant.
 *
 * @param host the {@code Host} of the question
 * @param path what is asked for, with a query or not
 */
public record Http1Question(String host, String path) {
  private static final int HEAD_MAX_BYTES = 64 * 1024;
  private static final int HEADS_MAX = 8;
  private static final int FIRST_FINAL = 200;
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");

  /**
   * The status of the answer. Blocks its thread; the connection is of no use afterwards.
   *
   * @param endNanos when it has to be over, on the clock of {@link System#nanoTime}
   * @throws SocketTimeoutException if there is no answer by then
   * @throws IOException if there is none, or none of HTTP/1
   */
  public int ask(Socket connected, long endNanos) throws IOException {
    connected
        .getOutputStream()
        .write(
            ("GET "
                    + path
                    + " HTTP/1.1\r\nHost: "
                    + host
                    + "\r\nUser-Agent: sluice\r\nConnection: close\r\n\r\n")
                .getBytes(US_ASCII));
    for (int i = 0; i < HEADS_MAX; i++) {
      int status = status(head(connected, endNanos));
      if (status >= FIRST_FINAL) {
        return status;
      }
    }
    throw new IOException("it sends interim answers, and no final one");
  }

  /** A whole head, as text. */
  private static String head(Socket connected, long endNanos) throws IOException {
    InputStream in = connected.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int newlines = 0;
    while (newlines < 2) {
      connected.setSoTimeout(millisTo(endNanos));
      int octet = in.read();
      if (octet < 0) {
        throw new EOFException("the connection ended before the answer did");
      }
      if (head.size() == HEAD_MAX_BYTES) {
        throw new IOException("its answer's head has more than " + HEAD_MAX_BYTES + " bytes");
      }
      head.write(octet);
      newlines = octet == '\n' ? newlines + 1 : octet == '\r' ? newlines : 0;
    }
    return head.toString(ISO_8859_1);
  }

  private static int status(String head) throws IOException {
    String first = head.lines().findFirst().orElse("");
    Matcher line = STATUS_LINE.matcher(first);
    if (!line.matches()) {
      throw new IOException("its answer is not HTTP: '" + Sentence.shown(first) + "'");
    }
    return Integer.parseInt(line.group(1));
  }

  private static int millisTo(long endNanos) throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return Math.toIntExact(left);
  }
}
