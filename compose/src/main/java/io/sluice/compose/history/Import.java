package io.sluice.compose.history;

import io.sluice.compose.archive.Extent;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RecordSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes a history into a Kafka that has none, so that every record stands where it stood, with the
 * time that it had. Such a Kafka is for reading: the fleet that the history tells of is not there,
 * so the topic {@link Topics#IMPORTED_HISTORY} marks it, and no cluster starts on it.
 */
public final class Import {
  private static final List<Topic<?, ?>> TOPICS = List.of(Topics.JOURNAL, Topics.SCALE_COMMANDS);
  private static final int BATCH_BYTES = 1 << 18;
  private static final short REPLICATION_BY_BROKER = -1;

  private final KafkaAccess kafka;
  private final Consumer<String> progress;

  /**
   * Into a cluster.
   *
   * @param kafka how Kafka is reached
   * @param progress is told in one line about each step
   */
  public Import(KafkaAccess kafka, Consumer<String> progress) {
    this.kafka = kafka;
    this.progress = progress;
  }

  /**
   * Writes everything, reads it back, and compares.
   *
   * @throws HistoryException if there is a history already, or the copy is not exact; what was
   *     written is then deleted
   * @throws UnreachableException if Kafka does not do it
   */
  public void write(Restorable history) throws InterruptedException {
    try (TopicAdmin target = new TopicAdmin(kafka)) {
      requireEmpty(target, history.topics());
      boolean done = false;
      try {
        target.create(
            Topics.IMPORTED_HISTORY.name(),
            1,
            REPLICATION_BY_BROKER,
            Topics.IMPORTED_HISTORY.settings());
        for (Topic<?, ?> topic : TOPICS) {
          write(target, topic, history);
        }
        compare(history);
        done = true;
      } catch (ExecutionException failed) {
        throw new UnreachableException(
            "Kafka at %s does not take the history: %s"
                .formatted(kafka.bootstrap(), failed.getCause()),
            failed);
      } finally {
        if (!done) {
          progress.accept("it failed: deleting what was written");
          target.delete(
              List.of(
                  Topics.JOURNAL.name(),
                  Topics.SCALE_COMMANDS.name(),
                  Topics.IMPORTED_HISTORY.name()));
        }
      }
    }
  }

  private void requireEmpty(TopicAdmin target, SortedMap<String, List<Extent>> topics)
      throws InterruptedException {
    if (target.partitions(Topics.IMPORTED_HISTORY.name()).isPresent()) {
      throw refused("a history was imported there already");
    }
    for (Topic<?, ?> topic : TOPICS) {
      int wanted = topics.getOrDefault(topic.name(), List.of()).size();
      Optional<Integer> found = target.partitions(topic.name());
      if (wanted == 0) {
        throw refused("the history names no partitions of topic '%s'".formatted(topic.name()));
      }
      if (found.isPresent() && found.get() != wanted) {
        throw refused(
            "topic '%s' has %d partitions there, expected %d, as in the history"
                .formatted(topic.name(), found.get(), wanted));
      }
      if (found.isPresent()
          && target.ends(topic.name(), wanted, IsolationLevel.READ_UNCOMMITTED).values().stream()
              .anyMatch(end -> end > 0)) {
        throw refused("topic '%s' has records there, expected none".formatted(topic.name()));
      }
    }
  }

  private HistoryException refused(String why) {
    return new HistoryException(
        "Kafka at %s is left as it was: %s".formatted(kafka.bootstrap(), why));
  }

  private void write(TopicAdmin target, Topic<?, ?> topic, Restorable history)
      throws InterruptedException, ExecutionException {
    List<Extent> extents = history.topics().getOrDefault(topic.name(), List.of());
    progress.accept(
        "writing %,d records of %s"
            .formatted(extents.stream().mapToLong(Extent::records).sum(), topic.name()));
    target.prepare(topic, extents.size(), REPLICATION_BY_BROKER);
    try (KafkaProducer<byte[], byte[]> producer = producer();
        ExecutorService writers =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      List<Future<?>> running = new ArrayList<>();
      for (Extent extent : extents) {
        if (extent.records() > 0) {
          TopicPartition place = new TopicPartition(topic.name(), extent.partition());
          running.add(
              writers.submit(() -> {
                write(target, producer, place, history);
                return null;
              }));
        }
      }
      awaitAll(running, writers);
    }
    for (Extent extent : extents) {
      if (extent.first().orElse(0L) > 0) {
        target.cut(
            new TopicPartition(topic.name(), extent.partition()), extent.first().orElseThrow());
      }
    }
    target.awaitSettled(topic.name(), extents.size());
    target.seal(topic);
  }

  /** Once a partition has failed there is no use in the others. */
  private static void awaitAll(List<Future<?>> running, ExecutorService writers)
      throws InterruptedException, ExecutionException {
    try {
      for (Future<?> writer : running) {
        writer.get();
      }
    } catch (ExecutionException failed) {
      writers.shutdownNow();
      if (failed.getCause() instanceof RuntimeException told) {
        throw told;
      }
      throw failed;
    }
  }

  private void write(
      TopicAdmin target,
      KafkaProducer<byte[], byte[]> producer,
      TopicPartition place,
      Restorable history)
      throws InterruptedException, ExecutionException {
    try (RecordSource source = history.partition(place.topic(), place.partition());
        PartitionWriter writer =
            new PartitionWriter(producer, place, new Filler(kafka, place, target::awaitEnd))) {
      writer.write(source);
    }
  }

  private void compare(Restorable history) {
    History copy = new KafkaHistory(kafka);
    for (Topic<?, ?> topic : TOPICS) {
      progress.accept("comparing " + topic.name());
      try (RecordSource there = topic.equals(Topics.JOURNAL) ? copy.journal() : copy.commands()) {
        SortedMap<Integer, String> found = Fingerprint.of(there);
        for (Extent extent : history.topics().getOrDefault(topic.name(), List.of())) {
          compare(topic.name(), extent, history, found);
        }
      }
    }
  }

  private static void compare(
      String topic, Extent extent, Restorable history, Map<Integer, String> found) {
    try (RecordSource here = history.partition(topic, extent.partition())) {
      if (!Fingerprint.of(here).values().stream()
          .toList()
          .equals(Optional.ofNullable(found.get(extent.partition())).stream().toList())) {
        throw new HistoryException(
            "topic '%s', partition %d: what was read back is not what was written"
                .formatted(topic, extent.partition()));
      }
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return KafkaClients.producer(
        kafka,
        Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            0,
            ProducerConfig.BATCH_SIZE_CONFIG,
            BATCH_BYTES));
  }
}
