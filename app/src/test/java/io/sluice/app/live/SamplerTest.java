package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.app.load.Reading;
import io.sluice.app.report.MetricsSender;
import io.sluice.app.report.SenderStatus;
import io.sluice.app.simulation.Situation;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final ServerId SERVER = ServerId.of("zone1-1");
  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Feed feed = new Feed();
  private final RecordingSender sender = new RecordingSender();
  private final CurrentSituation situation = new CurrentSituation(() -> 0, () -> 7);
  private final AtomicLong readings = new AtomicLong();

  @AfterEach
  void close() {
    feed.close();
  }

  @Test
  void everySampleIsPublishedAndSent() throws InterruptedException {
    Sampler sampler = started(this::halfBusy);
    await().until(() -> sender.sent.size() >= 3);
    sampler.end(Duration.ZERO);

    ServerMetrics metrics = sender.sent.getFirst();
    assertThat(metrics.server()).isEqualTo(SERVER);
    assertThat(metrics.at()).isEqualTo(NOW);
    assertThat(metrics.health()).isEqualTo(HealthStatus.HEALTHY);
    assertThat(metrics.values()).containsEntry(Metric.CPU, 50.0).containsEntry(Metric.GPU, 9.0);
    assertThat(feed.newest()).isPresent();
  }

  @Test
  void aPlayedSituationIsShownInsteadOfTheRealLoad() throws InterruptedException {
    situation.play(Situation.SCALE_DOWN);

    Sampler sampler = started(this::halfBusy);
    await().until(() -> !sender.sent.isEmpty());
    sampler.end(Duration.ZERO);

    assertThat(sender.sent.getFirst().values())
        .containsEntry(Metric.CPU, 50.0)
        .containsEntry(Metric.GPU, 50.0)
        .containsEntry(Metric.MEMORY, 8.0);
  }

  @Test
  void theLastSampleSaysThatTheServerStopsAndRepeatsTheLoad() throws InterruptedException {
    Sampler sampler = started(this::halfBusy);
    await().until(() -> !sender.sent.isEmpty());

    sampler.end(Duration.ofSeconds(3));

    ServerMetrics last = sender.sent.getLast();
    assertThat(last.health()).isEqualTo(HealthStatus.STOPPING);
    assertThat(last.values()).containsEntry(Metric.CPU, 50.0);
    assertThat(sender.endTimeouts).containsExactly(Duration.ofSeconds(3));
  }

  @Test
  void aFailedReadingCostsOneSampleAndNotTheSampler() throws InterruptedException {
    Sampler sampler =
        started(() -> {
          if (readings.get() == 2) {
            readings.incrementAndGet();
            throw new IllegalStateException("unreadable, as this test wants it");
          }
          return halfBusy();
        });

    await().until(() -> sender.sent.size() >= 3);
    sampler.end(Duration.ZERO);
    assertThat(readings.get()).isGreaterThan(3);
  }

  @Test
  void ticksWithoutTimeBetweenThemAreLeftOut() throws InterruptedException {
    Sampler sampler =
        started(() -> {
          readings.incrementAndGet();
          return new Reading(1, 0, 0, 0, 0, 0);
        });

    await().until(() -> readings.get() > 5);
    assertThat(sender.sent).isEmpty();
    sampler.end(Duration.ZERO);
  }

  private Sampler started(Supplier<Reading> source) {
    Sampler sampler =
        new Sampler(SERVER, new Sampler.Source(source, 1, situation), feed, sender, () -> NOW);
    sampler.start(INTERVAL);
    return sampler;
  }

  /** At every reading a second has passed, half of it on the processor. */
  private Reading halfBusy() {
    long second = readings.incrementAndGet();
    return new Reading(second * 1_000_000_000, second * 500_000_000, 8, 9, 0, 0);
  }

  private static final class RecordingSender implements MetricsSender {
    final List<ServerMetrics> sent = new CopyOnWriteArrayList<>();
    final List<Duration> endTimeouts = new CopyOnWriteArrayList<>();

    @Override
    public void send(ServerMetrics metrics) {
      sent.add(metrics);
    }

    @Override
    public SenderStatus status() {
      return SenderStatus.off();
    }

    @Override
    public void end(ServerMetrics last, Duration timeout) {
      sent.add(last);
      endTimeouts.add(timeout);
    }
  }
}
