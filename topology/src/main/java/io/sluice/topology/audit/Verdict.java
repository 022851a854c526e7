package io.sluice.topology.audit;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import java.util.Optional;

/** What an audit came to. */
public sealed interface Verdict {
  /**
   * Every command is the one that the journal gives, and no fact is missing as far as that can be
   * seen.
   *
   * @param counts what was looked at
   */
  record Verified(Counts counts) implements Verdict {}

  /**
   * The first place where the history is not what it was.
   *
   * @param kind what is wrong
   * @param zone whose history it is; empty if that can't be told
   * @param partition of the journal and of the commands, 0 or more
   * @param offset journal offset: of the fact that should have caused what is wrong, or that does
   *     not fit; for a command that can't be read, its own offset
   * @param cause what stands in the journal at that offset, as JSON; empty if nothing does
   * @param expected the command that the journal gives, as JSON; empty if none
   * @param found the command that is recorded, as JSON; empty if none
   * @param sentence what is wrong, for people
   * @param counts what was looked at before
   */
  record Difference(
      Kind kind,
      Optional<ZoneId> zone,
      int partition,
      long offset,
      Optional<String> cause,
      Optional<String> expected,
      Optional<String> found,
      String sentence,
      Counts counts)
      implements Verdict {}

  /**
   * A fact of a type that this release does not know: what follows it can't be judged.
   *
   * @param type its name as it stands in the record
   * @param partition of the journal, 0 or more
   * @param offset in it
   * @param counts what was looked at before
   */
  record UnknownFact(String type, int partition, long offset, Counts counts) implements Verdict {
    /** What stopped the audit, for people. */
    public String sentence() {
      return Sentence.of(
          "journal, partition %d, offset %d: fact of unknown type '%s': a later release wrote"
              + " it, and a fold must not skip facts; expected that release to run the audit",
          partition, offset, type);
    }
  }

  /** What can be wrong. */
  enum Kind {
    /** A recorded command is another one than the journal gives. */
    ALTERED,
    /** The journal gives a command, and none is recorded. */
    REMOVED,
    /** A command is recorded that the journal does not give. */
    ADDED,
    /** A command is recorded a second time. */
    REPEATED,
    /** A command stands behind one that was given after it. */
    REORDERED,
    /** A recorded command can't be read. */
    MALFORMED,
    /** A command of other decision rules does not follow from its own evidence. */
    UNFOUNDED,
    /** The journal does not have the fact that a command names as its cause. */
    CAUSE_MISSING,
    /** A fact can't follow the ones before it. */
    DISCONTINUITY,
    /** A writer's facts have a gap, or one stands twice. */
    SEQUENCE
  }
}
