package io.sluice.provisioner.api;

import io.helidon.health.HealthCheck;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import io.sluice.provisioner.listener.ListenerWatch;
import io.sluice.schemas.supervision.Loops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;

/** The listening socket of a monitor. */
public final class ApiServer implements AutoCloseable {
  private static final long BODY_BYTES_MAX = 1L << 20;
  private static final double OBSERVE_WEIGHT = 200;

  /** What a client that does not read can leave lying; by default a host takes some megabytes. */
  private static final int SEND_BUFFER_BYTES = 64 << 10;

  private static final Duration CLOSE_GRACE = Duration.ofMillis(300);

  private final WebServer server;
  private final ListenerWatch watch;

  private ApiServer(WebServer server, ListenerWatch watch) {
    this.server = server;
    this.watch = watch;
  }

  /**
   * Begins to answer.
   *
   * @param port 0 takes a free one
   * @param health what {@code /observe/health} tells
   * @throws IOException if nobody can listen there
   */
  public static ApiServer open(String host, int port, MonitorApi api, List<HealthCheck> health)
      throws IOException {
    requireFree(host, port);
    ObserveFeature observe =
        ObserveFeature.builder()
            .observersDiscoverServices(false)
            // Before the table of calls, whose last entry answers everything.
            .weight(OBSERVE_WEIGHT)
            .addObserver(
                HealthObserver.builder()
                    .details(true)
                    .useSystemServices(false)
                    .addHealthChecks(health)
                    .build())
            .build();
    WebServer server =
        WebServer.builder()
            .update(ListenerWatch::bound)
            .host(host)
            .port(port)
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .addFeature(observe)
            .maxPayloadSize(BODY_BYTES_MAX)
            .connectionOptions(options -> options.socketSendBufferSize(SEND_BUFFER_BYTES))
            .directHandlers(problems())
            .shutdownGracePeriod(CLOSE_GRACE)
            .routing(api::addTo)
            .build()
            .start();
    if (!server.isRunning()) {
      throw new IOException("the web server did not start; its log says why");
    }
    return new ApiServer(server, new ListenerWatch(host, server.port()));
  }

  /** What can't be taken for a request is refused as everything else is. */
  private static DirectHandlers problems() {
    DirectHandler handler =
        (request, event, status, headers, message) -> {
          Refusal refusal =
              new Refusal(status, "this is no request that a monitor can read: expected HTTP/1.1");
          headers.set(HeaderNames.CONTENT_TYPE, Answers.PROBLEM);
          return DirectHandler.TransportResponse.builder()
              .status(status)
              .headers(headers)
              .keepAlive(false)
              .entity(Answers.encoded(Problem.of(status, refusal)))
              .build();
        };
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    handlers.addHandler(DirectHandler.EventType.BAD_REQUEST, handler);
    return handlers.build();
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  /** Tries the port first, since Helidon tells a failure only to its log, with a stack trace. */
  private static void requireFree(String host, int port) throws IOException {
    try (ServerSocket trial = new ServerSocket()) {
      trial.bind(new InetSocketAddress(host, port));
    }
  }

  /**
   * Looks whether it listens, until it is closed.
   *
   * @throws IllegalStateException if it does not any more
   * @throws InterruptedException if whoever looks was interrupted
   */
  public void watch(Loops.Turns turns) throws InterruptedException {
    watch.watch(turns);
  }

  @Override
  public void close() {
    watch.closes();
    server.stop();
  }
}
