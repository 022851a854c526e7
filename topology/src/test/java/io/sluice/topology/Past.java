package io.sluice.topology;

import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.Recall;
import io.sluice.topology.history.RecordSource;
import java.util.List;

/** What was written before, in memory. */
record Past(List<RawRecord> journal, List<RawRecord> commands) implements Recall {
  /** As many as a consumer gives at once. */
  private static final int PAGE = 500;

  @Override
  public RecordSource journal(int partition, long from, long to) {
    return source(
        journal.stream()
            .filter(record -> record.offset() >= from && record.offset() < to)
            .toList());
  }

  @Override
  public long begin(int partition) {
    return journal.isEmpty() ? 0 : journal.getFirst().offset();
  }

  @Override
  public RecordSource commands(int partition) {
    return source(commands);
  }

  static byte[] value(RawRecord record) {
    byte[] value = record.value();
    return value == null ? new byte[0] : value;
  }

  private static RecordSource source(List<RawRecord> records) {
    return new RecordSource() {
      private int read;

      @Override
      public List<RawRecord> next() {
        List<RawRecord> page = records.subList(read, Math.min(records.size(), read + PAGE));
        read += page.size();
        return page;
      }

      @Override
      public long size() {
        return records.size();
      }

      @Override
      public void close() {}
    };
  }
}
