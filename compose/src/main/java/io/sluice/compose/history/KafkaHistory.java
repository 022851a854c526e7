package io.sluice.compose.history;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Vouching;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The history that stands in a cluster's Kafka, as far as it is committed. */
public final class KafkaHistory implements History, OrderedHistory {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaHistory.class);

  private final KafkaAccess kafka;

  /**
   * The history of the cluster whose broker is there; nothing is asked of it yet.
   *
   * @param kafka how Kafka is reached
   */
  public KafkaHistory(KafkaAccess kafka) {
    this.kafka = kafka;
  }

  @Override
  public String name() {
    return "Kafka at " + kafka.bootstrap();
  }

  /**
   * Opens a part of the journal.
   *
   * @throws io.sluice.compose.kafka.UnreachableException if no broker answers or there is no
   *     journal
   */
  @Override
  public RecordSource journal(Passage passage) {
    return new KafkaSource(kafka, Topics.JOURNAL.name(), passage);
  }

  /**
   * Opens a part of the commands.
   *
   * @throws io.sluice.compose.kafka.UnreachableException if no broker answers or there are no
   *     commands
   */
  @Override
  public RecordSource commands(Passage passage) {
    return new KafkaSource(kafka, Topics.SCALE_COMMANDS.name(), passage);
  }

  /**
   * Opens samples of a zone's journal.
   *
   * @throws io.sluice.compose.kafka.UnreachableException if no broker answers or there is no
   *     journal
   */
  @Override
  public RecordSource samples(Passage passage, int stretches, long most) {
    return new KafkaSamples(kafka, Topics.JOURNAL.name(), passage, stretches, most);
  }

  @Override
  public Optional<Checkpoint> checkpoint(ZoneId zone, Instant time, long offset) {
    try (KafkaCheckpoints kept = new KafkaCheckpoints(kafka)) {
      return believed(kept, zone, time, offset);
    }
  }

  private Optional<Checkpoint> believed(
      KafkaCheckpoints kept, ZoneId zone, Instant time, long offset) {
    return Vouching.last(
        this, kept.last(zone, time, offset), one -> kept.last(zone, time, one.offset()), LOG::warn);
  }

  /** Opens what was kept of a part; nothing where that is not there, or we may not see it. */
  @Override
  public RecordSource checkpoints(Passage passage) {
    try (KafkaCheckpoints kept = new KafkaCheckpoints(kafka)) {
      return kept.areKept()
          ? new KafkaSource(kafka, Topics.CHECKPOINTS.name(), passage)
          : RecordSource.EMPTY;
    }
  }

  @Override
  public Map<ZoneId, Checkpoint> checkpoints(Instant time) {
    Map<ZoneId, Checkpoint> found = new TreeMap<>();
    try (KafkaCheckpoints kept = new KafkaCheckpoints(kafka)) {
      for (ZoneId zone : kept.areKept() ? zones() : Collections.<ZoneId>emptySortedSet()) {
        Optional<Checkpoint> last = believed(kept, zone, time, Long.MAX_VALUE);
        last.or(() ->
                // One of which nothing was kept is folded from its beginning, and no other.
                Optional.of(Checkpoint.none(zone)).filter(_ -> !kept.beginsAfter(zone, time)))
            .ifPresent(one -> found.put(zone, one));
      }
    }
    return found;
  }

  /** Where every writer puts what has this key: where Kafka's clients do. */
  public static int partition(byte[] key, int partitions) {
    return BuiltInPartitioner.partitionForKey(key, partitions);
  }

  /** The partitions of the journal. */
  @Override
  public List<Passage> parts() {
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka, Map.of())) {
      return KafkaSource.partitions(consumer, kafka, Topics.JOURNAL.name()).stream()
          .map(one -> Passage.of(one.partition()))
          .toList();
    } catch (KafkaException unreachable) {
      throw KafkaClients.explained(kafka, unreachable);
    }
  }

  /**
   * Opens a topic in the order of time.
   *
   * @throws io.sluice.compose.kafka.UnreachableException if no broker answers or it is not there
   */
  @Override
  public RecordSource ordered(String topic, Instant from, Instant to) {
    return new KafkaInOrder(kafka, topic, from, to);
  }

  /** Each zone has a topic of its own; where only a journal was imported, that is read. */
  @Override
  public SortedSet<ZoneId> zones() {
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka, Map.of())) {
      SortedSet<ZoneId> zones =
          consumer.listTopics(TopicReader.REACH_TIMEOUT).keySet().stream()
              .flatMap(topic -> Topics.zoneOfMembership(topic).stream())
              .collect(Collectors.toCollection(TreeSet::new));
      if (!zones.isEmpty()) {
        return zones;
      }
    } catch (KafkaException unreachable) {
      throw KafkaClients.explained(kafka, unreachable);
    }
    try (RecordSource journal = journal()) {
      return JournalZones.of(journal);
    }
  }
}
