package io.sluice.balancer.report;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Figures on their way to Kafka. Soft: of each zone one record at most is under way and the newest
 * one waits, and what the broker does not take in time is lost. They have a thread and a producer
 * of their own, so that a topic that is missing or a partition without a leader holds up no fact,
 * and one zone's partition no other zone's figures.
 */
final class KafkaFigures implements AutoCloseable {
  /** How often it is said at most that figures are not written. */
  static final Duration SAID_EVERY = Duration.ofMinutes(1);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TURN_MAX = Duration.ofMinutes(1);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(KafkaFigures.class);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final LongSupplier nanos;

  /** What was counted last of each zone; older figures are not worth writing. */
  private final Map<ZoneId, ProducerRecord<byte[], byte[]>> waiting = new ConcurrentHashMap<>();

  /** Says that there may be something to write, or to end. */
  private final Semaphore changes = new Semaphore(0);

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Supervised writer;
  private Optional<Long> saidNanos = Optional.empty();
  private long unsaid;
  private volatile boolean closing;

  /**
   * Begins to write.
   *
   * @param producers makes the producer; called again after a failure
   * @param nanos time in nanoseconds that never goes back
   */
  KafkaFigures(Supplier<Producer<byte[], byte[]>> producers, LongSupplier nanos, Loops loops) {
    this.producers = producers;
    this.nanos = nanos;
    this.writer = loops.restarting("figures", TURN_MAX, this::run);
  }

  /** Writes them, unless newer ones come before that is possible. */
  void put(BalancerMetrics counted) {
    byte[] key = Topics.BALANCER_METRICS.key().encode(counted.zone());
    byte[] value = Topics.BALANCER_METRICS.value().encode(counted);
    waiting.put(counted.zone(), new ProducerRecord<>(Topics.BALANCER_METRICS.name(), key, value));
    changes.release();
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    Set<ZoneId> underWay = ConcurrentHashMap.newKeySet();
    Producer<byte[], byte[]> producer = producers.get();
    try {
      while (!closing || !waiting.isEmpty() || !underWay.isEmpty()) {
        for (ZoneId zone : waiting.keySet()) {
          // Without the topic's description each send takes as long as the producer may block.
          turns.turned();
          send(zone, producer, underWay);
        }
        turns.turned();
        var _ = changes.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS);
        var _ = changes.drainPermits();
      }
    } catch (InterruptedException closed) {
      if (!closing) {
        throw closed;
      }
    } finally {
      // Whatever is under way still was given its time.
      producer.close(Duration.ZERO);
    }
    ended.countDown();
  }

  private void send(ZoneId zone, Producer<byte[], byte[]> producer, Set<ZoneId> underWay) {
    if (underWay.add(zone)) {
      Optional.ofNullable(waiting.remove(zone))
          .ifPresentOrElse(
              newest -> send(zone, newest, producer, underWay), () -> underWay.remove(zone));
    }
  }

  private void send(
      ZoneId zone,
      ProducerRecord<byte[], byte[]> record,
      Producer<byte[], byte[]> producer,
      Set<ZoneId> underWay) {
    try {
      var _ =
          producer.send(
              record,
              (_, failure) -> {
                over(zone, underWay);
                if (failure != null) {
                  notWritten(zone, failure);
                }
              });
    } catch (KafkaException failed) {
      over(zone, underWay);
      notWritten(zone, failed);
    }
  }

  private void over(ZoneId zone, Set<ZoneId> underWay) {
    underWay.remove(zone);
    changes.release();
  }

  /** A right that is missing fails every second, for every zone. */
  private synchronized void notWritten(ZoneId zone, Exception failure) {
    long now = nanos.getAsLong();
    if (saidNanos.isPresent() && now - saidNanos.get() < SAID_EVERY.toNanos()) {
      unsaid++;
      return;
    }
    LOG.warn(
        "figures of {} not written, the next ones are due: {} ({} more since this was last said)",
        zone,
        String.valueOf(failure),
        unsaid);
    saidNanos = Optional.of(now);
    unsaid = 0;
  }

  /** Ends once what waits is written; {@link #close} waits for that. */
  void end() {
    closing = true;
    changes.release();
  }

  /** Writes what is waiting, if that goes quickly, and closes. */
  @Override
  public void close() {
    end();
    try {
      if (!ended.await(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the last figures were not written");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    writer.close();
  }
}
