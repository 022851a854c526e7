package io.sluice.provisioner.history;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.health.HealthObserver;
import io.sluice.provisioner.listener.ListenerWatch;
import java.io.IOException;
import java.time.Duration;

/**
 * Tells at {@code /observe/health} how a sink is: down as long as nothing can be written, with the
 * reason, and how many points were written and refused.
 */
public final class SinkHealth implements AutoCloseable {
  private static final Duration TURN_MAX = Duration.ofMinutes(1);

  private final WebServer server;
  private final ListenerWatch watch;

  private SinkHealth(WebServer server, ListenerWatch watch) {
    this.server = server;
    this.watch = watch;
  }

  /**
   * Begins to answer. A sink of which nobody hears any more ends, to be started again.
   *
   * @throws IOException if nobody can listen there
   */
  public static SinkHealth open(SinkConfig.Listen listen, MetricsSink sink) throws IOException {
    ObserveFeature observe =
        ObserveFeature.builder()
            .observersDiscoverServices(false)
            .addObserver(
                HealthObserver.builder()
                    .details(true)
                    .useSystemServices(false)
                    .addCheck(check(sink))
                    .build())
            .build();
    WebServer server =
        WebServer.builder()
            .update(ListenerWatch::bound)
            .host(listen.host())
            .port(listen.port())
            .shutdownHook(false)
            .featuresDiscoverServices(false)
            .addFeature(observe)
            .build()
            .start();
    if (!server.isRunning()) {
      throw new IOException("the web server did not start; its log says why");
    }
    ListenerWatch watch = new ListenerWatch(listen.host(), server.port());
    var _ = sink.loops().halting("health", TURN_MAX, watch::watch);
    return new SinkHealth(server, watch);
  }

  private static HealthCheck check(MetricsSink sink) {
    return new HealthCheck() {
      @Override
      public HealthCheckType type() {
        return HealthCheckType.READINESS;
      }

      @Override
      public String name() {
        return "sink";
      }

      @Override
      public HealthCheckResponse call() {
        HealthCheckResponse.Builder answer =
            HealthCheckResponse.builder()
                .detail("written", sink.written())
                .detail("refused", sink.refused())
                .detail("unreadable", sink.unreadable())
                .status(sink.trouble().isEmpty());
        sink.trouble().ifPresent(trouble -> answer.detail("trouble", trouble));
        return answer.build();
      }
    };
  }

  /** The port it listens on. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    watch.closes();
    server.stop();
  }
}
