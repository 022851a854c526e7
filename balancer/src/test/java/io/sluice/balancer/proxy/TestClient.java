package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client on a real socket that writes what it is told, byte for byte. */
final class TestClient implements AutoCloseable {
  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  TestClient(InetSocketAddress address) throws IOException {
    this(address, 64 * 1024);
  }

  TestClient(InetSocketAddress address, int receiveBufferBytes) throws IOException {
    socket.setReceiveBufferSize(receiveBufferBytes);
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    socket.connect(address, 5_000);
    in = new BufferedInputStream(socket.getInputStream(), 1024);
    out = socket.getOutputStream();
  }

  TestClient send(String text) throws IOException {
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
    return this;
  }

  OutputStream out() {
    return out;
  }

  InputStream in() {
    return in;
  }

  /** The next response, whose body ends with its length or its chunks, or with the connection. */
  Message response() throws IOException {
    return Message.read(in, false, true).orElseThrow(() -> new IOException("no response"));
  }

  /** The next response, which has no body. */
  Message bodiless() throws IOException {
    return Message.read(in, true, false).orElseThrow(() -> new IOException("no response"));
  }

  Message get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").response();
  }

  /** Whether the balancer has closed the connection, without another byte. */
  boolean closed() throws IOException {
    return in.read() < 0;
  }

  /** Goes away without an orderly end. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Goes away in order, as programs do. */
  void leave() throws IOException {
    socket.close();
  }

  void endInput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
