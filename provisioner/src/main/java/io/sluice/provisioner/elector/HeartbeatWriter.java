package io.sluice.provisioner.elector;

import static io.sluice.schemas.topic.Topics.LEADERSHIP;

import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.provisioner.leadership.LeaderTask;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Heartbeat;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes heartbeats as long as a term lasts and its loop turns: a leader that is stuck stops to
 * write them.
 */
public final class HeartbeatWriter implements LeaderTask {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatWriter.class);

  /** A send may wait for Kafka for a second. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

  private final KafkaSettings settings;
  private final MonitorId monitor;
  private final URI url;
  private final Duration interval;

  /**
   * Writes heartbeats of this monitor.
   *
   * @param url where it answers
   * @param interval the time between two
   */
  public HeartbeatWriter(KafkaSettings settings, MonitorId monitor, URI url, Duration interval) {
    this.settings = settings;
    this.monitor = monitor;
    this.url = url;
    this.interval = interval;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    CountDownLatch over = new CountDownLatch(1);
    Thread thread = Thread.ofPlatform().name("heartbeats").start(() -> write(term, over));
    return () -> {
      over.countDown();
      join(thread);
    };
  }

  private static void join(Thread thread) {
    try {
      thread.join(CLOSE_PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(LeaderContext term, CountDownLatch over) {
    byte[] key = LEADERSHIP.key().encode(monitor);
    byte[] value = LEADERSHIP.value().encode(new Heartbeat(monitor, term.epoch(), url));
    AtomicBoolean failing = new AtomicBoolean();
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            settings.heartbeatProducer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      do {
        if (term.turning()) {
          send(producer, new ProducerRecord<>(LEADERSHIP.name(), key, value), failing);
        }
      } while (!over.await(interval.toMillis(), TimeUnit.MILLISECONDS));
      producer.close(Duration.ZERO);
    } catch (InterruptedException never) {
      // Nobody else knows this thread; if somebody does, it is meant as an end.
      Thread.currentThread().interrupt();
    }
  }

  /** Says once that heartbeats can't be written, and once that they can again. */
  private static void send(
      Producer<byte[], byte[]> producer,
      ProducerRecord<byte[], byte[]> record,
      AtomicBoolean failing) {
    try {
      var _ =
          producer.send(
              record,
              (at, failure) -> {
                boolean fails = failure != null;
                if (failing.getAndSet(fails) != fails) {
                  LOG.warn("heartbeats {}", fails ? "fail: " + failure : "are written again");
                }
              });
    } catch (KafkaException failed) {
      if (!failing.getAndSet(true)) {
        LOG.warn("heartbeats fail: {}", failed.toString());
      }
    }
  }
}
