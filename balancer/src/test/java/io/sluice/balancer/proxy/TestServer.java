package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.balancer.pool.Target;
import io.sluice.schemas.id.ServerId;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of a zone, on a real socket, that does what a test wants. */
final class TestServer implements AutoCloseable {
  /** What happens on a connection; it is closed when this returns. */
  interface Behaviour {
    void serve(Connection connection) throws IOException;
  }

  /** How one request is answered; false: the connection is closed. */
  interface Reply {
    boolean to(Message request, Connection connection) throws IOException;
  }

  /** A connection of the balancer, seen from the server. */
  static final class Connection {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new BufferedInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    Optional<Message> request() throws IOException {
      return Message.read(in, false, false);
    }

    InputStream in() {
      return in;
    }

    OutputStream out() {
      return out;
    }

    void send(String text) throws IOException {
      out.write(text.getBytes(ISO_8859_1));
      out.flush();
    }

    /** Says nothing more, and listens on. */
    void endOutput() throws IOException {
      socket.shutdownOutput();
    }

    /** Closes with a reset instead of an orderly end. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  final List<Message> requests = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ServerId id;
  private final ServerSocket listener = new ServerSocket();
  private final Thread acceptor;
  private final Behaviour behaviour;

  TestServer(ServerId id, Behaviour behaviour) throws IOException {
    this(id, 0, behaviour);
  }

  TestServer(ServerId id, int port, Behaviour behaviour) throws IOException {
    this.id = id;
    this.behaviour = behaviour;
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
    acceptor = Thread.ofVirtual().name("test-server-" + id).start(this::accept);
  }

  /** A server that answers every request with this. */
  static TestServer replying(ServerId id, Reply reply) throws IOException {
    TestServer[] self = new TestServer[1];
    self[0] =
        new TestServer(
            id,
            connection -> {
              for (Optional<Message> request = connection.request();
                  request.isPresent();
                  request = connection.request()) {
                self[0].requests.add(request.get());
                if (!reply.to(request.get(), connection)) {
                  return;
                }
              }
            });
    return self[0];
  }

  /** A server that answers every request with its id. */
  static TestServer naming(ServerId id) throws IOException {
    return replying(
        id,
        (request, connection) -> {
          connection.send(ok(id.toString()));
          return true;
        });
  }

  static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      open.forEach(TestServer::closeQuietly);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      behaviour.serve(new Connection(socket));
    } catch (IOException broken) {
      // The balancer or the test closed the connection: what comes of it is for the test to judge.
    } finally {
      open.remove(socket);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyClosed) {
      // It is closed, as wanted.
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  Target target() {
    return new Target(id, URI.create("http://127.0.0.1:" + port()), 100);
  }

  /** Dies: refuses new connections, and breaks the open ones. */
  void kill() throws IOException {
    listener.close();
    try {
      // The socket listens on until the thread that accepts has let go of it.
      acceptor.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a server was killed");
    }
    open.forEach(TestServer::closeQuietly);
  }

  @Override
  public void close() throws IOException {
    kill();
  }
}
