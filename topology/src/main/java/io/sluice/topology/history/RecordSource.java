package io.sluice.topology.history;

import java.util.List;

/**
 * The records of one topic, from the first to the last one that stood there when the source was
 * opened. Records of one partition come in the order of their offsets.
 */
public interface RecordSource extends AutoCloseable {
  /** The next records, one or more; none at the end. */
  List<RawRecord> next();

  /** How many records there are at most; for showing progress. */
  long size();

  @Override
  void close();
}
