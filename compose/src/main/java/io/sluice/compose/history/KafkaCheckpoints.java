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
import io.sluice.topology.history.CheckpointCodec.Reading;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for checkpoints in Kafka: from a moment backwards, in stretches that grow, since the last
 * one of a zone stands minutes before it. One counts only if its fact still stands in the journal
 * as it says, so that none of another journal is taken.
 */
final class KafkaCheckpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaCheckpoints.class);

  private static final long FIRST_STRETCH = 64;
  private static final long GROWTH = 4;

  /** What is held of a stretch is one zone's checkpoints in it. */
  private static final long STRETCH_MAX = 65_536;

  /** After a stretch of this the zone may not have begun by then. */
  private static final long NEAR = FIRST_STRETCH * GROWTH;

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
      for (long stretch = FIRST_STRETCH;
          end > begin;
          stretch = Math.min(STRETCH_MAX, stretch * GROWTH)) {
        long from = Math.max(begin, end - stretch);
        for (RawRecord raw : read(place, from, end, ofZone(zone)).reversed()) {
          Optional<Checkpoint> found =
              CheckpointCodec.head(raw)
                  .map(Head::place)
                  .filter(one -> !one.time().isAfter(time) && one.offset() < offset)
                  .flatMap(_ -> usable(raw))
                  .filter(one -> one.isWithin(time, offset) && stands(zone, one));
          if (found.isPresent()) {
            return found;
          }
        }
        end = from;
        if (stretch == NEAR && beginsAfter(zone, time)) {
          return Optional.empty();
        }
      }
      return Optional.empty();
    } catch (AuthorizationException forbidden) {
      return Optional.empty();
    } catch (KafkaException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  private static Optional<Checkpoint> usable(RawRecord raw) {
    return switch (CheckpointCodec.read(raw)) {
      case Reading.Usable(Checkpoint checkpoint, Head ignored) -> Optional.of(checkpoint);
      case Reading.OfLaterRules ignored -> Optional.empty();
      case Reading.Unsealed ignored -> Optional.empty();
      case Reading.Damaged(String problem) -> {
        LOG.warn(
            "the checkpoint at offset {} of partition {} is not believed: {}",
            raw.offset(),
            raw.partition(),
            problem);
        yield Optional.empty();
      }
    };
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
        List<RawRecord> found = read(place, from, to, ofZone(zone));
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

  private static Predicate<ConsumerRecord<byte[], byte[]>> ofZone(ZoneId zone) {
    byte[] key = Topics.ZONE_KEY.encode(zone);
    return record -> Arrays.equals(key, record.key());
  }

  /** The record at this offset, or the next one that is committed. */
  private Optional<RawRecord> at(TopicPartition place, long offset) {
    long end = end(place);
    for (long from = Math.max(offset, begin(place)); from < end; from += FIRST_STRETCH) {
      List<RawRecord> found = read(place, from, Math.min(end, from + FIRST_STRETCH), _ -> true);
      if (!found.isEmpty()) {
        return Optional.of(found.getFirst());
      }
    }
    return Optional.empty();
  }

  private List<RawRecord> read(
      TopicPartition place, long from, long to, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    consumer.assign(List.of(place));
    consumer.seek(place, from);
    List<RawRecord> records = new ArrayList<>();
    long position = from;
    long moved = System.nanoTime();
    while (position < to) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < to && wanted.test(record)) {
          records.add(KafkaSource.raw(record));
        }
      }
      if (consumer.position(place) > position) {
        position = consumer.position(place);
        moved = System.nanoTime();
      } else if (System.nanoTime() - moved > STALL_MAX.toNanos()) {
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
