package io.sluice.provisioner.elector;

import static io.sluice.schemas.topic.Topics.LEADERSHIP;

import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.leadership.Heartbeat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads heartbeats as they are written, and notes whether Kafka answers at all. */
public final class HeartbeatReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** How often Kafka is asked something that it has to answer. */
  private static final Duration CONTACT_INTERVAL = Duration.ofMillis(250);

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
  private static final TopicPartition PARTITION = new TopicPartition(LEADERSHIP.name(), 0);

  private final KafkaSettings settings;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Thread thread = Thread.currentThread();

  /** A reader that does not read yet. */
  public HeartbeatReader(KafkaSettings settings) {
    this.settings = settings;
  }

  /** Begins to read. */
  void start(java.util.function.Consumer<Input> heard) {
    thread = Thread.ofPlatform().name("heartbeat-reader").start(() -> run(heard));
  }

  private void run(java.util.function.Consumer<Input> heard) {
    while (ended.getCount() > 0) {
      try {
        read(heard);
      } catch (InterruptException closed) {
        ended.countDown();
      } catch (KafkaException failed) {
        LOG.debug("heartbeats can't be read for now", failed);
        heard.accept(new Input.Contact(false));
        rest();
      }
    }
  }

  private void read(java.util.function.Consumer<Input> heard) {
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            settings.heartbeatConsumer(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(PARTITION));
      consumer.seekToEnd(List.of(PARTITION));
      // Asked for, so that heartbeats are not missed while it is found out lazily.
      consumer.position(PARTITION);
      long askedAt = System.nanoTime() - CONTACT_INTERVAL.toNanos();
      while (ended.getCount() > 0) {
        if (System.nanoTime() - askedAt >= CONTACT_INTERVAL.toNanos()) {
          consumer.endOffsets(List.of(PARTITION));
          askedAt = System.nanoTime();
          heard.accept(new Input.Contact(true));
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.value() != null) {
            hear(record.value(), heard);
          }
        }
      }
    }
  }

  private static void hear(byte[] value, java.util.function.Consumer<Input> heard) {
    switch (LEADERSHIP.value().decode(value)) {
      case Decoded.Value<Heartbeat>(Heartbeat beat) ->
          heard.accept(new Input.Beat(beat.monitor(), beat.epoch()));
      case Decoded.UnknownType<Heartbeat>(String type) ->
          LOG.warn("a heartbeat of unknown type '{}' is skipped", type);
      case Decoded.Malformed<Heartbeat>(String problem) ->
          LOG.warn("a heartbeat is skipped: {}", problem);
    }
  }

  private void rest() {
    try {
      if (ended.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.debug("closed while it rested");
      }
    } catch (InterruptedException interrupted) {
      ended.countDown();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    Thread running = thread;
    if (running == Thread.currentThread()) {
      return;
    }
    try {
      if (!running.join(CLOSE_PATIENCE)) {
        running.interrupt();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
