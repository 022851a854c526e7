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
    long pending) {}
