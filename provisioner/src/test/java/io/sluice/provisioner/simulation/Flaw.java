package io.sluice.provisioner.simulation;

/** A way in which a cluster is broken on purpose, to see that the invariants notice. */
enum Flaw {
  /** Nothing is broken. */
  NONE,
  /** The broker lets an earlier leader write on. */
  NO_FENCING,
  /** The fleet starts a server again that runs already. */
  NO_IDEMPOTENCE,
  /** The leader never sees what the fleet lists. */
  NO_RECONCILIATION,
  /** The store keeps whatever comes last. */
  NO_COMPARE_AND_SET,
  /** No monitor is ever told that time passes, so that none tries to lead. */
  NO_ELECTION,
  /** Nobody reads the heartbeats of leaders. */
  NO_HEARTBEATS,
  /** Effects are performed before the transaction that goes with them is recorded. */
  EFFECTS_FIRST,
  /** The leader never proves that it still leads unless it has something to record. */
  NO_PROOF,
  /** The leader proves that it still leads from time to time, but not before it acts. */
  RARE_PROOF,
  /** What a producer has to send again stands in the journal twice. */
  REPEATED_WRITES,
  /** A snapshot says that it stands where its leader has not read yet. */
  SNAPSHOTS_AHEAD,
  /** A server that runs is said to be made from what was asked for, whatever it is made from. */
  UNTRUE_ADOPTION,
  /** Leaders don't stop what they are commanded to stop. */
  NO_STOPS,
  /** Leaders go by the offsets alone, and not by what the journal says of earlier starts. */
  OFFSETS_BELIEVED,
  /** Leaders take what their configuration does not name for gone. */
  SILENCE_BELIEVED,
  /** Leaders take the wall clock's word for how much time has passed. */
  CLOCK_BELIEVED,
  /** An effect that throws is never heard of again. */
  LOST_EFFECTS,
  /** A monitor never hears of another process with its id. */
  NO_SIGNS,
  /** That a zone is in no trouble any more is never recorded. */
  CONDITIONS_KEPT,
  /** A fleet says now and then of a zone that it can't be reached, although it can. */
  OUTAGE_INVENTED,
  /** A fleet that is asked how a server ended answers before it knows. */
  ENDS_GUESSED
}
