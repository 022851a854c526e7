package io.sluice.balancer.proxy;

import io.sluice.balancer.pool.Target;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of HTTP/2, on a real socket, that does what a test wants, frame for frame. */
final class StreamServer implements AutoCloseable {
  /** What happens on a connection; it is closed when this returns. */
  interface Behaviour {
    void serve(Http2Peer client) throws IOException;
  }

  final AtomicInteger connections = new AtomicInteger();
  private final ServerId id;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  StreamServer(ServerId id, Behaviour behaviour) throws IOException {
    this(id, new byte[0], behaviour);
  }

  /** One that begins with these settings. */
  StreamServer(ServerId id, byte[] settings, Behaviour behaviour) throws IOException {
    this.id = id;
    this.listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> accept(settings, behaviour));
  }

  /** One that answers each request with what it is called. */
  static StreamServer naming(ServerId id) throws IOException {
    return new StreamServer(
        id,
        client -> {
          for (int stream = client.request(); stream != 0; stream = client.request()) {
            client.head(stream, false, ":status", "200").data(stream, true, id.toString());
          }
        });
  }

  private void accept(byte[] settings, Behaviour behaviour) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.add(socket);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket, settings, behaviour));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket, byte[] settings, Behaviour behaviour) {
    try (socket) {
      behaviour.serve(new Http2Peer(socket, settings));
    } catch (SocketException gone) {
      // The balancer has ended the connection.
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } finally {
      open.remove(socket);
    }
  }

  Target target() {
    URI address = URI.create("h2c://127.0.0.1:" + listening.getLocalPort());
    return new Target(id, address, 100);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
