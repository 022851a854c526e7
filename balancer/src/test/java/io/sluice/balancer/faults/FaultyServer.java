package io.sluice.balancer.faults;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * A server as a process of its own, which misbehaves when it is told to on its standard input, and
 * ends with it. Uses nothing but the JDK, so that it starts in a blink.
 */
public final class FaultyServer {
  private static final int BACKLOG = 1024;
  private static volatile Fault fault = Fault.NONE;

  private FaultyServer() {}

  /** Serves until its input ends; prints its port, and each order once it is followed. */
  public static void main(String[] arguments) throws IOException {
    ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(() -> accept(listener));
    System.out.println(listener.getLocalPort());
    BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String order = orders.readLine(); order != null; order = orders.readLine()) {
      fault = Fault.valueOf(order);
      System.out.println(order);
    }
  }

  private static void accept(ServerSocket listener) {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException broken) {
      System.err.println("no more connections: " + broken);
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        String answer = fault.answer(head.startsWith("GET /health_check "));
        if (answer.isEmpty()) {
          var _ = in.readAllBytes();
          return;
        }
        out.write(answer.getBytes(ISO_8859_1));
      }
    } catch (IOException broken) {
      // The balancer closed the connection, which is its right.
    }
  }

  /** A head, without its last empty line; empty at the end of the connection. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder(256);
    for (int next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (next == '\n' && head.lastIndexOf("\r\n\r\n") == head.length() - 4) {
        return head.toString();
      }
    }
    return "";
  }
}
