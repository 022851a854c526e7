package io.sluice.app.report;

import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends measurements to the metrics topic on a thread of its own.
 *
 * <p>Neither a slow nor a missing Kafka costs memory: one measurement waits at most, {@value
 * #UNCONFIRMED_MAX} are under way at most, and whatever is beyond that is dropped and counted. The
 * producer is made on this thread when the first measurement comes, and made again after an error
 * that it can't get over.
 */
public final class KafkaSender implements MetricsSender {
  /** Most measurements sent and not yet confirmed. */
  static final int UNCONFIRMED_MAX = 5;

  private static final Logger LOG = LoggerFactory.getLogger(KafkaSender.class);

  private final Supplier<Producer<byte[], byte[]>> newProducer;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<ServerMetrics> waiting = Optional.empty();
  private boolean ending;
  private Duration closeTimeout = Duration.ZERO;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicInteger unconfirmed = new AtomicInteger();
  private volatile Outcome last = new Outcome(SenderStatus.State.CONNECTING, Optional.empty());
  private volatile boolean broken;

  /** How the last measurement fared, and why. */
  private record Outcome(SenderStatus.State state, Optional<String> problem) {}

  private KafkaSender(Supplier<Producer<byte[], byte[]>> newProducer) {
    this.newProducer = newProducer;
    this.thread = Thread.ofPlatform().name("metrics-sender").daemon().unstarted(this::run);
  }

  /**
   * Starts a sender.
   *
   * @param newProducer makes a producer; may throw {@link KafkaException}, and is then asked again
   *     with the next measurement
   */
  public static KafkaSender start(Supplier<Producer<byte[], byte[]>> newProducer) {
    KafkaSender sender = new KafkaSender(newProducer);
    sender.thread.start();
    return sender;
  }

  @Override
  public void send(ServerMetrics metrics) {
    lock.lock();
    try {
      if (waiting.isPresent()) {
        dropped.incrementAndGet();
      }
      waiting = Optional.of(metrics);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public SenderStatus status() {
    Outcome now = last;
    return new SenderStatus(now.state(), sent.get(), dropped.get(), failed.get(), now.problem());
  }

  @Override
  public void end(ServerMetrics lastOne, Duration timeout) throws InterruptedException {
    lock.lock();
    try {
      ending = true;
      closeTimeout = timeout;
      send(lastOne);
    } finally {
      lock.unlock();
    }
    if (!thread.join(timeout)) {
      LOG.warn("metrics: the last measurement was not confirmed within {}", timeout);
      thread.interrupt();
    }
  }

  private void run() {
    Optional<Producer<byte[], byte[]>> producer = Optional.empty();
    try {
      for (var next = next(); next.isPresent(); next = next()) {
        producer = producer.filter(this::isUsable).or(this::connected);
        ServerMetrics metrics = next.get();
        producer.ifPresent(usable -> deliver(metrics, usable));
      }
    } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException ended) {
      LOG.debug("metrics: sender was told to end at once");
    } finally {
      Duration timeout = closeTimeout;
      producer.ifPresent(open -> close(open, timeout));
    }
  }

  /** The newest measurement as soon as there is one; empty when there will be none. */
  private Optional<ServerMetrics> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !ending) {
        changed.await();
      }
      Optional<ServerMetrics> next = waiting;
      waiting = Optional.empty();
      return next;
    } finally {
      lock.unlock();
    }
  }

  private boolean isUsable(Producer<byte[], byte[]> producer) {
    if (broken) {
      close(producer, Duration.ZERO);
    }
    return !broken;
  }

  private Optional<Producer<byte[], byte[]>> connected() {
    try {
      Producer<byte[], byte[]> producer = newProducer.get();
      broken = false;
      return Optional.of(producer);
    } catch (KafkaException unreachable) {
      onFailure(unreachable);
      return Optional.empty();
    }
  }

  private void deliver(ServerMetrics metrics, Producer<byte[], byte[]> producer) {
    if (unconfirmed.get() >= UNCONFIRMED_MAX) {
      dropped.incrementAndGet();
      return;
    }
    unconfirmed.incrementAndGet();
    ProducerRecord<byte[], byte[]> metricsRecord =
        new ProducerRecord<>(
            Topics.METRICS.name(),
            Topics.METRICS.key().encode(metrics.server()),
            Topics.METRICS.value().encode(metrics));
    try {
      var _ =
          producer.send(
              metricsRecord,
              (written, failure) -> {
                unconfirmed.decrementAndGet();
                if (failure == null) {
                  onSuccess();
                } else {
                  onFailure(failure);
                }
              });
    } catch (KafkaException | IllegalStateException refused) {
      unconfirmed.decrementAndGet();
      onFailure(refused);
    }
  }

  private void onSuccess() {
    sent.incrementAndGet();
    Outcome before = last;
    last = new Outcome(SenderStatus.State.SENDING, Optional.empty());
    if (before.state() != SenderStatus.State.SENDING) {
      LOG.info("metrics: sending");
    }
  }

  private void onFailure(Exception failure) {
    failed.incrementAndGet();
    // A timeout or a lost connection passes; anything else the producer may not get over.
    if (!(failure instanceof RetriableException)) {
      broken = true;
    }
    Outcome before = last;
    last = new Outcome(SenderStatus.State.FAILING, Optional.of(message(failure)));
    if (before.state() != SenderStatus.State.FAILING) {
      LOG.warn("metrics: not sending, will go on trying: {}", message(failure));
    }
  }

  private static String message(Exception failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  private static void close(Producer<byte[], byte[]> producer, Duration timeout) {
    try {
      producer.close(timeout);
    } catch (KafkaException unclean) {
      LOG.debug("metrics: producer closed with an error", unclean);
    }
  }
}
