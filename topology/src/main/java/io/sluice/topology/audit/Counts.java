package io.sluice.topology.audit;

/**
 * What an audit looked at.
 *
 * @param records records of the journal
 * @param malformed those of them that never were facts
 * @param sequenced those whose place among their writer's facts was checked
 * @param zones zones with facts
 * @param commands recorded commands
 * @param recomputed those that were recomputed and are the same, byte for byte
 * @param fromEvidence those of other decision rules, verified from their evidence
 * @param pending commands that the end of the journal gives and that are not recorded yet
 */
public record Counts(
    long records,
    long malformed,
    long sequenced,
    int zones,
    long commands,
    long recomputed,
    long fromEvidence,
    long pending) {
  /** Nothing yet. */
  static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  Counts plus(Counts other) {
    return new Counts(
        records + other.records,
        malformed + other.malformed,
        sequenced + other.sequenced,
        zones + other.zones,
        commands + other.commands,
        recomputed + other.recomputed,
        fromEvidence + other.fromEvidence,
        pending + other.pending);
  }
}
