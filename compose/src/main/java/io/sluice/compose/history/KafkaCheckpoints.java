package io.sluice.compose.history;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.TopicReader;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.CheckpointCodec;
import io.sluice.topology.history.CheckpointCodec.Head;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/**
 * Looks for checkpoints in Kafka: from a moment backwards, in stretches that grow, since the last
 * one of a zone stands minutes before it. One counts only if its fact still stands in the journal
 * as it says, so that none of another journal is taken.
 */
final class KafkaCheckpoints implements AutoCloseable {
  private static final long FIRST_STRETCH = 64;
  private static final long GROWTH = 4;

  /** How long a broker may give nothing although there is more, before it counts as gone. */
  private static final Duration STALL_MAX = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(200);
  private static final int FETCH_BYTES = 1 << 20;

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          "read_committed",
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false,
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          false,
          ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
          FETCH_BYTES);

  private final KafkaAccess kafka;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final int partitions;

  /** Connects. */
  KafkaCheckpoints(KafkaAccess kafka) {
    this.kafka = kafka;
    this.consumer = KafkaClients.consumer(kafka, SETTINGS);
    boolean made = false;
    try {
      this.partitions = partitions();
      made = true;
    } finally {
      if (!made) {
        consumer.close();
      }
    }
  }

  /** How many there are; 0: an earlier release, or an import, has none, or we may not see them. */
  private int partitions() {
    try {
      List<PartitionInfo> found =
          consumer.partitionsFor(Topics.CHECKPOINTS.name(), TopicReader.REACH_TIMEOUT);
      return found == null ? 0 : found.size();
    } catch (AuthorizationException forbidden) {
      // Whoever may not read them reads the journal from its beginning.
      return 0;
    } catch (KafkaException unreachable) {
      throw KafkaClients.explained(kafka, unreachable);
    }
  }

  /** Whether there can be any. */
  boolean areKept() {
    return partitions > 0;
  }

  /** The last one of the zone that is not later than this time, and before this offset. */
  Optional<Checkpoint> last(ZoneId zone, Instant time, long offset) {
    if (partitions == 0) {
      return Optional.empty();
    }
    try {
      TopicPartition place = place(Topics.CHECKPOINTS.name(), zone);
      long begin = begin(place);
      long end = position(place, Passage.ALL.until(known(zone, time, offset)).to());
      for (long stretch = FIRST_STRETCH; end > begin; stretch *= GROWTH) {
        long from = Math.max(begin, end - stretch);
        for (RawRecord raw : ofZone(zone, read(place, from, end)).reversed()) {
          Optional<Checkpoint> found =
              CheckpointCodec.head(raw)
                  .map(Head::place)
                  .filter(one -> !one.time().isAfter(time) && one.offset() < offset)
                  .flatMap(_ -> CheckpointCodec.decode(raw))
                  .filter(one -> one.state().zone().id().equals(zone))
                  .filter(one -> one.isWithin(time, offset) && stands(zone, one));
          if (found.isPresent()) {
            return found;
          }
        }
        end = from;
      }
      return Optional.empty();
    } catch (AuthorizationException forbidden) {
      return Optional.empty();
    } catch (KafkaException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  /** Whether the zone's first fact of all came after this time. */
  boolean beginsAfter(ZoneId zone, Instant time) {
    if (partitions == 0) {
      return false;
    }
    try {
      TopicPartition place = place(Topics.CHECKPOINTS.name(), zone);
      long end = end(place);
      long from = position(place, time);
      while (from < end) {
        long to = Math.min(end, from + FIRST_STRETCH * GROWTH);
        List<RawRecord> found = ofZone(zone, read(place, from, to));
        if (!found.isEmpty()) {
          return CheckpointCodec.head(found.getFirst())
              .filter(head -> head.begins() && head.place().time().isAfter(time))
              .isPresent();
        }
        from = to;
      }
      return false;
    } catch (KafkaException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  /** A time that the record at this offset is not after, if that is known. */
  private Instant known(ZoneId zone, Instant time, long offset) {
    if (!time.equals(Instant.MAX) || offset == Long.MAX_VALUE) {
      return time;
    }
    return at(place(Topics.JOURNAL.name(), zone), offset).map(RawRecord::time).orElse(time);
  }

  /** Whether the journal has the fact, or begins right behind it. */
  private boolean stands(ZoneId zone, Checkpoint kept) {
    TopicPartition journal = place(Topics.JOURNAL.name(), zone);
    if (begin(journal) > kept.offset()) {
      return begin(journal) == kept.offset() + 1;
    }
    return at(journal, kept.offset())
        .filter(raw -> raw.offset() == kept.offset() && raw.time().equals(kept.time()))
        .filter(raw -> Arrays.equals(Topics.ZONE_KEY.encode(zone), raw.key()))
        .isPresent();
  }

  private TopicPartition place(String topic, ZoneId zone) {
    return new TopicPartition(topic, KafkaSource.partition(zone, partitions));
  }

  private long begin(TopicPartition place) {
    return consumer.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
  }

  private long end(TopicPartition place) {
    return consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
  }

  /** The first position of this time or later. */
  private long position(TopicPartition place, Instant time) {
    if (time.isAfter(KafkaSource.LATEST)) {
      return end(place);
    }
    OffsetAndTimestamp found =
        consumer.offsetsForTimes(Map.of(place, Math.max(0, millis(time)))).get(place);
    return found == null ? end(place) : found.offset();
  }

  private static long millis(Instant time) {
    return time.isBefore(Instant.EPOCH) ? 0 : time.toEpochMilli();
  }

  private static List<RawRecord> ofZone(ZoneId zone, List<RawRecord> records) {
    byte[] key = Topics.ZONE_KEY.encode(zone);
    return records.stream().filter(raw -> Arrays.equals(key, raw.key())).toList();
  }

  /** The record at this offset, or the next one that is committed. */
  private Optional<RawRecord> at(TopicPartition place, long offset) {
    long end = end(place);
    for (long from = Math.max(offset, begin(place)); from < end; from += FIRST_STRETCH) {
      List<RawRecord> found = read(place, from, Math.min(end, from + FIRST_STRETCH));
      if (!found.isEmpty()) {
        return Optional.of(found.getFirst());
      }
    }
    return Optional.empty();
  }

  private List<RawRecord> read(TopicPartition place, long from, long to) {
    consumer.assign(List.of(place));
    consumer.seek(place, from);
    List<RawRecord> records = new ArrayList<>();
    long begun = System.nanoTime();
    while (consumer.position(place) < to) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < to) {
          records.add(KafkaSource.raw(record));
        }
      }
      if (System.nanoTime() - begun > STALL_MAX.toNanos()) {
        throw new UnreachableException(
            "the broker at %s gave no records for %d s: expected more of %s up to %d"
                .formatted(kafka.bootstrap(), STALL_MAX.toSeconds(), place, to));
      }
    }
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
