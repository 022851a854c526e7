package io.sluice.topology.history;

/**
 * Reads again what was written before: for a zone that has to catch up, and for a partition whose
 * state was lost. Only what was committed counts.
 */
public interface Recall {
  /**
   * Opens a stretch of a partition of the journal.
   *
   * @param from offset of the first record
   * @param to offset behind the last one
   */
  RecordSource journal(int partition, long from, long to);

  /** The first offset that a partition of the journal still has, or will have. */
  long begin(int partition);

  /** Opens a partition of the commands, up to its present end. */
  RecordSource commands(int partition);
}
