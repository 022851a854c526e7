package io.sluice.provisioner.leadership;

import io.sluice.schemas.event.JournalRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The journal for somebody who watches it grow. */
public interface JournalEvents {
  /**
   * Opens it.
   *
   * @param from the next offset to be read per partition; a partition that is not named is read
   *     from its present end, one whose offset is not kept any more from the oldest that is
   * @throws org.apache.kafka.common.KafkaException if it can't be read
   */
  Reading open(Map<Integer, Long> from);

  /** One watcher's place in the journal; used by one thread. */
  interface Reading extends AutoCloseable {
    /** What is there next; empty if nothing came in time. */
    List<Seen> poll(Duration wait);

    /** The next offset to be read per partition. */
    Map<Integer, Long> next();

    @Override
    void close();
  }

  /** A fact and its partition. */
  record Seen(int partition, JournalRecord entry) {}
}
