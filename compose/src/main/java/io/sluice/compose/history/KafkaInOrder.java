package io.sluice.compose.history;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The committed records of a topic in the order of time, from one time to another, up to the end
 * that it had when this was made; and, if asked, what comes after. A partition that is ahead of the
 * others waits, so that no more than {@value #AHEAD_MAX} records of each are held, and one poll.
 */
public final class KafkaInOrder implements RecordSource {
  private static final int AHEAD_MAX = 4_000;
  private static final int POLL_RECORDS = 2_000;
  private static final int FETCH_BYTES = 16 << 20;
  private static final Duration POLL = Duration.ofMillis(200);

  /** How long a broker may give nothing although there is more, before it counts as gone. */
  private static final Duration STALL_MAX = Duration.ofSeconds(30);

  /** A broker's clock that was put back by no more than this hides nothing. */
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(10);

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false,
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          false,
          ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
          FETCH_BYTES,
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
          POLL_RECORDS);

  private final KafkaAccess kafka;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends = new HashMap<>();
  private final TimeOrder order;
  private final long size;

  /**
   * Connects.
   *
   * @param from records of before are left out where that can be known by their position
   * @param to records of after likewise
   * @throws UnreachableException if no broker answers or the topic is not there
   */
  public KafkaInOrder(KafkaAccess kafka, String topic, Instant from, Instant to) {
    this.kafka = kafka;
    this.consumer = KafkaClients.consumer(kafka, SETTINGS);
    try {
      List<TopicPartition> partitions = KafkaSource.partitions(consumer, kafka, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      at(partitions, from).forEach(consumer::seek);
      ends.putAll(consumer.endOffsets(partitions));
      at(partitions, later(to)).forEach((partition, end) -> ends.merge(partition, end, Math::min));
      this.order = new TimeOrder(partitions.stream().map(TopicPartition::partition).toList());
      this.size =
          partitions.stream()
              .mapToLong(one -> Math.max(0, ends.getOrDefault(one, 0L) - consumer.position(one)))
              .sum();
      endThoseRead();
    } catch (KafkaException unreachable) {
      consumer.close();
      throw KafkaClients.explained(kafka, unreachable);
    } catch (UnreachableException missing) {
      consumer.close();
      throw missing;
    }
  }

  private static Instant later(Instant to) {
    try {
      return to.plus(CLOCK_SLACK);
    } catch (DateTimeException | ArithmeticException never) {
      return Instant.MAX;
    }
  }

  /** The first positions of this time or later; of no partition, if the time has no number. */
  private Map<TopicPartition, Long> at(List<TopicPartition> partitions, Instant time) {
    if (time.equals(Instant.MIN) || time.equals(Instant.MAX)) {
      return Map.of();
    }
    Map<TopicPartition, Long> wanted = new HashMap<>();
    partitions.forEach(partition -> wanted.put(partition, Math.max(0, time.toEpochMilli())));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(wanted);
    Map<TopicPartition, Long> latest = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> positions = new HashMap<>();
    for (TopicPartition partition : partitions) {
      OffsetAndTimestamp place = found.get(partition);
      positions.put(partition, place == null ? latest.getOrDefault(partition, 0L) : place.offset());
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
      List<RawRecord> records = new ArrayList<>();
      long begin = System.nanoTime();
      while (true) {
        for (var next = order.next(); next.isPresent(); next = order.next()) {
          records.add(next.get());
        }
        if (!records.isEmpty() || ends.isEmpty()) {
          return records;
        }
        fetch();
        if (System.nanoTime() - begin > STALL_MAX.toNanos()) {
          throw new UnreachableException(
              "the broker at %s gave no records for %d s: expected more up to %s"
                  .formatted(kafka.bootstrap(), STALL_MAX.toSeconds(), ends));
        }
      }
    } catch (KafkaException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  private void fetch() {
    List<TopicPartition> ahead =
        ends.keySet().stream()
            .filter(partition -> order.waiting(partition.partition()) > AHEAD_MAX)
            .toList();
    List<TopicPartition> wanted = new ArrayList<>(ends.keySet());
    wanted.removeAll(ahead);
    consumer.pause(consumer.assignment());
    consumer.resume(wanted);
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      Long end = ends.get(new TopicPartition(record.topic(), record.partition()));
      if (end != null && record.offset() < end) {
        order.add(KafkaSource.raw(record));
      }
    }
    endThoseRead();
  }

  private void endThoseRead() {
    List<TopicPartition> read =
        ends.entrySet().stream()
            .filter(end -> consumer.position(end.getKey()) >= end.getValue())
            .map(Map.Entry::getKey)
            .toList();
    read.forEach(partition -> {
      ends.remove(partition);
      order.end(partition.partition());
    });
  }

  /**
   * What has come since all was read, waiting a moment for it; may be none.
   *
   * <p>Records that another poll gives may be earlier than these: they come as they are written.
   */
  public List<RawRecord> later() {
    try {
      consumer.resume(consumer.assignment());
      List<RawRecord> records = new ArrayList<>();
      consumer.poll(POLL).forEach(record -> records.add(KafkaSource.raw(record)));
      // Stable: records of one partition stay in their order.
      records.sort(Comparator.comparing(RawRecord::time));
      return records;
    } catch (KafkaException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
