package io.sluice.provisioner.simulation;

/** What holds of a cluster whatever happens to it. */
enum Invariant {
  /** An epoch is one leader's, and no write of an earlier one follows in the journal. */
  ONE_WRITER_PER_EPOCH,
  /** A server is launched once, however often it is asked for. */
  LAUNCHED_ONCE,
  /** A leader that was deposed begins nothing that changes the fleet. */
  DEPOSED_STOPS,
  /** A snapshot is never replaced by one of an earlier term or place. */
  SNAPSHOTS_GO_ON,
  /** What a leader recovers is what the journal says. */
  RECOVERS_THE_JOURNAL,
  /** What is recorded of a server has happened. */
  TRUE_FACTS,
  /** That a server ended is recorded without how it did only after its fleet had time to say it. */
  ENDS_EXPLAINED,
  /** A zone is said to be in trouble only while it is, and not for longer. */
  TRUE_CONDITIONS,
  /** Of two processes with one id the one that ran before goes on, and the other one ends. */
  ONE_PER_ID,
  /** What a monitor's file does not name, it does not touch. */
  LEFT_ALONE,
  /** Every command is carried out or failed once, and what is recorded of a server fits. */
  EXACTLY_ONCE,
  /** Whoever stops a server for the sake of a template leaves as many ready ones as are wanted. */
  ROLLS_GENTLY,
  /**
   * After all faults are gone, the highest monitor that did not fail in office too often leads, and
   * the others follow it.
   */
  ONE_LEADER,
  /** After all faults are gone, whatever runs is in the journal, and the other way round. */
  NOTHING_LOST,
  /**
   * After all faults are gone, every zone has the servers that were last asked for, all of the
   * template that was last asked for, or of one before if that never becomes ready.
   */
  CONVERGES,
  /** Once it has settled, nothing is elected, launched or stopped any more. */
  CALM,
  /** Nothing throws. */
  NO_ERROR;

  /** It does not hold. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final Invariant invariant;

    Broken(Invariant invariant, String message) {
      super(message);
      this.invariant = invariant;
    }

    Invariant invariant() {
      return invariant;
    }
  }
}
