package io.sluice.compose.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of one partition so that each comes to stand at the offset that it had.
 *
 * <p>Kafka counts offsets without gaps; readers of committed records see gaps where marks of
 * transactions stand, or records of aborted ones. Here they are filled by records of a transaction
 * that is aborted at the end:
 *
 * <pre>
 *   offsets   0  1  2  3  4  5  6  7  8
 *   archive   a  b     c        d
 *   writer    a  b  -  c  -  -  d  x      -: filler, in a transaction; x: the mark that aborts it
 * </pre>
 *
 * <p>Before the first record, plain filler is written, and the log is cut there later.
 */
final class PartitionWriter implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final TopicPartition place;
  private final Filler filler;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Where the next record comes to stand. */
  private long end;

  /** The answer to the last record that was sent; nothing may be written elsewhere before it. */
  private @Nullable Future<RecordMetadata> last;

  /**
   * For an empty partition.
   *
   * @param producer writes outside of transactions; it may be shared
   * @param filler writes what is to be aborted; closed by this
   */
  PartitionWriter(Producer<byte[], byte[]> producer, TopicPartition place, Filler filler) {
    this.producer = producer;
    this.place = place;
    this.filler = filler;
  }

  /**
   * Writes everything that the source has, and waits until it is written.
   *
   * @throws HistoryException if a record comes to stand elsewhere: somebody else writes there
   * @throws ExecutionException if Kafka does not take a record
   */
  void write(RecordSource source) throws InterruptedException, ExecutionException {
    for (var records = source.next(); !records.isEmpty(); records = source.next()) {
      for (RawRecord record : records) {
        fill(record);
        send(message(record));
      }
    }
    settle();
    filler.abort();
  }

  @Override
  public void close() {
    filler.close();
  }

  private void fill(RawRecord record) throws InterruptedException, ExecutionException {
    long gap = record.offset() - end;
    if (gap > 0 && end == 0) {
      while (end < record.offset()) {
        send(filler.record(record.time()));
      }
    } else if (gap > 0) {
      settle();
      filler.fill(end, gap, record.time());
      end = record.offset();
    }
  }

  /**
   * The first record is awaited by itself: a partition that has none of a writer's yet takes any
   * sequence number of it, so that the second could overtake a first that a partition without a
   * leader refused.
   */
  private void send(ProducerRecord<byte[], byte[]> message)
      throws InterruptedException, ExecutionException {
    requireNoFailure();
    long expected = end++;
    last =
        producer.send(
            message,
            (metadata, exception) -> {
              if (exception != null) {
                failure.compareAndSet(null, exception);
              } else if (metadata.offset() != expected) {
                failure.compareAndSet(null, Filler.misplaced(place, expected, metadata.offset()));
              }
            });
    if (expected == 0) {
      settle();
    }
  }

  private void settle() throws InterruptedException, ExecutionException {
    if (last != null) {
      var _ = last.get();
      last = null;
    }
    requireNoFailure();
  }

  private void requireNoFailure() {
    Throwable failed = failure.get();
    if (failed instanceof HistoryException misplaced) {
      throw misplaced;
    }
    if (failed != null) {
      throw new HistoryException(
          "%s can't be written: %s".formatted(place, failed.getMessage()), failed);
    }
  }

  private ProducerRecord<byte[], byte[]> message(RawRecord record) {
    ProducerRecord<byte[], byte[]> message =
        new ProducerRecord<>(
            place.topic(),
            place.partition(),
            record.time().toEpochMilli(),
            record.key(),
            record.value());
    record
        .headers()
        .all()
        .forEach((name, text) -> message.headers().add(name, text.getBytes(UTF_8)));
    return message;
  }
}
