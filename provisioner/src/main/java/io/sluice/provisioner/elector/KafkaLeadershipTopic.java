package io.sluice.provisioner.elector;

import static io.sluice.schemas.topic.Topics.LEADERSHIP;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.provisioner.election.Input;
import io.sluice.provisioner.leadership.KafkaSettings;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.leadership.Incarnation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic on Kafka. */
public final class KafkaLeadershipTopic implements LeadershipTopic {
  /** The header of a process that takes office. */
  private static final String TAKING = "sluice-taking";

  private static final Logger LOG = LoggerFactory.getLogger(KafkaLeadershipTopic.class);
  private static final TopicPartition PARTITION = new TopicPartition(LEADERSHIP.name(), 0);

  private final KafkaSettings settings;

  /** Connects whenever somebody writes or reads. */
  public KafkaLeadershipTopic(KafkaSettings settings) {
    this.settings = settings;
  }

  @Override
  public Writer write(String part) {
    return new KafkaWriter(
        part,
        new KafkaProducer<>(
            settings.fleetingProducer(part), new ByteArraySerializer(), new ByteArraySerializer()));
  }

  @Override
  public Reader read() {
    return new KafkaReader(
        new KafkaConsumer<>(
            settings.heartbeatConsumer(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer()));
  }

  @Override
  public void restore() {
    settings.restore(LEADERSHIP);
  }

  private static final class KafkaWriter implements Writer {
    private final String part;
    private final Producer<byte[], byte[]> producer;
    private final AtomicBoolean failing = new AtomicBoolean();

    KafkaWriter(String part, Producer<byte[], byte[]> producer) {
      this.part = part;
      this.producer = producer;
    }

    @Override
    public void beat(Heartbeat heartbeat, Incarnation incarnation) {
      send(record(heartbeat.monitor(), incarnation, LEADERSHIP.value().encode(heartbeat)));
    }

    @Override
    public void present(MonitorId monitor, Incarnation incarnation, boolean taking) {
      ProducerRecord<byte[], byte[]> sign = record(monitor, incarnation, null);
      if (taking) {
        sign.headers().add(TAKING, new byte[0]);
      }
      send(sign);
    }

    private static ProducerRecord<byte[], byte[]> record(
        MonitorId monitor, Incarnation incarnation, byte @Nullable [] value) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(LEADERSHIP.name(), LEADERSHIP.key().encode(monitor), value);
      record.headers().add(Incarnation.HEADER, incarnation.value().getBytes(UTF_8));
      return record;
    }

    /** Says once that it fails, and once that it does not any more. */
    private void send(ProducerRecord<byte[], byte[]> record) {
      try {
        var _ =
            producer.send(
                record,
                (at, failure) -> {
                  boolean fails = failure != null;
                  if (failing.getAndSet(fails) != fails) {
                    LOG.warn(
                        "{} records {}", part, fails ? "fail: " + failure : "are written again");
                  }
                });
      } catch (KafkaException failed) {
        if (!failing.getAndSet(true)) {
          LOG.warn("{} records fail: {}", part, failed.toString());
        }
      }
    }

    @Override
    public void close() {
      producer.close(Duration.ZERO);
    }
  }

  private static final class KafkaReader implements Reader {
    private final Consumer<byte[], byte[]> consumer;

    KafkaReader(Consumer<byte[], byte[]> consumer) {
      this.consumer = consumer;
      try {
        if (consumer.partitionsFor(LEADERSHIP.name()).isEmpty()) {
          throw new UnknownTopicOrPartitionException(
              "topic %s is not there: expected what monitors make when they start"
                  .formatted(LEADERSHIP.name()));
        }
        consumer.assign(List.of(PARTITION));
        consumer.seekToEnd(List.of(PARTITION));
        // Asked for, so that heartbeats are not missed while it is found out lazily.
        consumer.position(PARTITION);
      } catch (KafkaException failed) {
        close();
        throw failed;
      }
    }

    @Override
    public void contact() {
      consumer.endOffsets(List.of(PARTITION));
    }

    @Override
    public List<Input> poll(Duration most) {
      List<Input> heard = new ArrayList<>();
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(most)) {
        input(record).ifPresent(heard::add);
      }
      return heard;
    }

    @Override
    public void close() {
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
          Optional.of(new Input.Present(monitor, incarnation, header(record, TAKING).isPresent()));
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
}
