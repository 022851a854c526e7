package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gate.rule.EngineRequest;
import io.sluice.gate.rule.FilesTar;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;

/** A connection to an engine, for one call. */
final class EngineSocket implements Closeable {
  /** All that an engine tells about a container; its environment is some of it. */
  private static final int INSPECTION_BYTES_MAX = 2 * 1024 * 1024;

  private static final String HEAD_END = "\r\n\r\n";
  private static final int HEAD_BYTES_MAX = 16 * 1024;
  private static final int PIECE_BYTES = 4096;

  private final SocketChannel channel;
  private final Path path;

  private EngineSocket(SocketChannel channel, Path path) {
    this.channel = channel;
    this.path = path;
  }

  /** A connection that is still to be made. */
  static EngineSocket to(Path path) throws IOException {
    return new EngineSocket(SocketChannel.open(StandardProtocolFamily.UNIX), path);
  }

  /**
   * Sends a request.
   *
   * @param registryAuth credentials for a registry, for a request that fetches from one
   * @throws RefusedException if the engine can't be reached
   */
  void send(EngineRequest request, Optional<String> registryAuth) throws IOException {
    connect();
    boolean files = !request.files().isEmpty();
    byte[] body =
        files ? FilesTar.write(request.files()) : request.body().orElse("").getBytes(UTF_8);
    StringBuilder head = new StringBuilder();
    head.append("%s %s HTTP/1.1\r\n".formatted(request.method(), request.target()));
    head.append("Host: engine\r\nConnection: close\r\n");
    if (request.fetches()) {
      registryAuth.ifPresent(auth -> head.append("X-Registry-Auth: %s\r\n".formatted(auth)));
    }
    if (request.body().isPresent()) {
      head.append("Content-Type: application/json\r\n");
    }
    if (files) {
      head.append("Content-Type: application/x-tar\r\n");
    }
    if (files || request.method().equals("POST")) {
      head.append("Content-Length: %d\r\n".formatted(body.length));
    }
    write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    write(body);
  }

  private void connect() throws RefusedException {
    try {
      channel.connect(UnixDomainSocketAddress.of(path));
    } catch (IOException gone) {
      throw new RefusedException(
          RefusedException.ENGINE_GONE,
          "the engine at %s can't be reached: %s".formatted(path, gone));
    }
  }

  private void write(byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  /** Reads some bytes of the answer; -1 at its end. */
  int read(byte[] piece) throws IOException {
    return channel.read(ByteBuffer.wrap(piece));
  }

  /**
   * What the engine says about a container.
   *
   * @param container its name or id, of letters, digits, {@code _.-}
   * @throws RefusedException if there is none, or the engine can't say
   */
  JsonNode inspect(String container) throws IOException {
    connect();
    // In HTTP 1.0 an answer is not cut into chunks, and ends with the connection.
    write(
        "GET /containers/%s/json HTTP/1.0\r\nHost: engine\r\n\r\n"
            .formatted(container)
            .getBytes(ISO_8859_1));
    InputStream answer = new BufferedInputStream(new Answer(), PIECE_BYTES);
    String line = line(answer);
    if (line.matches("HTTP/1\\.[01] 404( .*)?")) {
      throw new RefusedException(RefusedException.NOT_FOUND, "No such container: " + container);
    }
    try {
      if (line.matches("HTTP/1\\.[01] 200( .*)?")) {
        JsonNode told = ContainerIdentity.read(answer);
        if (told.path("Id").asText("").matches("[0-9a-f]{12,64}")) {
          return told;
        }
      }
    } catch (JsonProcessingException malformed) {
      throw nothingOf(container, "malformed JSON");
    }
    throw nothingOf(container, line);
  }

  private static RefusedException nothingOf(String container, String answer) {
    return new RefusedException(
        RefusedException.ENGINE_GONE,
        "the engine's answer about container %s is '%s': expected its description"
            .formatted(container, answer));
  }

  /** The first line of the answer; the rest of its head is passed over. */
  private static String line(InputStream answer) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf(HEAD_END) < 0) {
      int next = answer.read();
      if (next < 0 || head.length() > HEAD_BYTES_MAX) {
        break;
      }
      head.append((char) next);
    }
    return head.toString().lines().findFirst().orElse("");
  }

  /** What the engine says, as far as it is taken. */
  private final class Answer extends InputStream {
    private long taken;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      int count = channel.read(ByteBuffer.wrap(to, offset, length));
      taken += Math.max(0, count);
      if (taken > INSPECTION_BYTES_MAX) {
        throw new RefusedException(
            RefusedException.ENGINE_GONE,
            "the engine's description of a container: expected at most %d bytes"
                .formatted(INSPECTION_BYTES_MAX));
      }
      return count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
