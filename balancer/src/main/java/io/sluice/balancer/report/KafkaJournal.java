package io.sluice.balancer.report;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.DeadLetter;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal in Kafka. One thread writes record after record, in their order, and repeats each
 * until the broker has it: a balancer outlives its broker. Figures go their own way.
 */
public final class KafkaJournal implements Journal {
  /** How many records wait at most; facts of a balancer are rare. */
  static final int WAITING_MAX = 10_000;

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration POLL = Duration.ofMillis(100);

  /** A record that the broker does not take is given up by the client after two minutes. */
  private static final Duration TURN_MAX = Duration.ofMinutes(3);

  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(KafkaJournal.class);

  private final String source;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final BlockingQueue<ProducerRecord<byte[], byte[]>> waiting =
      new ArrayBlockingQueue<>(WAITING_MAX);

  private final KafkaFigures figures;
  private final Supervised writer;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Optional<ProducerRecord<byte[], byte[]>> under = Optional.empty();
  private volatile boolean closing;

  /**
   * A journal that begins to write.
   *
   * @param source who writes, a URI reference such as {@code /balancers/zone1}
   * @param producers makes the producer, which must be idempotent with {@code acks=all}; called
   *     again after a failure
   * @param ofFigures makes the producer of figures, which should soon give a record up
   * @param loops runs the writers
   */
  public KafkaJournal(
      String source,
      Supplier<Producer<byte[], byte[]>> producers,
      Supplier<Producer<byte[], byte[]>> ofFigures,
      Loops loops) {
    this.source = source;
    this.producers = producers;
    this.figures = new KafkaFigures(ofFigures, System::nanoTime, loops);
    this.writer = loops.restarting("journal", TURN_MAX, this::run);
  }

  @Override
  public void record(FleetEvent fact) {
    String id = UUID.randomUUID().toString();
    byte[] key = Topics.JOURNAL.key().encode(fact.zone());
    byte[] value = Topics.JOURNAL.value().encode(fact);
    add(record(Topics.JOURNAL.name(), key, value, CloudEvent.headers(fact, id, source)));
  }

  @Override
  public void putAway(DeadLetter where, byte[] key, byte[] value) {
    LOG.warn("{}", where);
    DeadLetter.Content content = where.content(key, value);
    add(record(Topics.DEAD_LETTERS.name(), content.key(), content.value(), content.headers()));
  }

  @Override
  public void measure(BalancerMetrics counted) {
    figures.put(counted);
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, byte @Nullable [] key, byte @Nullable [] value, Map<String, byte[]> headers) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, value);
    headers.forEach((name, content) -> record.headers().add(name, content));
    return record;
  }

  private void add(ProducerRecord<byte[], byte[]> record) {
    if (!waiting.offer(record)) {
      LOG.error("record for {} lost: {} others are waiting already", record.topic(), WAITING_MAX);
    }
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    try (Producer<byte[], byte[]> producer = producers.get()) {
      while (!closing || !waiting.isEmpty() || under.isPresent()) {
        turns.turned();
        if (under.isEmpty()) {
          under = Optional.ofNullable(waiting.poll(POLL.toMillis(), TimeUnit.MILLISECONDS));
        }
        if (under.isPresent() && written(producer, under.get())) {
          under = Optional.empty();
        }
      }
    } catch (InterruptedException closed) {
      if (!closing) {
        throw closed;
      }
    }
    ended.countDown();
  }

  /** Whether the broker has it; after a failure only after a pause. */
  private static boolean written(
      Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
      throws InterruptedException {
    try {
      var _ = producer.send(record).get();
      return true;
    } catch (ExecutionException | KafkaException failed) {
      LOG.warn("record for {} not written yet, trying again: {}", record.topic(), text(failed));
      Thread.sleep(PAUSE);
      return false;
    }
  }

  private static String text(Exception failed) {
    Throwable cause = failed.getCause();
    return String.valueOf(cause == null ? failed : cause);
  }

  /** Writes what is waiting, if that goes quickly, and closes. */
  @Override
  public void close() {
    closing = true;
    figures.end();
    try {
      if (!ended.await(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("{} records were not written", waiting.size() + 1);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    writer.close();
    figures.close();
  }
}
