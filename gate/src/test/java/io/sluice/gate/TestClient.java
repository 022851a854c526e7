package io.sluice.gate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A client that sends what it likes. */
final class TestClient implements Closeable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Socket socket;

  private TestClient(Socket socket) {
    this.socket = socket;
  }

  static TestClient of(InetSocketAddress gate) throws IOException {
    Socket socket = new Socket(gate.getAddress(), gate.getPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return new TestClient(socket);
  }

  static String head(String line) {
    return line + " HTTP/1.1\r\nHost: gate\r\n\r\n";
  }

  static String head(String line, String body) {
    return "%s HTTP/1.1\r\nHost: gate\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(line, body.length(), body);
  }

  TestClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    return this;
  }

  /** What comes until the gate hangs up. */
  String answer() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
