package io.sluice.compose.bench;

import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.TopologyConfig;
import io.sluice.topology.ZoneStreams;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How long it takes from a report to a command: from the moment at which the report is sent that
 * ends a second, to the moment at which a reader of committed commands has the command that came of
 * it. In between lie three topics and three commits. Beside it runs the same reader on records that
 * go straight from a producer to it: one hop, without a transaction.
 *
 * <p>Each zone has one ready server whose queue grows by the second, so that every observation asks
 * for more servers; nobody starts them.
 */
public final class LoopBench {
  private static final int ZONES = 20;
  private static final int PARTITIONS = 4;
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration RUNNING_MAX = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int REPORTS_PER_SECOND = 10;
  private static final int SERVERS_MAX = 5_000;
  private static final Metric QUEUE = new Metric("queue");
  private static final Actor ACTOR = new Actor("bench");
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long MILLIS_PER_SECOND = 1_000;

  private static final Map<String, Object> READING =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false);

  private static final Map<String, Object> WRITING =
      Map.of(ProducerConfig.LINGER_MS_CONFIG, 0, ProducerConfig.ACKS_CONFIG, "all");

  private final KafkaAccess kafka;
  private final Path folder;
  private final Duration length;
  private final Consumer<String> progress;
  private final List<ZoneId> zones =
      IntStream.rangeClosed(1, ZONES).mapToObj(i -> new ZoneId("loop" + i)).toList();

  /** When the first report of a second was sent, by partition of the metrics and second. */
  private final Map<Integer, Map<Long, Long>> firstSent = new ConcurrentHashMap<>();

  /**
   * In a Kafka that has no cluster.
   *
   * @param kafka how Kafka is reached
   * @param folder for the topology's own files
   * @param length how long it is measured
   * @param progress is told in one line about each step
   */
  public LoopBench(KafkaAccess kafka, Path folder, Duration length, Consumer<String> progress) {
    this.kafka = kafka;
    this.folder = folder;
    this.length = length;
    this.progress = progress;
  }

  /** Runs it. */
  public List<Latency> run() {
    TopicSetup.ensure(kafka, zones, PARTITIONS, 1);
    progress.accept("one hop without a transaction");
    Latency hop = hop();
    TopologyConfig config = TopologyConfig.of(kafka.bootstrap(), PARTITIONS, folder);
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka, WRITING)) {
      declare(producer);
      progress.accept("starting the topology");
      try (ZoneStreams streams = ZoneStreams.start(config)) {
        streams.awaitRunning(RUNNING_MAX);
        progress.accept("measuring, %d s".formatted(WARM_UP.plus(length).toSeconds()));
        return List.of(loop(producer), hop);
      }
    }
  }

  private void declare(KafkaProducer<byte[], byte[]> producer) {
    ZonePolicy policy =
        new ZonePolicy(
            1,
            SERVERS_MAX,
            ZonePolicy.WINDOW_MIN,
            List.of(new Target(QUEUE, 1, 0)),
            Limits.NONE,
            Victims.NEWEST,
            false);
    Instant now = Instant.now();
    for (ZoneId zone : zones) {
      ServerId server = zone.server(1);
      write(producer, new ZoneDeclared(zone, now, ACTOR));
      write(
          producer,
          new ServerStarted(
              zone,
              now,
              server,
              new CommandId(zone, 0),
              URI.create("http://bench.invalid:80"),
              "bench",
              Epoch.NONE));
      write(producer, new ServerReady(zone, now, server));
      write(producer, new PolicyChanged(zone, now, 1, policy, ACTOR));
    }
    producer.flush();
  }

  private static void write(KafkaProducer<byte[], byte[]> producer, FleetEvent fact) {
    var _ =
        producer.send(
            new ProducerRecord<>(
                Topics.JOURNAL.name(),
                Topics.ZONE_KEY.encode(fact.zone()),
                Topics.JOURNAL.value().encode(fact)));
  }

  private Latency loop(KafkaProducer<byte[], byte[]> producer) {
    Thread reports = Thread.ofPlatform().daemon().name("reports").start(() -> report(producer));
    List<Long> nanos = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> commands = atEnd(Topics.SCALE_COMMANDS.name())) {
      long begin = System.nanoTime();
      long counted = begin + WARM_UP.toNanos();
      while (System.nanoTime() < counted + length.toNanos()) {
        for (ConsumerRecord<byte[], byte[]> record : commands.poll(POLL)) {
          long seen = System.nanoTime();
          if (seen > counted) {
            taken(record, seen).ifPresent(nanos::add);
          }
        }
      }
    } finally {
      reports.interrupt();
    }
    if (nanos.isEmpty()) {
      throw new IllegalStateException("no command came of the reports");
    }
    return Latency.of(
        "report to command, %d zones".formatted(ZONES),
        nanos.stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * Each zone's server, ten times a second in all, so that some report ends each second at once.
   */
  private void report(KafkaProducer<byte[], byte[]> producer) {
    long begin = System.nanoTime();
    long pause = NANOS_PER_SECOND / REPORTS_PER_SECOND / ZONES;
    for (long i = 0; !Thread.currentThread().isInterrupted(); i++) {
      long due = begin + i * pause;
      LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
      ServerId server = zones.get((int) (i % ZONES)).server(1);
      double queue = 2 + 2.0 * (System.nanoTime() - begin) / NANOS_PER_SECOND;
      ServerMetrics report =
          new ServerMetrics(
              server, Instant.now(), HealthStatus.HEALTHY, new TreeMap<>(Map.of(QUEUE, queue)));
      long sent = System.nanoTime();
      var _ =
          producer.send(
              new ProducerRecord<>(
                  Topics.METRICS.name(),
                  Topics.SERVER_KEY.encode(server),
                  Topics.METRICS.value().encode(report)),
              (place, failed) -> {
                if (failed == null) {
                  firstSent
                      .computeIfAbsent(place.partition(), _ -> new ConcurrentHashMap<>())
                      .merge(place.timestamp() / MILLIS_PER_SECOND, sent, Math::min);
                }
              });
    }
  }

  /** How long ago the report was sent that ended the second on which the command rests. */
  private Optional<Long> taken(ConsumerRecord<byte[], byte[]> record, long seen) {
    if (!(Topics.SCALE_COMMANDS.value().decode(record.value())
            instanceof Decoded.Value<ScaleCommand>(ScaleCommand command))
        || command.start().isEmpty()) {
      return Optional.empty();
    }
    byte[] key = Topics.SERVER_KEY.encode(command.zone().server(1));
    int partition = KafkaHistory.partition(key, PARTITIONS);
    return Optional.ofNullable(
            firstSent
                .getOrDefault(partition, Map.of())
                .get(command.at().toEpochMilli() / MILLIS_PER_SECOND))
        .map(sent -> Math.max(0, seen - sent));
  }

  private KafkaConsumer<byte[], byte[]> atEnd(String topic) {
    KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka, READING);
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    return consumer;
  }

  private Latency hop() {
    int runs = 200;
    long[] nanos = new long[runs];
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka, WRITING);
        KafkaConsumer<byte[], byte[]> reader = atEnd(Topics.DEAD_LETTERS.name())) {
      Map<Integer, Long> sent = new HashMap<>();
      for (int i = -runs; i < runs; i++) {
        sent.put(i, System.nanoTime());
        var _ =
            producer.send(
                new ProducerRecord<>(
                    Topics.DEAD_LETTERS.name(), Topics.ZONE_KEY.encode(zones.getFirst())));
        while (reader.poll(POLL).isEmpty()) {
          // It is on its way.
        }
        if (i >= 0) {
          nanos[i] = System.nanoTime() - sent.getOrDefault(i, 0L);
        }
      }
    }
    return Latency.of("one hop, no transaction", nanos);
  }
}
