package io.sluice.compose.bench;

import io.sluice.compose.bench.GeneratedHistory.Shape;
import io.sluice.compose.bench.GeneratedHistory.Step;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.CheckpointWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes a generated history with its checkpoints into a Kafka that has none, in one pass and with
 * the times that it had: what a cluster would have written over months.
 */
final class HistoryWriter {
  private static final List<Topic<?, ?>> TOPICS =
      List.of(Topics.JOURNAL, Topics.SCALE_COMMANDS, Topics.CHECKPOINTS);

  private static final short REPLICATION_BY_BROKER = -1;

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ProducerConfig.ACKS_CONFIG,
          "all",
          // The first batch may be refused, and of more than one under way the others not: then the
          // broker waits for ever for what it has refused.
          ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
          1,
          ProducerConfig.LINGER_MS_CONFIG,
          20,
          ProducerConfig.BATCH_SIZE_CONFIG,
          1 << 18,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          64L << 20);

  private final KafkaAccess kafka;
  private final Shape shape;

  /** What the broker refused first; empty while it takes everything. */
  private final AtomicReference<@Nullable Exception> failed = new AtomicReference<>();

  HistoryWriter(KafkaAccess kafka, Shape shape) {
    this.kafka = kafka;
    this.shape = shape;
  }

  /** Writes all of it, partitions beside one another. */
  void write() throws InterruptedException {
    create();
    try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(kafka, SETTINGS);
        ExecutorService writers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<?>> running =
          IntStream.range(0, shape.partitions())
              .<Future<?>>mapToObj(
                  partition -> writers.submit(() -> new Partition(producer, partition).write()))
              .toList();
      for (Future<?> one : running) {
        one.get();
      }
      producer.flush();
      Exception problem = failed.get();
      if (problem != null) {
        throw new IllegalStateException("the history can't be written", problem);
      }
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the history can't be written", failed.getCause());
    }
  }

  private void create() throws InterruptedException {
    try (Admin admin = KafkaClients.admin(kafka, Map.of())) {
      List<NewTopic> topics = new ArrayList<>();
      for (Topic<?, ?> topic : TOPICS) {
        Map<String, String> settings = new TreeMap<>(topic.settings());
        settings.put("message.timestamp.type", "CreateTime");
        topics.add(
            new NewTopic(topic.name(), shape.partitions(), REPLICATION_BY_BROKER)
                .configs(settings));
      }
      // Which zones there are is known by these.
      for (int i = 0; i < shape.zones(); i++) {
        topics.add(new NewTopic(Topics.membership(shape.zone(i)).name(), 1, REPLICATION_BY_BROKER));
      }
      admin.createTopics(topics).all().get();
    } catch (ExecutionException failed) {
      throw new UnreachableException(
          "Kafka at %s does not take the history: %s"
              .formatted(kafka.bootstrap(), failed.getCause()),
          failed);
    }
  }

  /** One partition of each topic. */
  private final class Partition {
    private final KafkaProducer<byte[], byte[]> producer;
    private final int partition;
    private final Map<ZoneId, Long> sequences = new HashMap<>();
    private final CheckpointWriter checkpoints;

    Partition(KafkaProducer<byte[], byte[]> producer, int partition) {
      this.producer = producer;
      this.partition = partition;
      this.checkpoints = new CheckpointWriter("/bench/" + partition);
    }

    void write() {
      PartitionScript script = new PartitionScript(shape, partition);
      Map<ZoneId, ZoneState> states = new HashMap<>();
      for (var next = script.next(); next.isPresent(); next = script.next()) {
        Step step = next.get();
        ZoneId zone = step.fact().event().zone();
        ZoneState before = states.getOrDefault(zone, ZoneState.unknown(zone));
        states.put(zone, step.after());
        write(step, before);
      }
    }

    private void write(Step step, ZoneState before) {
      JournalRecord fact = step.fact();
      FleetEvent event = fact.event();
      byte[] key = Topics.ZONE_KEY.encode(event.zone());
      ProducerRecord<byte[], byte[]> journal =
          record(Topics.JOURNAL, fact, key, Topics.JOURNAL.value().encode(event));
      long sequence = sequences.merge(event.zone(), 1L, Long::sum);
      CloudEvent.headers(event, partition + "-" + fact.offset(), "/bench", sequence)
          .forEach((name, bytes) -> journal.headers().add(name, bytes));
      send(journal);
      Optional<ScaleCommand> command = step.command();
      command.ifPresent(given ->
          send(
              record(
                  Topics.SCALE_COMMANDS, fact, key, Topics.SCALE_COMMANDS.value().encode(given))));
      checkpoints
          .behind(fact, before, step.after())
          .ifPresent(written -> {
            ProducerRecord<byte[], byte[]> kept =
                record(Topics.CHECKPOINTS, fact, key, written.value());
            written.headers().forEach((name, bytes) -> kept.headers().add(name, bytes));
            send(kept);
          });
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
      var _ =
          producer.send(
              record,
              (place, problem) -> {
                if (problem != null) {
                  failed.compareAndSet(null, problem);
                }
              });
    }

    private ProducerRecord<byte[], byte[]> record(
        Topic<?, ?> topic, JournalRecord fact, byte[] key, byte[] value) {
      return new ProducerRecord<>(topic.name(), partition, fact.time().toEpochMilli(), key, value);
    }
  }
}
