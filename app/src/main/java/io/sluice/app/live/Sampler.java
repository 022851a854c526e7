package io.sluice.app.live;

import io.sluice.app.load.Load;
import io.sluice.app.load.Reading;
import io.sluice.app.report.MetricsSender;
import io.sluice.app.simulation.Simulation;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.HealthStatus;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a sample at a fixed rate, publishes it to the feed and hands it to the sender. */
public final class Sampler {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

  private final ServerId server;
  private final Source source;
  private final Feed feed;
  private final MetricsSender sender;
  private final InstantSource clock;
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("sampler").daemon().factory());
  private Optional<Reading> before = Optional.empty();

  /**
   * Where samples come from.
   *
   * @param readings reads the process
   * @param processors processors available to it, 1 or more
   * @param situation what is to be shown
   */
  public record Source(Supplier<Reading> readings, int processors, CurrentSituation situation) {}

  /** A sampler that waits for its start. */
  public Sampler(
      ServerId server, Source source, Feed feed, MetricsSender sender, InstantSource clock) {
    this.server = server;
    this.source = source;
    this.feed = feed;
    this.sender = sender;
    this.clock = clock;
  }

  /**
   * Takes a sample at every interval, the first after one interval: it covers the time from now on,
   * so that the processor time of the start-up is nobody's load.
   */
  public void start(Duration interval) {
    long nanos = interval.toNanos();
    schedule.execute(() -> sample(HealthStatus.HEALTHY));
    var _ = schedule.scheduleAtFixedRate(() -> tick(nanos), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /**
   * Ends the schedule and sends a last sample, which says that the server is stopping and repeats
   * the load of the one before: the time since then may be too short to measure.
   *
   * @param timeout most time to wait until it is sent
   */
  public void end(Duration timeout) throws InterruptedException {
    schedule.shutdownNow();
    Sample last = last();
    feed.publish(last);
    sender.end(last.toMetrics(), timeout);
  }

  private void tick(long intervalNanos) {
    try {
      if (isBurst(intervalNanos)) {
        return;
      }
      Sample sample = sample(HealthStatus.HEALTHY);
      feed.publish(sample);
      sender.send(sample.toMetrics());
    } catch (RuntimeException | Error failed) {
      // Either would end the schedule unseen: one missed second is better than a silent server.
      LOG.warn("sample failed", failed);
    }
  }

  /**
   * After a pause the schedule catches up: the ticks of a burst have too little time to measure.
   */
  private synchronized boolean isBurst(long intervalNanos) {
    return before
        .filter(
            reading -> source.readings().get().atNanos() - reading.atNanos() < intervalNanos / 4)
        .isPresent();
  }

  private Sample last() {
    Sample now = sample(HealthStatus.STOPPING);
    return feed.newest().map(newest -> now.withLoad(newest.load())).orElse(now);
  }

  /** The load since the previous sample. */
  private synchronized Sample sample(HealthStatus health) {
    Reading now = source.readings().get();
    Load real = Load.between(before.orElse(now), now, source.processors());
    before = Optional.of(now);
    var playing = source.situation().playing();
    Load shown =
        Simulation.shown(real, playing.situation(), playing.elapsedSeconds(), playing.seed());
    return new Sample(server, clock.instant(), health, playing.situation(), shown, sender.status());
  }
}
