package io.sluice.topology.audit;

/** What was looked at so far. */
final class Tally {
  long records;
  long malformed;
  long sequenced;
  int zones;
  long commands;
  long recomputed;
  long fromEvidence;
  long pending;

  Counts counts() {
    return new Counts(
        records, malformed, sequenced, zones, commands, recomputed, fromEvidence, pending);
  }
}
