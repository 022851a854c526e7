package io.sluice.balancer.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A WebSocket server (RFC 6455) that says back what it is told, close frames included. */
final class WebSocketEcho implements AutoCloseable {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final Pattern KEY =
      Pattern.compile("sec-websocket-key: (\\S+)", Pattern.CASE_INSENSITIVE);
  private static final int OPCODE_CLOSE = 8;

  private final ServerSocket listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());

  WebSocketEcho() throws IOException {
    Thread.ofVirtual().start(this::accept);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      Matcher key = KEY.matcher(head(in));
      if (!key.find()) {
        out.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
        return;
      }
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Accept: %s\r\n\r\n".formatted(accept(key.group(1)));
      out.write(answer.getBytes(ISO_8859_1));
      for (int opcode = 0; opcode != OPCODE_CLOSE; ) {
        opcode = echo(in, out);
      }
    } catch (IOException gone) {
      // The client is gone, as clients are.
    }
  }

  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** Sends one frame back without its mask; gives what kind it was. */
  private static int echo(DataInputStream in, OutputStream out) throws IOException {
    int first = in.readUnsignedByte();
    int length = in.readUnsignedByte() & 0x7f;
    if (length == 127) {
      throw new IOException("a frame above 64 KiB: expected a smaller one");
    }
    int size = length == 126 ? in.readUnsignedShort() : length;
    byte[] mask = in.readNBytes(4);
    byte[] frame = in.readNBytes(size);
    for (int i = 0; i < frame.length; i++) {
      frame[i] ^= mask[i % 4];
    }
    byte[] head =
        size < 126
            ? new byte[] {(byte) first, (byte) size}
            : new byte[] {(byte) first, 126, (byte) (size >> 8), (byte) size};
    byte[] whole = java.util.Arrays.copyOf(head, head.length + size);
    System.arraycopy(frame, 0, whole, head.length, size);
    out.write(whole);
    return first & 15;
  }

  private static String accept(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("SHA-1: every Java has it", missing);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
