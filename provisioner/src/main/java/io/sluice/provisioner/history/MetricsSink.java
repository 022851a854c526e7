package io.sluice.provisioner.history;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.write.Point;
import com.influxdb.exceptions.InfluxException;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.supervision.Halt;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
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
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries metrics and decisions from Kafka into the history. How far it is stands in Kafka, and is
 * moved on only once the database has taken or refused what was read, so that nothing is lost while
 * the database is away; what is then written twice is the same point and stands there once.
 *
 * <p>A point that the database will never take is passed over, see {@link PointWriter}. A database
 * that does not know us is asked again until somebody corrects that: {@link #trouble} says so.
 */
public final class MetricsSink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsSink.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY_MIN = Duration.ofMillis(250);

  /** What goes on being wrong is said again after this time. */
  private static final Duration TELL_AGAIN = Duration.ofMinutes(1);

  /** A write that hangs ends by itself long before. */
  private static final Duration TURN_MAX = Duration.ofMinutes(2);

  /** How long the batch under way has to end when the sink does. */
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private final SinkConfig config;
  private final Loops loops;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicLong written = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong unreadable = new AtomicLong();
  private volatile Optional<String> trouble = Optional.empty();

  /** What waits for records at the moment. */
  private volatile Optional<KafkaConsumer<byte[], byte[]>> reading = Optional.empty();

  private MetricsSink(SinkConfig config, Loops loops) {
    this.config = config;
    this.loops = loops;
  }

  /** Starts a sink; it goes on where the last one of its group was. */
  public static MetricsSink start(SinkConfig config) {
    MetricsSink sink = new MetricsSink(config, new Loops(Halt.ofProcess()));
    var _ = sink.loops.restarting("metrics-sink", TURN_MAX, sink::run);
    return sink;
  }

  Loops loops() {
    return loops;
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

  /** How many points since the start it has refused, and will never take. */
  public long refused() {
    return refused.get();
  }

  /** How many records since the start were none that a point could be made of. */
  public long unreadable() {
    return unreadable.get();
  }

  /** Why nothing is written at the moment; empty: it is, or there is nothing to write. */
  public Optional<String> trouble() {
    return trouble.or(() ->
        loops.states().stream().filter(loop -> !loop.up()).map(LoopState::describe).findFirst());
  }

  private void run(Loops.Turns turns) throws InterruptedException {
    List<String> topics = new ArrayList<>();
    if (config.metrics()) {
      topics.add(Topics.METRICS.name());
    }
    if (config.decisions()) {
      topics.add(Topics.SCALE_COMMANDS.name());
    }
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings(config));
        InfluxDBClient database =
            InfluxDBClientFactory.create(FluxHistory.options(config.history()))) {
      consumer.subscribe(topics);
      reading = Optional.of(consumer);
      WriteApiBlocking api = database.getWriteApiBlocking();
      Carriage carriage = new Carriage(consumer, new PointWriter(api::writePoints), turns);
      while (!closes()) {
        turns.turned();
        carriage.carry();
      }
    } finally {
      reading = Optional.empty();
      if (closes()) {
        ended.countDown();
      }
    }
  }

  private boolean closes() {
    return closing.getCount() == 0;
  }

  private boolean rest(Duration pause) throws InterruptedException {
    return closing.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What goes on between one consumer and one database. */
  private final class Carriage {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final PointWriter database;
    private final Loops.Turns turns;
    private Optional<Ticks> toldAt = Optional.empty();

    Carriage(KafkaConsumer<byte[], byte[]> consumer, PointWriter database, Loops.Turns turns) {
      this.consumer = consumer;
      this.database = database;
      this.turns = turns;
    }

    /** One batch; a fault of Kafka that passes is waited out. */
    void carry() throws InterruptedException {
      try {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        if (records.isEmpty()) {
          return;
        }
        List<Point> points = new ArrayList<>(records.count());
        records.forEach(record -> point(record).ifPresent(points::add));
        Optional<PointWriter.Written> came = write(points);
        if (came.isPresent()) {
          commit();
          written.addAndGet(came.get().taken());
          refused.addAndGet(came.get().refused());
        }
      } catch (InterruptException closed) {
        throw closed;
      } catch (WakeupException closes) {
        LOG.debug("the sink ends", closes);
      } catch (KafkaException fault) {
        LOG.warn("metrics are not read or not marked as read; they will be read again", fault);
        var _ = rest(RETRY_MIN);
      }
    }

    /** That the sink is to end must not keep what is written from being marked as read. */
    private void commit() {
      try {
        consumer.commitSync();
      } catch (WakeupException closes) {
        consumer.commitSync();
      }
    }

    /** Writes until the database has taken or refused all of it; empty: the sink ends before. */
    private Optional<PointWriter.Written> write(List<Point> points) throws InterruptedException {
      Duration pause = RETRY_MIN;
      while (!closes()) {
        turns.turned();
        try {
          PointWriter.Written came = database.write(points);
          takes();
          return Optional.of(came);
        } catch (InfluxException failed) {
          takesNot(failed);
          stay();
          if (rest(pause)) {
            break;
          }
          Duration longer = pause.multipliedBy(2);
          pause = longer.compareTo(config.retryMax()) < 0 ? longer : config.retryMax();
        }
      }
      return Optional.empty();
    }

    private void takes() {
      if (trouble.isPresent()) {
        LOG.info("the history takes points again");
        trouble = Optional.empty();
        toldAt = Optional.empty();
        consumer.resume(consumer.assignment());
      }
    }

    private void takesNot(InfluxException failed) {
      boolean ours = PointWriter.meaning(failed) == PointWriter.Meaning.MISCONFIGURED;
      String what =
          "the history (%s) takes no points%s, trying again: %s"
              .formatted(
                  config.history(),
                  ours ? " from us: see to its url, token, organisation and bucket" : "",
                  failed.getMessage());
      trouble = Optional.of(what);
      Ticks now = MonotonicClock.SYSTEM.now();
      if (toldAt.filter(at -> now.since(at).compareTo(TELL_AGAIN) < 0).isEmpty()) {
        toldAt = Optional.of(now);
        if (ours) {
          LOG.error("{}", what);
        } else {
          LOG.warn("{}", what);
        }
      }
    }

    /** Lets the group know that we live, without taking anything from it. */
    private void stay() {
      consumer.pause(consumer.assignment());
      ConsumerRecords<byte[], byte[]> early = consumer.poll(Duration.ZERO);
      // Of partitions that came to us just now, and were not paused.
      early
          .partitions()
          .forEach(place -> consumer.seek(place, early.records(place).getFirst().offset()));
    }
  }

  private Optional<Point> point(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    if (value != null && BalancerMetrics.isOne(value)) {
      // What balancers measure of a zone stands in the decisions that came of it.
      return Optional.empty();
    }
    return record.topic().equals(Topics.METRICS.name())
        ? point(Topics.METRICS, record, Points::of)
        : point(Topics.SCALE_COMMANDS, record, Points::of);
  }

  private <V> Optional<Point> point(
      Topic<?, V> topic, ConsumerRecord<byte[], byte[]> record, Function<V, Point> of) {
    byte[] value = record.value();
    return switch (topic.value().decode(value == null ? new byte[0] : value)) {
      case Decoded.Value<V>(V decoded) -> made(record, () -> of.apply(decoded));
      case Decoded.UnknownType<V>(String _), Decoded.Malformed<V>(String _) -> {
        // The topology puts such records with the dead letters; they are only counted here.
        unreadable.incrementAndGet();
        yield Optional.empty();
      }
    };
  }

  /** A record that nobody thought of must not keep those behind it. */
  private Optional<Point> made(ConsumerRecord<byte[], byte[]> record, Supplier<Point> point) {
    try {
      return Optional.of(point.get());
    } catch (RuntimeException unforeseen) {
      LOG.warn(
          "{}-{}@{} makes no point, it is passed over",
          record.topic(),
          record.partition(),
          record.offset(),
          unforeseen);
      unreadable.incrementAndGet();
      return Optional.empty();
    }
  }

  /** Ends after the batch under way, or at once if the database does not take it. */
  @Override
  public void close() {
    closing.countDown();
    reading.ifPresent(KafkaConsumer::wakeup);
    try {
      var _ = ended.await(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    loops.close();
  }
}
