package io.sluice.app;

import io.sluice.app.http.Health;
import io.sluice.app.http.HttpApi;
import io.sluice.app.http.Listener;
import io.sluice.app.live.CurrentSituation;
import io.sluice.app.live.Feed;
import io.sluice.app.live.Sampler;
import io.sluice.app.process.Burner;
import io.sluice.app.process.ProcessReader;
import io.sluice.app.process.RequestCounter;
import io.sluice.app.report.KafkaSender;
import io.sluice.app.report.MetricsSender;
import io.sluice.app.report.ProducerSettings;
import io.sluice.schemas.config.KafkaAccess;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server of the demo application.
 *
 * <p>It serves as soon as it is started; measuring and Kafka come up behind it. Closing it is
 * graceful: health checks answer 503, a last measurement says {@code stopping}, requests are
 * finished within the stop timeout, then everything is closed.
 */
public final class App implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(App.class);

  /** Most time for the last measurement, so that a missing Kafka does not hold up the end. */
  private static final Duration LAST_METRICS_TIMEOUT = Duration.ofSeconds(2);

  private final AppConfig config;
  private final HttpApi.Parts parts;
  private final Listener listener;
  private final Sampler sampler;
  private final AtomicBoolean closed = new AtomicBoolean();

  private App(AppConfig config, HttpApi.Parts parts, Listener listener, Sampler sampler) {
    this.config = config;
    this.parts = parts;
    this.listener = listener;
    this.sampler = sampler;
  }

  /**
   * Starts a server; when this returns, it answers.
   *
   * @throws AppException if nobody can listen at the host and port
   */
  public static App start(AppConfig config) {
    RequestCounter requests = new RequestCounter();
    CurrentSituation situation =
        new CurrentSituation(System::nanoTime, () -> ThreadLocalRandom.current().nextLong());
    HttpApi.Parts parts =
        new HttpApi.Parts(
            new Health(),
            requests,
            situation,
            new Feed(),
            new Burner(ProcessReader.processors(), config.workWaitingMax()));
    Listener listener = listen(config, parts);

    Sampler.Source source =
        new Sampler.Source(
            new ProcessReader(requests)::read, ProcessReader.processors(), situation);
    Sampler sampler =
        new Sampler(config.server(), source, parts.feed(), sender(config), InstantSource.system());
    sampler.start(config.metricsInterval());
    App app = new App(config, parts, listener, sampler);
    LOG.info("server {} at {}", config.server(), app.address());
    return app;
  }

  private static Listener listen(AppConfig config, HttpApi.Parts parts) {
    try {
      return Listener.open(
          config.host(), config.port(), new HttpApi(config.server(), config.workMax(), parts));
    } catch (IOException taken) {
      throw new AppException(
          "port %d of %s: %s, expected a free port of this host"
              .formatted(config.port(), config.host(), taken.getMessage()),
          taken);
    }
  }

  private static MetricsSender sender(AppConfig config) {
    if (config.kafka().isEmpty()) {
      LOG.warn("no SLUICE_BOOTSTRAP: the server serves but sends no metrics");
      return MetricsSender.off();
    }
    KafkaAccess kafka = config.kafka().get();
    return KafkaSender.start(() -> ProducerSettings.producer(kafka, "app-" + config.server()));
  }

  /** The port it listens on. */
  public int port() {
    return listener.port();
  }

  /** Where it is reached from this host, such as {@code http://127.0.0.1:5001}. */
  public String address() {
    String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
    return "http://" + host + ":" + port();
  }

  /**
   * Ends the server gracefully, within the stop timeout and a few seconds. A second call does
   * nothing. If the calling thread is interrupted, the rest is done without waiting.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    LOG.info("server {} is stopping with {}", config.server(), parts.requests());
    long begin = System.nanoTime();
    parts.health().stop();
    try {
      sampler.end(LAST_METRICS_TIMEOUT);
      parts.feed().close();
      finishRequests(config.stopTimeout().minusNanos(System.nanoTime() - begin));
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    } finally {
      parts.feed().close();
      parts.burner().close();
      listener.close();
    }
    LOG.info("server {} has stopped", config.server());
  }

  private void finishRequests(Duration timeout) throws InterruptedException {
    if (!parts.requests().awaitIdle(timeout)) {
      LOG.warn(
          "server {} gives up on {} unfinished requests after {}",
          config.server(),
          parts.requests().inFlight(),
          config.stopTimeout());
    }
  }
}
