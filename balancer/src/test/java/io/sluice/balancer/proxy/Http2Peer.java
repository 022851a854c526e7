package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One end of HTTP/2 on a real socket that writes what it is told, frame for frame. */
final class Http2Peer implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  static final int ACK = 1;

  /** A frame as it came. */
  record Frame(int type, int flags, int stream, List<Byte> bytes) {
    byte[] payload() {
      byte[] payload = new byte[bytes.size()];
      for (int i = 0; i < payload.length; i++) {
        payload[i] = bytes.get(i);
      }
      return payload;
    }

    boolean ends() {
      return (flags & END_STREAM) != 0;
    }

    /** The code of a reset, or of a farewell. */
    int code() {
      return ByteBuffer.wrap(payload()).getInt(type == GOAWAY ? 4 : 0);
    }
  }

  /** What came over one stream. */
  static final class Answer {
    final List<Map<String, String>> heads = new ArrayList<>();
    final ByteArrayOutputStream body = new ByteArrayOutputStream();
    Optional<Integer> reset = Optional.empty();
    boolean ended;

    int status() {
      return Integer.parseInt(heads.getLast().getOrDefault(":status", "0"));
    }

    Map<String, String> head() {
      return heads.getFirst();
    }

    String text() {
      return body.toString(ISO_8859_1);
    }
  }

  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersDecoder heads = new DefaultHttp2HeadersDecoder(false);
  private final Map<Integer, Answer> answers = new LinkedHashMap<>();
  Optional<Frame> farewell = Optional.empty();
  int pings;

  Http2Peer(InetSocketAddress address) throws IOException {
    this(address, new byte[0]);
  }

  /** One that begins with these settings. */
  Http2Peer(InetSocketAddress address, byte[] settings) throws IOException {
    this(address, settings, 0);
  }

  /** One whose system takes no more than this ahead of what it reads; 0: as much as is usual. */
  Http2Peer(InetSocketAddress address, byte[] settings, int receiveBufferBytes) throws IOException {
    socket = new Socket();
    if (receiveBufferBytes > 0) {
      socket.setReceiveBufferSize(receiveBufferBytes);
    }
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    socket.connect(address, 5_000);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write(PREFACE);
    frame(SETTINGS, 0, 0, settings);
  }

  /** The server's end of a connection that was accepted. */
  Http2Peer(Socket accepted, byte[] settings) throws IOException {
    socket = accepted;
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    if (!Arrays.equals(in.readNBytes(PREFACE.length), PREFACE)) {
      throw new IOException("whoever connected does not speak HTTP/2");
    }
    frame(SETTINGS, 0, 0, settings);
  }

  /** Waits for the next whole request; gives its stream, or 0 at the end of the connection. */
  int request() throws IOException {
    Optional<Frame> frame = next();
    while (frame.isPresent()) {
      boolean part = frame.get().type() == HEADERS || frame.get().type() == DATA;
      if (part && frame.get().ends()) {
        return frame.get().stream();
      }
      frame = next();
    }
    return 0;
  }

  /** Reads to the end of the connection, and answers nothing. */
  void deaf() throws IOException {
    long _ = in.transferTo(OutputStream.nullOutputStream());
  }

  /** What came over a stream so far. */
  Answer heard(int stream) {
    return answers.computeIfAbsent(stream, _ -> new Answer());
  }

  /** Waits until the other side's settings have come, which allow for more. */
  Http2Peer settled() throws IOException {
    boolean settled = false;
    while (!settled) {
      settled = next().orElseThrow().type() == SETTINGS;
    }
    return this;
  }

  static byte[] setting(int id, int value) {
    return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  Http2Peer frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(bytes(type, flags, stream, payload));
    out.flush();
    return this;
  }

  static byte[] bytes(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Fields as literals that nobody remembers: names and values by turns. */
  static byte[] block(String... fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      block.write(0);
      text(block, fields[i]);
      text(block, fields[i + 1]);
    }
    return block.toByteArray();
  }

  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        block.write(rest % 128 + 128);
        rest /= 128;
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  static String[] get(String path, String... more) {
    return fields("GET", path, more);
  }

  static String[] fields(String method, String path, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of(":method", method, ":scheme", "http", ":authority", "a", ":path", path));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  Http2Peer head(int stream, boolean ends, String... fields) throws IOException {
    return frame(HEADERS, END_HEADERS | (ends ? END_STREAM : 0), stream, block(fields));
  }

  Http2Peer data(int stream, boolean ends, String text) throws IOException {
    return frame(DATA, ends ? END_STREAM : 0, stream, text.getBytes(ISO_8859_1));
  }

  /** Takes the next frame in; empty if the connection has ended. */
  Optional<Frame> next() throws IOException {
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      List<Byte> payload = new ArrayList<>(length);
      for (byte octet : in.readNBytes(length)) {
        payload.add(octet);
      }
      Frame frame = new Frame(type, flags, stream, payload);
      take(frame);
      return Optional.of(frame);
    } catch (EOFException | SocketException over) {
      return Optional.empty();
    }
  }

  private void take(Frame frame) throws IOException {
    Answer answer = answers.computeIfAbsent(frame.stream(), _ -> new Answer());
    switch (frame.type()) {
      case HEADERS -> {
        answer.heads.add(decoded(frame));
        answer.ended |= frame.ends();
      }
      case DATA -> {
        answer.body.writeBytes(frame.payload());
        answer.ended |= frame.ends();
      }
      case RST_STREAM -> answer.reset = Optional.of(frame.code());
      case GOAWAY -> farewell = Optional.of(frame);
      case PING -> pings++;
      case SETTINGS -> {
        if ((frame.flags() & ACK) == 0) {
          frame(SETTINGS, ACK, 0, new byte[0]);
        }
      }
      default -> {}
    }
  }

  private Map<String, String> decoded(Frame frame) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    try {
      heads
          .decodeHeaders(frame.stream(), Unpooled.wrappedBuffer(frame.payload()))
          .forEach(field ->
              fields.merge(
                  field.getKey().toString(),
                  field.getValue().toString(),
                  (one, other) -> one + " | " + other));
      return fields;
    } catch (Http2Exception malformed) {
      throw new IOException(malformed);
    }
  }

  /** What comes over the stream, to its end, or the connection's. */
  Answer answer(int stream) throws IOException {
    Answer answer = answers.computeIfAbsent(stream, _ -> new Answer());
    boolean more = true;
    while (more && !answer.ended && answer.reset.isEmpty()) {
      more = next().isPresent();
    }
    return answer;
  }

  /** Waits until so much of the body has come over the stream, at least. */
  Answer answerWithBody(int stream, int size) throws IOException {
    Answer answer = answers.computeIfAbsent(stream, _ -> new Answer());
    boolean more = true;
    while (more && answer.body.size() < size) {
      more = next().isPresent();
    }
    return answer;
  }

  /** Waits until the stream is reset, or the connection ends; the code, or -1. */
  int untilReset(int stream) throws IOException {
    Answer answer = answers.computeIfAbsent(stream, _ -> new Answer());
    boolean more = true;
    while (more && answer.reset.isEmpty()) {
      more = next().isPresent();
    }
    return answer.reset.orElse(-1);
  }

  boolean ended(int stream) {
    return answers.computeIfAbsent(stream, _ -> new Answer()).ended;
  }

  /** The answer to a GET. */
  Answer get(int stream, String path) throws IOException {
    return head(stream, true, get(path)).answer(stream);
  }

  /** Reads to the end of the connection; the code of the farewell, if there was one. */
  Optional<Integer> untilClosed() throws IOException {
    while (next().isPresent()) {
      // Taken in.
    }
    return farewell.map(Frame::code);
  }

  /** The last stream that the latest farewell left; there has to be one. */
  int lastStreamLeft() {
    return ByteBuffer.wrap(farewell.orElseThrow().payload()).getInt();
  }

  /** Goes away, as programs do. */
  void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
