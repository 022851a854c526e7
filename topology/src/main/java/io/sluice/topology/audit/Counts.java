package io.sluice.topology.audit;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * What an audit looked at.
 *
 * @param records records of the journal
 * @param malformed those of them that never were facts
 * @param sequenced those whose place among their writer's facts was checked
 * @param zones zones with facts
 * @param ofCommands the commands
 * @param ofCheckpoints the checkpoints
 */
public record Counts(
    long records,
    long malformed,
    long sequenced,
    int zones,
    @JsonUnwrapped Commands ofCommands,
    @JsonUnwrapped Checkpoints ofCheckpoints) {
  /** Nothing yet. */
  static final Counts NONE =
      new Counts(0, 0, 0, 0, new Commands(0, 0, 0, 0), new Checkpoints(0, 0));

  /**
   * Commands.
   *
   * @param commands recorded ones
   * @param recomputed those that were recomputed and are the same, byte for byte
   * @param fromEvidence those of other decision rules, verified from their evidence
   * @param pending those that the end of the journal gives and that are not recorded yet
   */
  public record Commands(long commands, long recomputed, long fromEvidence, long pending) {}

  /**
   * Checkpoints.
   *
   * @param checkpoints those that are kept
   * @param sameStates those whose state was folded again and is the same
   */
  public record Checkpoints(long checkpoints, long sameStates) {}

  /** Both together. */
  Counts plus(Counts other) {
    return new Counts(
        records + other.records,
        malformed + other.malformed,
        sequenced + other.sequenced,
        zones + other.zones,
        new Commands(
            ofCommands.commands + other.ofCommands.commands,
            ofCommands.recomputed + other.ofCommands.recomputed,
            ofCommands.fromEvidence + other.ofCommands.fromEvidence,
            ofCommands.pending + other.ofCommands.pending),
        new Checkpoints(
            ofCheckpoints.checkpoints + other.ofCheckpoints.checkpoints,
            ofCheckpoints.sameStates + other.ofCheckpoints.sameStates));
  }
}
