package io.sluice.compose.history;

import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sources of one partition each, told together in the order of time. */
final class PulledInOrder implements RecordSource {
  private static final int BATCH_RECORDS = 1_000;

  private final SortedMap<Integer, RecordSource> sources;
  private final TimeOrder order;

  /**
   * Takes the sources over.
   *
   * @param sources by partition
   */
  PulledInOrder(SortedMap<Integer, RecordSource> sources) {
    this.sources = new TreeMap<>(sources);
    this.order = new TimeOrder(sources.keySet());
  }

  @Override
  public List<RawRecord> next() {
    List<RawRecord> records = new ArrayList<>();
    while (records.size() < BATCH_RECORDS) {
      sources.forEach(this::pull);
      Optional<RawRecord> next = order.next();
      if (next.isEmpty()) {
        return records;
      }
      records.add(next.get());
    }
    return records;
  }

  private void pull(int partition, RecordSource source) {
    if (order.waiting(partition) == 0) {
      List<RawRecord> records = source.next();
      if (records.isEmpty()) {
        order.end(partition);
      }
      records.forEach(order::add);
    }
  }

  @Override
  public long size() {
    return sources.values().stream().mapToLong(RecordSource::size).sum();
  }

  @Override
  public void close() {
    sources.values().forEach(RecordSource::close);
  }
}
