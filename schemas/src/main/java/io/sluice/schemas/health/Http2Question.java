package io.sluice.schemas.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * A question about a server's health over HTTP/2 from the first byte: {@code GET} of a path, of
 * which the status counts, or a call of gRPC's health service ({@value #GRPC}), which has to say
 * SERVING. One per connection, so that of HTTP/2 only this is needed: the fields are sent as plain
 * literals, and of an answer's fields the first one is read, which is its status.
 *
 * @param host what the server is called in the question
 * @param path what is asked for, with a query or not
 */
public record Http2Question(String host, String path) {
  /** The path by which gRPC's health service is asked (grpc.health.v1). */
  public static final String GRPC = "/grpc.health.v1.Health/Check";

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int PADDED = 8;
  private static final int PRIORITY = 0x20;
  private static final int FRAME_MAX_BYTES = 16_384;
  private static final int FRAMES_MAX = 64;

  /** A message of gRPC that says nothing: all services are asked for. */
  private static final byte[] EMPTY_MESSAGE = new byte[5];

  private static final int SERVING = 1;

  /**
   * What the server said.
   *
   * @param status the status of its answer, 200 to 999
   * @param trouble what gRPC's health service says is wrong; empty: nothing, or it was not asked
   */
  public record Answer(int status, String trouble) {}

  // An array, since it is read as it is; nobody compares frames.
  @SuppressWarnings("ArrayRecordComponent")
  private record Frame(int type, int flags, int stream, byte[] payload) {
    boolean ends() {
      return (flags & END_STREAM) != 0;
    }

    /** What stands in it but for padding and a priority. */
    ByteBuffer content() throws IOException {
      int padding = (flags & PADDED) != 0 && payload.length > 0 ? payload[0] & 0xff : 0;
      int from = ((flags & PADDED) != 0 ? 1 : 0);
      from += type == HEADERS && (flags & PRIORITY) != 0 ? 5 : 0;
      if (from + padding > payload.length) {
        throw new IOException("its frames are malformed");
      }
      return ByteBuffer.wrap(payload, from, payload.length - from - padding);
    }
  }

  /**
   * Asks over a connection, which is of no use afterwards. Blocks its thread.
   *
   * @param endNanos when it has to be over, on the clock of {@link System#nanoTime}
   * @throws SocketTimeoutException if there is no answer by then
   * @throws IOException if there is none, or none of HTTP/2
   */
  public Answer ask(Socket connected, long endNanos) throws IOException {
    connected.getOutputStream().write(bytes());
    int status = 0;
    for (int i = 0; i < FRAMES_MAX; i++) {
      Frame frame = next(connected, endNanos, i == 0);
      boolean ours = frame.stream() == 1;
      if (frame.type() == GOAWAY || (ours && frame.type() == RST_STREAM)) {
        throw new IOException("it ends the question instead of answering");
      }
      if (ours && frame.type() == HEADERS && status < 200) {
        status = StatusField.read(frame.content());
      }
      if (status >= 200 && !(grpc() && status == 200)) {
        return new Answer(status, "");
      }
      if (status == 200 && ours && frame.type() == DATA && frame.content().hasRemaining()) {
        return new Answer(status, verdict(frame.content()));
      }
      if (status == 200 && ours && frame.ends()) {
        return new Answer(status, "its gRPC health service gives no answer");
      }
    }
    throw new IOException("it sends frames, and no answer");
  }

  private boolean grpc() {
    return GRPC.equals(path);
  }

  /** Of {@code HealthCheckResponse}, the one field is the status. */
  private static String verdict(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    int status = bytes.length >= 7 && bytes[5] == 8 ? bytes[6] : 0;
    return status == SERVING ? "" : "its gRPC health service says " + status + ", expected SERVING";
  }

  private byte[] bytes() {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    field(fields, ":method", grpc() ? "POST" : "GET");
    field(fields, ":scheme", "http");
    field(fields, ":authority", host);
    field(fields, ":path", path);
    field(fields, "user-agent", "sluice");
    if (grpc()) {
      field(fields, "te", "trailers");
      field(fields, "content-type", "application/grpc");
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(PREFACE);
    frame(all, SETTINGS, 0, 0, new byte[0]);
    int ends = grpc() ? 0 : END_STREAM;
    frame(all, HEADERS, END_HEADERS | ends, 1, fields.toByteArray());
    if (grpc()) {
      frame(all, DATA, END_STREAM, 1, EMPTY_MESSAGE);
    }
    return all.toByteArray();
  }

  private static void frame(
      ByteArrayOutputStream out, int type, int flags, int stream, byte[] payload) {
    out.writeBytes(
        ByteBuffer.allocate(9)
            .put((byte) (payload.length >> 16))
            .putShort((short) payload.length)
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .array());
    out.writeBytes(payload);
  }

  /** A field as a literal that nobody remembers (RFC 7541 section 6.2.2). */
  private static void field(ByteArrayOutputStream out, String name, String value) {
    out.write(0);
    text(out, name);
    text(out, value);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    int rest = bytes.length - 127;
    out.write(Math.min(bytes.length, 127));
    while (rest >= 128) {
      out.write(rest % 128 + 128);
      rest /= 128;
    }
    if (bytes.length >= 127) {
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  private static Frame next(Socket socket, long endNanos, boolean first) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(exactly(socket, 9, endNanos));
    int length = (head.get() & 0xff) << 16 | (head.getShort() & 0xffff);
    int type = head.get();
    int flags = head.get();
    int stream = head.getInt();
    if (length > FRAME_MAX_BYTES || (first && type != SETTINGS)) {
      throw new IOException("it does not speak HTTP/2");
    }
    return new Frame(type, flags, stream, exactly(socket, length, endNanos));
  }

  private static byte[] exactly(Socket socket, int size, long endNanos) throws IOException {
    byte[] bytes = new byte[size];
    InputStream in = socket.getInputStream();
    int at = 0;
    while (at < size) {
      long left = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
      if (left <= 0) {
        throw new SocketTimeoutException("no answer");
      }
      socket.setSoTimeout(Math.toIntExact(left));
      int read = in.read(bytes, at, size - at);
      if (read < 0) {
        throw new EOFException("no whole answer");
      }
      at += read;
    }
    return bytes;
  }
}
