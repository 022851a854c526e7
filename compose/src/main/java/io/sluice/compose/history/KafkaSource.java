package io.sluice.compose.history;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * The committed records of a part of a topic, up to the end that it had when this was made. What
 * does not belong to the part is left out by its position, as far as that can be known: by
 * partition, offset and time.
 */
final class KafkaSource implements RecordSource {
  /** How long a broker may give nothing although there is more, before it counts as gone. */
  private static final Duration STALL_MAX = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(200);

  /** Fetches of a few large answers: reading whole topics is bound by round trips otherwise. */
  private static final int PARTITION_FETCH_BYTES = 8 << 20;

  private static final int FETCH_BYTES = 64 << 20;
  private static final int RECORDS_MAX = 10_000;

  /** Of a part that is looked up, the broker need not send more than will be looked at. */
  private static final int LOOK_UP_BYTES = 1 << 20;

  /** Kafka counts in milliseconds, and not from before 1970. */
  static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false,
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          false,
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          PARTITION_FETCH_BYTES,
          ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
          FETCH_BYTES,
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          RECORDS_MAX);

  private final KafkaAccess kafka;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final long size;

  KafkaSource(KafkaAccess kafka, String topic, Passage passage) {
    this.kafka = kafka;
    this.consumer = KafkaClients.consumer(kafka, settings(passage));
    try {
      List<TopicPartition> partitions = wanted(partitions(consumer, kafka, topic), passage);
      Map<TopicPartition, Long> begins = begins(partitions, passage);
      ends.putAll(ends(partitions, passage));
      begins.replaceAll((one, begin) -> Math.max(begin, end(one) - passage.last()));
      ends.entrySet().removeIf(end -> end.getValue() <= begins.getOrDefault(end.getKey(), 0L));
      size =
          ends.entrySet().stream()
              .mapToLong(end -> end.getValue() - begins.getOrDefault(end.getKey(), 0L))
              .sum();
      consumer.assign(ends.keySet());
      ends.keySet().forEach(one -> consumer.seek(one, begins.getOrDefault(one, 0L)));
    } catch (KafkaException unreachable) {
      consumer.close();
      throw KafkaClients.explained(kafka, unreachable);
    } catch (UnreachableException missing) {
      consumer.close();
      throw missing;
    }
  }

  private static Map<String, Object> settings(Passage passage) {
    Map<String, Object> settings = new HashMap<>(SETTINGS);
    if (passage.first() > 0 || passage.last() < Long.MAX_VALUE) {
      settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, LOOK_UP_BYTES);
    }
    return settings;
  }

  private static List<TopicPartition> wanted(List<TopicPartition> all, Passage passage) {
    OptionalInt only =
        passage.zone().isPresent()
            ? OptionalInt.of(partition(passage.zone().get(), all.size()))
            : passage.partition();
    return only.isEmpty()
        ? all
        : all.stream().filter(one -> one.partition() == only.getAsInt()).toList();
  }

  /** Where every writer of ours puts what is keyed by a zone: where Kafka's clients do. */
  static int partition(ZoneId zone, int partitions) {
    return KafkaHistory.partition(Topics.ZONE_KEY.encode(zone), partitions);
  }

  private Map<TopicPartition, Long> begins(List<TopicPartition> partitions, Passage passage) {
    Map<TopicPartition, Long> begins = new HashMap<>(consumer.beginningOffsets(partitions));
    begins.replaceAll((one, begin) -> Math.max(begin, passage.first()));
    at(partitions, passage.from()).forEach((one, place) -> begins.merge(one, place, Math::max));
    return begins;
  }

  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions, Passage passage) {
    Map<TopicPartition, Long> last = new HashMap<>(consumer.endOffsets(partitions));
    Instant to = passage.to();
    at(partitions, to.isBefore(Instant.MAX) ? to.plusMillis(1) : to)
        .forEach((one, place) -> last.merge(one, place, Math::min));
    return last;
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  /** The first positions of this time or later; of no partition, if that is no bound. */
  private Map<TopicPartition, Long> at(List<TopicPartition> partitions, Instant time) {
    if (time.equals(Instant.MIN) || time.equals(Instant.MAX)) {
      return Map.of();
    }
    Instant asked = time.isAfter(LATEST) ? LATEST : time;
    long millis = asked.isBefore(Instant.EPOCH) ? 0 : asked.toEpochMilli();
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(one -> times.put(one, millis));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    Map<TopicPartition, Long> positions = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp place = found.get(partition);
      // No record is as late as this.
      positions.put(partition, place == null ? Long.MAX_VALUE : place.offset());
    }
    return positions;
  }

  /** How many offsets there are; some of them are marks of transactions and no records. */
  @Override
  public long size() {
    return size;
  }

  @Override
  public List<RawRecord> next() {
    try {
      long begin = System.nanoTime();
      while (!ends.isEmpty()) {
        List<RawRecord> records = poll();
        if (!records.isEmpty()) {
          return records;
        }
        if (System.nanoTime() - begin > STALL_MAX.toNanos()) {
          throw new UnreachableException(
              "the broker at %s gave no records for %d s: expected more up to %s"
                  .formatted(kafka.bootstrap(), STALL_MAX.toSeconds(), ends));
        }
      }
      return List.of();
    } catch (KafkaException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  private List<RawRecord> poll() {
    List<RawRecord> records = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
      if (end != null && record.offset() < end) {
        records.add(raw(record));
      }
    }
    if (ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue())) {
      List<TopicPartition> done = new ArrayList<>(consumer.assignment());
      done.removeAll(ends.keySet());
      consumer.pause(done);
    }
    return records;
  }

  /** A record as the fold's readers take it. */
  static RawRecord raw(ConsumerRecord<byte[], byte[]> record) {
    return new RawRecord(
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        record.key(),
        record.value(),
        new KafkaHeaders(record.headers()));
  }

  @Override
  public void close() {
    consumer.close();
  }

  /**
   * The partitions of a topic.
   *
   * @throws UnreachableException if it is not there
   */
  static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, KafkaAccess kafka, String topic) {
    List<PartitionInfo> found = consumer.partitionsFor(topic, TopicReader.REACH_TIMEOUT);
    if (found == null || found.isEmpty()) {
      throw new UnreachableException(
          "Kafka at %s has no topic '%s': no Sluice cluster was started there"
              .formatted(kafka.bootstrap(), topic));
    }
    return found.stream().map(info -> new TopicPartition(info.topic(), info.partition())).toList();
  }
}
