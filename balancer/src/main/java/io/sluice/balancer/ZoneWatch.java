package io.sluice.balancer;

import io.sluice.balancer.spill.KnownZones;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks Kafka from time to time which zones there are, that is, which membership topics, but for
 * those of zones that are marked as retired. While Kafka does not answer, those that were known are
 * still known.
 */
final class ZoneWatch implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final Duration TURN_MAX = Duration.ofSeconds(30);
  private static final Logger LOG = LoggerFactory.getLogger(ZoneWatch.class);

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Duration every;
  private final java.util.function.Consumer<SortedSet<ZoneId>> zones;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch looked = new CountDownLatch(1);
  private final Loops loops;
  private Optional<Supervised> loop = Optional.empty();
  private KnownZones known;

  /**
   * A watch; {@link #start} sets it going.
   *
   * @param first zones that are known already
   * @param consumers makes a consumer; called again after a failure
   * @param zones is told which zones there are after every look, from the watch's thread
   * @param loops runs the watch
   */
  ZoneWatch(
      Set<ZoneId> first,
      Supplier<Consumer<byte[], byte[]>> consumers,
      Duration every,
      java.util.function.Consumer<SortedSet<ZoneId>> zones,
      Loops loops) {
    this.known = KnownZones.of(first);
    this.consumers = consumers;
    this.every = every;
    this.zones = zones;
    this.loops = loops;
  }

  void start() {
    loop = Optional.of(loops.restarting("zones", every.plus(TURN_MAX), this::run));
  }

  /** Whether it is known which zones there are. */
  boolean looked() {
    return looked.getCount() == 0;
  }

  /** Waits for the first look. */
  void awaitLook(Duration atMost) {
    try {
      if (!looked.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("which zones there are could not be asked within {}", atMost);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Loops.Turns turns) {
    boolean over = false;
    while (!over) {
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        while (!over) {
          turns.turned();
          known = known.seen(look(consumer));
          zones.accept(known.zones());
          looked.countDown();
          over = pause();
        }
      } catch (KafkaException failed) {
        LOG.warn("which zones there are can't be asked: {}", failed.toString());
        turns.turned();
        over = pause();
      }
    }
  }

  private static Set<ZoneId> look(Consumer<byte[], byte[]> consumer) {
    Set<String> topics = consumer.listTopics(ANSWER_MAX).keySet();
    Set<ZoneId> zones =
        topics.stream()
            .flatMap(topic -> Topics.zoneOfMembership(topic).stream())
            .collect(Collectors.toSet());
    topics.forEach(topic -> Topics.zoneOfRetired(topic).ifPresent(zones::remove));
    return zones;
  }

  private boolean pause() {
    try {
      return closed.await(every.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    loop.ifPresent(Supervised::close);
  }
}
