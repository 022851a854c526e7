package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.live.Feed.News;
import io.sluice.app.load.Load;
import io.sluice.app.report.SenderStatus;
import io.sluice.app.simulation.Situation;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.HealthStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class FeedTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private final Feed feed = new Feed();

  @Test
  void aWatchFirstBringsThePastThenWhatIsNew() throws InterruptedException {
    feed.publish(sample(1));
    feed.publish(sample(2));

    Feed.Watch watch = feed.watch();

    assertThat(seconds(watch)).containsExactly(1L, 2L);
    feed.publish(sample(3));
    assertThat(seconds(watch)).containsExactly(3L);
  }

  @Test
  void onlyTheLastMinuteIsKept() throws InterruptedException {
    for (int second = 1; second <= Feed.HISTORY_MAX + 5; second++) {
      feed.publish(sample(second));
    }

    assertThat(seconds(feed.watch())).hasSize(Feed.HISTORY_MAX).startsWith(6L).endsWith(65L);
  }

  @Test
  void withoutNewsAWatchEndsItsWaitWithNothing() throws InterruptedException {
    assertThat(feed.watch().next(Duration.ofMillis(10))).isEqualTo(new News.Samples(List.of()));
  }

  @Test
  void aWaitingWatchIsWokenByASample() throws InterruptedException {
    Feed.Watch watch = feed.watch();
    CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> feed.publish(sample(1)));

    assertThat(seconds(watch)).containsExactly(1L);
    publishing.join();
  }

  @Test
  void theEndIsToldAfterTheLastSampleAndNothingFollows() throws InterruptedException {
    Feed.Watch watch = feed.watch();
    feed.publish(sample(1));
    feed.close();
    feed.publish(sample(2));

    assertThat(seconds(watch)).containsExactly(1L);
    assertThat(watch.next(LONG)).isEqualTo(new News.End());
    assertThat(feed.newest()).contains(sample(1));
  }

  private static List<Long> seconds(Feed.Watch watch) throws InterruptedException {
    return switch (watch.next(LONG)) {
      case News.Samples(var samples) ->
          samples.stream().map(sample -> sample.at().getEpochSecond()).toList();
      case News.End() -> throw new AssertionError("the feed has ended");
    };
  }

  private static Sample sample(long second) {
    return new Sample(
        ServerId.of("zone1-1"),
        Instant.ofEpochSecond(second),
        HealthStatus.HEALTHY,
        Situation.REAL,
        new Load(1, 2, 3, 4, 5),
        SenderStatus.off());
  }
}
