package io.sluice.provisioner.elector;

import static io.sluice.schemas.topic.Topics.LEADERSHIP;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads heartbeats and signs of life as they are written, and notes whether Kafka answers. */
public final class HeartbeatReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** How often Kafka is asked something that it has to answer. */
  private static final Duration CONTACT_INTERVAL = Duration.ofMillis(250);

  /** A turn is a poll, or a try to connect, each of which waits for a second at most. */
  private static final Duration TURN_MAX = Duration.ofSeconds(10);

  private static final TopicPartition PARTITION = new TopicPartition(LEADERSHIP.name(), 0);

  private final KafkaSettings settings;
  private final Loops loops;
  private volatile Optional<Supervised> loop = Optional.empty();

  /** A reader that does not read yet. */
  public HeartbeatReader(KafkaSettings settings, Loops loops) {
    this.settings = settings;
    this.loops = loops;
  }

  /** Begins to read. */
  void start(java.util.function.Consumer<Input> heard) {
    loop = Optional.of(loops.restarting("heartbeat-reader", TURN_MAX, turns -> run(heard, turns)));
  }

  private void run(java.util.function.Consumer<Input> heard, Loops.Turns turns)
      throws InterruptedException {
    boolean reading = false;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        turns.turned();
        try {
          read(heard, turns);
        } catch (InterruptException closed) {
          Thread.currentThread().interrupt();
        } catch (KafkaException failed) {
          LOG.debug("heartbeats can't be read for now", failed);
          heard.accept(new Input.Contact(false));
          Thread.sleep(PAUSE);
        }
      }
      reading = true;
    } finally {
      if (!reading) {
        // Blind until it is started again.
        heard.accept(new Input.Contact(false));
      }
    }
  }

  private void read(java.util.function.Consumer<Input> heard, Loops.Turns turns) {
    Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            settings.heartbeatConsumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      consumer.assign(List.of(PARTITION));
      consumer.seekToEnd(List.of(PARTITION));
      // Asked for, so that heartbeats are not missed while it is found out lazily.
      consumer.position(PARTITION);
      long askedAt = System.nanoTime() - CONTACT_INTERVAL.toNanos();
      while (!Thread.currentThread().isInterrupted()) {
        turns.turned();
        if (System.nanoTime() - askedAt >= CONTACT_INTERVAL.toNanos()) {
          consumer.endOffsets(List.of(PARTITION));
          askedAt = System.nanoTime();
          heard.accept(new Input.Contact(true));
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          input(record).ifPresent(heard);
        }
      }
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
  }

  private static Optional<Input> input(ConsumerRecord<byte[], byte[]> record) {
    try {
      Incarnation incarnation =
          header(record, Incarnation.HEADER).map(Incarnation::new).orElse(Incarnation.UNKNOWN);
      return record.value() == null
          ? sign(record, incarnation)
          : heartbeat(record.value(), incarnation);
    } catch (IllegalArgumentException malformed) {
      LOG.warn("a record of {} is skipped: {}", LEADERSHIP.name(), malformed.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Input> sign(
      ConsumerRecord<byte[], byte[]> record, Incarnation incarnation) {
    if (record.key() == null) {
      return Optional.empty();
    }
    return switch (LEADERSHIP.key().decode(record.key())) {
      case Decoded.Value<MonitorId>(MonitorId monitor) ->
          Optional.of(
              new Input.Present(monitor, incarnation, header(record, Presence.TAKING).isPresent()));
      case Decoded.UnknownType<MonitorId>(String type) ->
          throw new IllegalArgumentException("a key of unknown type " + type);
      case Decoded.Malformed<MonitorId>(String problem) ->
          throw new IllegalArgumentException(problem);
    };
  }

  private static Optional<Input> heartbeat(byte[] value, Incarnation incarnation) {
    return switch (LEADERSHIP.value().decode(value)) {
      case Decoded.Value<Heartbeat>(Heartbeat beat) ->
          Optional.of(new Input.Beat(beat.monitor(), incarnation, beat.epoch()));
      case Decoded.UnknownType<Heartbeat>(String type) ->
          throw new IllegalArgumentException("a heartbeat of unknown type '%s'".formatted(type));
      case Decoded.Malformed<Heartbeat>(String problem) ->
          throw new IllegalArgumentException(problem);
    };
  }

  private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
    return Optional.ofNullable(record.headers().lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, UTF_8));
  }

  @Override
  public void close() {
    loop.ifPresent(Supervised::close);
  }
}
