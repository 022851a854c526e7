package io.sluice.topology.stream;

import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.Stopped;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.Recall;
import io.sluice.topology.history.RecordSource;
import java.util.List;
import java.util.Optional;

/**
 * What of a partition has to be folded again before anything that comes now, page by page: all of
 * it after its state was lost, or one zone of it that stood still.
 *
 * <p>Soft: how far it is stands in the states themselves, which are written as {@link #where} says
 * until it is done, so that another process goes on with it.
 */
final class Backlog implements AutoCloseable {
  /**
   * How much of backlogs is folded in a row, in all tasks of a process together. A broker ends a
   * transaction that is open for longer than {@code TRANSACTION_TIMEOUT}; tasks of one thread share
   * theirs, and it is ended between two of these portions.
   */
  static final class Portions {
    /** Some 150 ms of work; a second where each fact has a command. */
    static final int RECORDS_MAX = 5_000;

    private static final long PAUSE_MILLIS = 20;

    private int left = RECORDS_MAX;
    private long resumes;

    /** Whether another page may be folded now, in milliseconds of a clock that may be set. */
    synchronized boolean allow(long now) {
      boolean paused = now < resumes && now >= resumes - PAUSE_MILLIS;
      if (left <= 0 && !paused) {
        left = RECORDS_MAX;
      }
      return left > 0;
    }

    /** So many records have been folded by now. */
    synchronized void took(int records, long now) {
      left -= records;
      if (left <= 0) {
        resumes = now + PAUSE_MILLIS;
      }
    }
  }

  private final Recall recall;
  private final int partition;
  private final Optional<ZoneId> only;
  private final Stopped where;
  private final long first;
  private long from;
  private long to;
  private Optional<RecordSource> stretch = Optional.empty();

  /**
   * All that stands in a partition from an offset on.
   *
   * @param only of this zone; empty: of all
   * @param where the place that their states name until it is done
   */
  Backlog(Recall recall, int partition, long from, Optional<ZoneId> only, Stopped where) {
    this.recall = recall;
    this.partition = partition;
    this.first = from;
    this.from = from;
    this.only = only;
    this.where = where;
  }

  /**
   * The first offset of which a fact could be missing: a stop names the record it could not take.
   */
  long first() {
    return where.kind().equals(ConditionKind.OTHER_JOURNAL) ? first : where.offset();
  }

  int partition() {
    return partition;
  }

  /** The only zone that it is about; empty: all are. */
  Optional<ZoneId> only() {
    return only;
  }

  Stopped where() {
    return where;
  }

  boolean concerns(ZoneId zone) {
    return only.isEmpty() || only.get().equals(zone);
  }

  /** The next records of those that stand before this offset, one or more; none: it is done. */
  List<RawRecord> next(long before) {
    while (stretch.isPresent() || from < before) {
      if (stretch.isEmpty()) {
        stretch = Optional.of(recall.journal(partition, from, before));
        to = before;
      }
      List<RawRecord> page = stretch.get().next();
      if (!page.isEmpty()) {
        return page;
      }
      close();
      from = to;
    }
    return List.of();
  }

  @Override
  public void close() {
    stretch.ifPresent(RecordSource::close);
    stretch = Optional.empty();
  }
}
