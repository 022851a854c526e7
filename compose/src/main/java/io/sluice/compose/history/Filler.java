package io.sluice.compose.history;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.schemas.config.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes up offsets of a partition with records that readers of committed records never see: those
 * of a transaction that is aborted. One transaction serves many gaps; when it gets old, the mark
 * that aborts it fills the last place of a gap, and the next gap begins another.
 */
final class Filler implements AutoCloseable {
  /** Half of what brokers allow at most by default. */
  private static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(7);

  private static final Duration TRANSACTION_AGE_MAX = Duration.ofMinutes(1);

  private final KafkaAccess kafka;
  private final TopicPartition place;
  private final LogEnd logEnd;
  private Optional<KafkaProducer<byte[], byte[]>> producer = Optional.empty();
  private boolean open;
  private long begunNanos;

  /** For a partition; nothing is done before the first gap. */
  Filler(KafkaAccess kafka, TopicPartition place, LogEnd logEnd) {
    this.kafka = kafka;
    this.place = place;
    this.logEnd = logEnd;
  }

  /** What takes up an offset. */
  ProducerRecord<byte[], byte[]> record(Instant time) {
    return new ProducerRecord<>(
        place.topic(), place.partition(), time.toEpochMilli(), new byte[0], new byte[0]);
  }

  /**
   * Takes up a gap.
   *
   * @param from its first offset, the present end of the partition
   * @param count how many offsets, 1 or more
   * @param time the time of the record that follows
   */
  void fill(long from, long count, Instant time) throws InterruptedException, ExecutionException {
    KafkaProducer<byte[], byte[]> writer = writer();
    boolean old = open && System.nanoTime() - begunNanos > TRANSACTION_AGE_MAX.toNanos();
    if (!open) {
      writer.beginTransaction();
      open = true;
      begunNanos = System.nanoTime();
    }
    long records = old ? count - 1 : count;
    Future<RecordMetadata> last = null;
    for (long i = 0; i < records; i++) {
      last = writer.send(record(time));
      if (i == 0) {
        // A transaction's first: see PartitionWriter.
        var _ = last.get();
      }
    }
    if (last != null) {
      long found = last.get().offset();
      if (found != from + records - 1) {
        throw misplaced(place, from + records - 1, found);
      }
    }
    if (old) {
      abort();
      logEnd.await(place, from + count);
    }
  }

  /** Makes everything that was filled in so far invisible. */
  void abort() {
    if (open) {
      producer.orElseThrow().abortTransaction();
      open = false;
    }
  }

  @Override
  public void close() {
    producer.ifPresent(KafkaProducer::close);
  }

  static HistoryException misplaced(TopicPartition place, long expected, long found) {
    return new HistoryException(
        "topic '%s', partition %d: a record came to stand at offset %d, expected %d: somebody else writes there"
            .formatted(place.topic(), place.partition(), found, expected));
  }

  private KafkaProducer<byte[], byte[]> writer() {
    if (producer.isEmpty()) {
      KafkaProducer<byte[], byte[]> made =
          KafkaClients.producer(
              kafka,
              Map.of(
                  ProducerConfig.LINGER_MS_CONFIG,
                  0,
                  ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                  "sluice-import-" + place,
                  ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                  (int) TRANSACTION_TIMEOUT.toMillis()));
      producer = Optional.of(made);
      made.initTransactions();
    }
    return producer.get();
  }

  /** Waits for the end of a partition to get somewhere: marks are written after the answer. */
  @FunctionalInterface
  interface LogEnd {
    /** Returns when the next offset of the partition is this one. */
    void await(TopicPartition place, long offset) throws InterruptedException;
  }
}
