package io.sluice.compose.kafka;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topic;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads a topic from its beginning, committed records only. What can't be read is told to a
 * listener and passed over: this reader only shows, and never folds for a decision.
 *
 * @param <V> type of the values
 */
public final class TopicReader<V> implements AutoCloseable {
  /** How long to look for a broker before giving up. */
  public static final Duration REACH_TIMEOUT = Duration.ofSeconds(5);

  private static final Duration POLL = Duration.ofMillis(200);

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false,
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          false,
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          10_000);

  private final KafkaAccess kafka;
  private final Topic<?, V> topic;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Consumer<String> unreadable;

  /**
   * Connects.
   *
   * @param kafka how Kafka is reached
   * @param topic what to read
   * @param unreadable is told about records that can't be read
   * @throws UnreachableException if no broker answers or the topic is not there
   */
  public TopicReader(KafkaAccess kafka, Topic<?, V> topic, Consumer<String> unreadable) {
    this.kafka = kafka;
    this.topic = topic;
    this.unreadable = unreadable;
    this.consumer = KafkaClients.consumer(kafka, SETTINGS);
    try {
      this.partitions = partitions();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    } catch (RuntimeException failed) {
      consumer.close();
      throw failed;
    }
  }

  /**
   * A record with its value.
   *
   * @param unreadable is told if it can't be read
   */
  public static <V> Optional<Entry<V>> decoded(
      RawRecord raw, Topic<?, V> topic, Consumer<String> unreadable) {
    byte[] value = raw.value();
    return value == null
        ? Optional.empty()
        : decode(topic, new Place(raw.partition(), raw.offset(), raw.time()), value, unreadable);
  }

  /**
   * Tells all records of a source in its order, and keeps none.
   *
   * @param unreadable is told about records that can't be read
   */
  public static <V> void each(
      RecordSource source,
      Topic<?, V> topic,
      Consumer<String> unreadable,
      Consumer<Entry<V>> entries) {
    for (List<RawRecord> batch = source.next(); !batch.isEmpty(); batch = source.next()) {
      batch.forEach(raw -> decoded(raw, topic, unreadable).ifPresent(entries));
    }
  }

  /** All records up to the present end, in the order of their times. */
  public List<Entry<V>> toEnd() {
    Map<TopicPartition, Long> ends = asked(() -> consumer.endOffsets(partitions));
    List<Entry<V>> entries = new ArrayList<>();
    while (ends.entrySet().stream()
        .anyMatch(end -> asked(() -> consumer.position(end.getKey())) < end.getValue())) {
      entries.addAll(next());
    }
    entries.sort(Entry.ORDER);
    return entries;
  }

  /** Records that have come since the last call, waiting a moment for them; may be none. */
  public List<Entry<V>> next() {
    List<Entry<V>> entries = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : asked(() -> consumer.poll(POLL))) {
      decode(record, entries);
    }
    entries.sort(Entry.ORDER);
    return entries;
  }

  private <T> T asked(Supplier<T> question) {
    try {
      return question.get();
    } catch (KafkaException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void decode(ConsumerRecord<byte[], byte[]> record, List<Entry<V>> entries) {
    if (record.value() == null) {
      return;
    }
    Place place =
        new Place(record.partition(), record.offset(), Instant.ofEpochMilli(record.timestamp()));
    decode(topic, place, record.value(), unreadable).ifPresent(entries::add);
  }

  private static <V> Optional<Entry<V>> decode(
      Topic<?, V> topic, Place place, byte[] bytes, Consumer<String> unreadable) {
    String where =
        "%s, partition %d, offset %d".formatted(topic.name(), place.partition(), place.offset());
    return switch (topic.value().decode(bytes)) {
      case Decoded.Value<V>(V value) ->
          Optional.of(new Entry<>(place.partition(), place.offset(), place.time(), value));
      case Decoded.UnknownType<V>(String type) -> {
        unreadable.accept(where + ": type '" + type + "' is of a later release");
        yield Optional.empty();
      }
      case Decoded.Malformed<V>(String problem) -> {
        unreadable.accept(where + ": " + problem);
        yield Optional.empty();
      }
    };
  }

  private record Place(int partition, long offset, Instant time) {}

  private List<TopicPartition> partitions() {
    try {
      List<PartitionInfo> found = consumer.partitionsFor(topic.name(), REACH_TIMEOUT);
      if (found == null || found.isEmpty()) {
        throw new UnreachableException(
            "Kafka at %s has no topic '%s': no Sluice cluster was started there"
                .formatted(kafka.bootstrap(), topic.name()));
      }
      return found.stream()
          .map(info -> new TopicPartition(info.topic(), info.partition()))
          .toList();
    } catch (KafkaException unreachable) {
      throw KafkaClients.explained(kafka, unreachable);
    }
  }
}
