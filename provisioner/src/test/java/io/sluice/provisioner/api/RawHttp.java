package io.sluice.provisioner.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Requests that no proper client would send, octet by octet. */
final class RawHttp {
  private static final int PATIENCE_MILLIS = 30_000;

  private RawHttp() {}

  /** An answer, as far as tests look. */
  record Answer(int status, String head, String body) {}

  /** A connection from a local address, of whose answers little is kept if nobody reads them. */
  static Socket connect(String from, int port) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(2048);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    return socket;
  }

  static void send(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Asks once, and reads an answer with a length. */
  static Answer ask(int port, String request) throws IOException {
    try (Socket socket = connect("127.0.0.1", port)) {
      send(socket, request);
      return answer(socket.getInputStream());
    }
  }

  static Answer answer(InputStream in) throws IOException {
    String head = head(in);
    String length =
        head.lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
            .map(line -> line.substring("content-length:".length()).strip())
            .findFirst()
            .orElse("0");
    byte[] body = in.readNBytes(Integer.parseInt(length));
    return new Answer(Integer.parseInt(head.split(" ", 3)[1]), head, new String(body, ISO_8859_1));
  }

  /** Reads up to the empty line behind a head. */
  static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      if (octet < 0) {
        throw new IOException("the connection ended behind: " + head);
      }
      head.append((char) octet);
    }
    return head.toString();
  }
}
