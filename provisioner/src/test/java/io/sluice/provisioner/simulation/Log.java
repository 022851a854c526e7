package io.sluice.provisioner.simulation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One partition of a topic. Commits and aborts take an offset of their own, as in Kafka. */
final class Log<T> {
  private final List<Entry<T>> entries = new ArrayList<>();

  /**
   * A record, or the mark at the end of a transaction.
   *
   * @param value empty for a mark
   */
  record Entry<T>(long offset, Instant time, Optional<T> value, Transaction transaction) {}

  /**
   * What a reader of committed records gets.
   *
   * @param entries the records
   * @param next where it reads on
   */
  record Fetched<T>(List<Entry<T>> entries, long next) {}

  long append(Instant time, T value, Transaction transaction) {
    return add(time, Optional.of(value), transaction);
  }

  void mark(Instant time, Transaction transaction) {
    add(time, Optional.empty(), transaction);
  }

  private long add(Instant time, Optional<T> value, Transaction transaction) {
    entries.add(new Entry<>(entries.size(), time, value, transaction));
    return entries.size() - 1L;
  }

  /** The offset behind the last record, committed or not. */
  long end() {
    return entries.size();
  }

  /** The offset behind the last record that is no mark. */
  long endOfRecords() {
    int end = entries.size();
    while (end > 0 && entries.get(end - 1).value().isEmpty()) {
      end--;
    }
    return end;
  }

  /** The committed records from this offset up to the first open transaction. */
  Fetched<T> read(long from, int max) {
    List<Entry<T>> found = new ArrayList<>();
    long next = from;
    while (next < entries.size() && found.size() < max) {
      Entry<T> entry = entries.get(Math.toIntExact(next));
      if (entry.transaction().open()) {
        break;
      }
      if (entry.value().isPresent() && entry.transaction().committed()) {
        found.add(entry);
      }
      next++;
    }
    return new Fetched<>(found, next);
  }
}
