package io.sluice.topology.audit;

import io.sluice.topology.audit.Counts.Checkpoints;
import io.sluice.topology.audit.Counts.Commands;

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
  long checkpoints;
  long sameStates;

  Counts counts() {
    return new Counts(
        records,
        malformed,
        sequenced,
        zones,
        new Commands(commands, recomputed, fromEvidence, pending),
        new Checkpoints(checkpoints, sameStates));
  }
}
