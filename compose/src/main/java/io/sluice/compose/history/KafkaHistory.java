package io.sluice.compose.history;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;

/** The history that stands in a cluster's Kafka, as far as it is committed. */
public final class KafkaHistory implements History, OrderedHistory {
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
   * Opens the journal.
   *
   * @throws io.sluice.compose.kafka.UnreachableException if no broker answers or there is no
   *     journal
   */
  @Override
  public RecordSource journal() {
    return new KafkaSource(kafka, Topics.JOURNAL.name());
  }

  /**
   * Opens the commands.
   *
   * @throws io.sluice.compose.kafka.UnreachableException if no broker answers or there are no
   *     commands
   */
  @Override
  public RecordSource commands() {
    return new KafkaSource(kafka, Topics.SCALE_COMMANDS.name());
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
