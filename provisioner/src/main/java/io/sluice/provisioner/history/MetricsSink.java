package io.sluice.provisioner.history;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.write.Point;
import com.influxdb.exceptions.InfluxException;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries metrics and decisions from Kafka into the history. How far it is stands in Kafka, and is
 * moved on only once the database has taken what was read, so that nothing is lost while the
 * database is away; what is then written twice is the same point and stands there once.
 */
public final class MetricsSink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsSink.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY_MIN = Duration.ofMillis(250);

  private final SinkConfig config;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final InfluxDBClient database;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong unreadable = new AtomicLong();
  private final Thread thread;

  private MetricsSink(SinkConfig config) {
    this.config = config;
    this.consumer = new KafkaConsumer<>(settings(config));
    this.database = InfluxDBClientFactory.create(FluxHistory.options(config.history()));
    this.thread = Thread.ofPlatform().name("metrics-sink").unstarted(this::run);
  }

  /** Starts a sink; it goes on where the last one of its group was. */
  public static MetricsSink start(SinkConfig config) {
    MetricsSink sink = new MetricsSink(config);
    sink.thread.start();
    return sink;
  }

  private static Map<String, Object> settings(SinkConfig config) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.group());
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, config.group());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, config.batch());
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return config.kafka().settings(settings);
  }

  /** How many points the database has taken since the start. */
  public long written() {
    return written.get();
  }

  /** How many records since the start were none that a point could be made of. */
  public long unreadable() {
    return unreadable.get();
  }

  private void run() {
    List<String> topics = new ArrayList<>();
    if (config.metrics()) {
      topics.add(Topics.METRICS.name());
    }
    if (config.decisions()) {
      topics.add(Topics.SCALE_COMMANDS.name());
    }
    try (consumer;
        database) {
      consumer.subscribe(topics);
      while (closing.getCount() > 0) {
        carry();
      }
    } catch (WakeupException closed) {
      LOG.debug("the sink was woken to end");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** One batch; a fault of Kafka that passes is waited out. */
  private void carry() throws InterruptedException {
    try {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (records.isEmpty()) {
        return;
      }
      List<Point> points = new ArrayList<>(records.count());
      records.forEach(record -> point(record).ifPresent(points::add));
      if (write(points)) {
        consumer.commitSync();
        written.addAndGet(points.size());
      }
    } catch (WakeupException closed) {
      throw closed;
    } catch (KafkaException fault) {
      LOG.warn("metrics are not read or not marked as read; they will be read again", fault);
      var _ = closing.await(RETRY_MIN.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Writes until the database has taken it. Meanwhile Kafka is polled without taking anything, so
   * that the group does not take us for dead.
   *
   * @return false if the sink is closed before
   */
  private boolean write(List<Point> points) throws InterruptedException {
    Duration pause = RETRY_MIN;
    boolean failing = false;
    while (closing.getCount() > 0) {
      try {
        if (!points.isEmpty()) {
          database.getWriteApiBlocking().writePoints(points);
        }
        if (failing) {
          LOG.info("the history takes points again");
          consumer.resume(consumer.assignment());
        }
        return true;
      } catch (InfluxException refused) {
        if (!failing) {
          LOG.warn(
              "the history ({}) takes no points, trying again: {}",
              config.history(),
              refused.getMessage());
          failing = true;
        }
        consumer.pause(consumer.assignment());
        consumer.poll(Duration.ZERO);
        var _ = closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        Duration longer = pause.multipliedBy(2);
        pause = longer.compareTo(config.retryMax()) < 0 ? longer : config.retryMax();
      }
    }
    return false;
  }

  private Optional<Point> point(ConsumerRecord<byte[], byte[]> record) {
    return record.topic().equals(Topics.METRICS.name())
        ? point(Topics.METRICS, record, Points::of)
        : point(Topics.SCALE_COMMANDS, record, Points::of);
  }

  private <V> Optional<Point> point(
      Topic<?, V> topic, ConsumerRecord<byte[], byte[]> record, Function<V, Point> of) {
    byte[] value = record.value();
    return switch (topic.value().decode(value == null ? new byte[0] : value)) {
      case Decoded.Value<V>(V decoded) -> Optional.of(of.apply(decoded));
      case Decoded.UnknownType<V>(String _), Decoded.Malformed<V>(String _) -> {
        // The topology puts such records with the dead letters; they are only counted here.
        unreadable.incrementAndGet();
        yield Optional.empty();
      }
    };
  }

  /** Ends after the batch under way, or at once if the database does not take it. */
  @Override
  public void close() {
    closing.countDown();
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
