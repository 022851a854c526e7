package io.sluice.app.http;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/** The listening socket with the connections that came from it. */
public final class Listener implements AutoCloseable {
  private static final long BODY_BYTES_MAX = 64L << 10;

  /** Enough for a response that is just being written; requests are waited for before. */
  private static final Duration CLOSE_GRACE = Duration.ofMillis(300);

  private final WebServer server;

  private Listener(WebServer server) {
    this.server = server;
  }

  /**
   * Begins to serve.
   *
   * @param port 0 takes a free one
   * @throws IOException if nobody can listen there
   */
  public static Listener open(String host, int port, HttpApi api) throws IOException {
    requireFree(host, port);
    WebServer server =
        WebServer.builder()
            .host(host)
            .port(port)
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .maxPayloadSize(BODY_BYTES_MAX)
            .shutdownGracePeriod(CLOSE_GRACE)
            .routing(api::addTo)
            .build()
            .start();
    if (!server.isRunning()) {
      // Helidon logs why; it happens only if the port was taken since it was found free.
      throw new IOException("web server did not start");
    }
    return new Listener(server);
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Closes the socket and all connections. */
  @Override
  public void close() {
    server.stop();
  }

  /** Tries the port first, since Helidon tells a failure only to its log, with a stack trace. */
  private static void requireFree(String host, int port) throws IOException {
    try (ServerSocket trial = new ServerSocket()) {
      trial.bind(new InetSocketAddress(host, port));
    }
  }
}
