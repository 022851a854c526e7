package io.sluice.compose.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** The committed records of a topic, up to the end that it had when this was made. */
final class KafkaSource implements RecordSource {
  /** How long a broker may give nothing although there is more, before it counts as gone. */
  private static final Duration STALL_MAX = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(200);

  /** Fetches of a few large answers: reading whole topics is bound by round trips otherwise. */
  private static final int PARTITION_FETCH_BYTES = 8 << 20;

  private static final int FETCH_BYTES = 64 << 20;
  private static final int RECORDS_MAX = 10_000;

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

  KafkaSource(KafkaAccess kafka, String topic) {
    this.kafka = kafka;
    this.consumer = KafkaClients.consumer(kafka, SETTINGS);
    try {
      List<TopicPartition> partitions = partitions(consumer, kafka, topic);
      Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
      ends.putAll(consumer.endOffsets(partitions));
      ends.entrySet().removeIf(end -> end.getValue() <= begins.getOrDefault(end.getKey(), 0L));
      size =
          ends.entrySet().stream()
              .mapToLong(end -> end.getValue() - begins.getOrDefault(end.getKey(), 0L))
              .sum();
      consumer.assign(ends.keySet());
      consumer.seekToBeginning(ends.keySet());
    } catch (KafkaException unreachable) {
      consumer.close();
      throw KafkaClients.explained(kafka, unreachable);
    } catch (UnreachableException missing) {
      consumer.close();
      throw missing;
    }
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
    SortedMap<String, String> headers = new TreeMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), header.value() == null ? "" : new String(header.value(), UTF_8));
    }
    return new RawRecord(
        record.partition(),
        record.offset(),
        Instant.ofEpochMilli(record.timestamp()),
        record.key(),
        record.value(),
        headers);
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
