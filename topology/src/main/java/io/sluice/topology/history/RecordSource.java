package io.sluice.topology.history;

import java.util.List;

/**
 * The records of one topic, from the first to the last one that stood there when the source was
 * opened. Records of one partition come in the order of their offsets.
 */
public interface RecordSource extends AutoCloseable {
  /** Nothing. */
  RecordSource EMPTY =
      new RecordSource() {
        @Override
        public List<RawRecord> next() {
          return List.of();
        }

        @Override
        public long size() {
          return 0;
        }

        @Override
        public void close() {}
      };

  /** The next records, one or more; none at the end. */
  List<RawRecord> next();

  /** How many records there are at most; for showing progress. */
  long size();

  @Override
  void close();
}
