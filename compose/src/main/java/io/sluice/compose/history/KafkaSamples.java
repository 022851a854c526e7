package io.sluice.compose.history;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The first committed records of each of many stretches of time of a zone's partition. Where all
 * are no more than what was asked for, all of them are given.
 */
final class KafkaSamples implements RecordSource {
  /** How long a broker may give nothing although there is more, before it counts as gone. */
  private static final Duration STALL_MAX = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(200);

  /** A sample has few records, and what comes beyond it is thrown away. */
  private static final int FETCH_BYTES = 256 << 10;

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false,
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          false,
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          FETCH_BYTES,
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          10_000);

  /**
   * A part of the partition.
   *
   * @param begin offset of its first record
   * @param end offset behind its last one
   */
  private record Sample(long begin, long end) {}

  private final KafkaAccess kafka;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private final long size;

  /**
   * Looks up where the samples are.
   *
   * @param passage a zone's, with a beginning and an end
   * @throws UnreachableException if no broker answers or the topic is not there
   */
  KafkaSamples(KafkaAccess kafka, String topic, Passage passage, int stretches, long most) {
    this.kafka = kafka;
    this.consumer = KafkaClients.consumer(kafka, SETTINGS);
    try {
      ZoneId zone = passage.zone().orElseThrow();
      int count = KafkaSource.partitions(consumer, kafka, topic).size();
      this.partition = new TopicPartition(topic, KafkaSource.partition(zone, count));
      consumer.assign(List.of(partition));
      place(passage, stretches, most);
      this.size = samples.stream().mapToLong(sample -> sample.end() - sample.begin()).sum();
      begin();
    } catch (KafkaException unreachable) {
      consumer.close();
      throw KafkaClients.explained(kafka, unreachable);
    } catch (UnreachableException missing) {
      consumer.close();
      throw missing;
    }
  }

  private void place(Passage passage, int stretches, long most) {
    long begin = position(passage.from());
    long end = position(passage.to().plusMillis(1));
    if (end - begin <= stretches * most) {
      samples.add(new Sample(begin, end));
      return;
    }
    long millis = Duration.between(passage.from(), passage.to()).toMillis();
    for (int i = 0; i < stretches && begin < end; i++) {
      long next =
          i + 1 == stretches
              ? end
              : position(passage.from().plusMillis(millis * (i + 1) / stretches));
      samples.add(new Sample(begin, Math.min(next, begin + most)));
      begin = Math.max(begin, next);
    }
  }

  /** The first position of this time or later. */
  private long position(Instant time) {
    Map<TopicPartition, OffsetAndTimestamp> found =
        consumer.offsetsForTimes(Map.of(partition, Math.max(0, time.toEpochMilli())));
    OffsetAndTimestamp place = found.get(partition);
    return place == null
        ? consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L)
        : place.offset();
  }

  /** Goes to the next sample that has records. */
  private void begin() {
    while (!samples.isEmpty() && samples.element().begin() >= samples.element().end()) {
      samples.remove();
    }
    if (!samples.isEmpty()) {
      consumer.seek(partition, samples.element().begin());
    }
  }

  @Override
  public List<RawRecord> next() {
    try {
      List<RawRecord> records = new ArrayList<>();
      long begun = System.nanoTime();
      while (records.isEmpty() && !samples.isEmpty()) {
        long end = samples.element().end();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.offset() < end) {
            records.add(KafkaSource.raw(record));
          }
        }
        if (consumer.position(partition) >= end) {
          samples.remove();
          begin();
        } else if (System.nanoTime() - begun > STALL_MAX.toNanos()) {
          throw new UnreachableException(
              "the broker at %s gave no records for %d s: expected more up to %d"
                  .formatted(kafka.bootstrap(), STALL_MAX.toSeconds(), end));
        }
      }
      return records;
    } catch (KafkaException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
