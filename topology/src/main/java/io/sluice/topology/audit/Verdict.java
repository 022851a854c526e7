package io.sluice.topology.audit;

import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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
      implements Verdict {
    private Difference with(Counts all) {
      return new Difference(kind, zone, partition, offset, cause, expected, found, sentence, all);
    }
  }

  /**
   * Nothing is wrong, and some zones can't be judged to their end: nothing was decided there, or
   * this release can't decide there.
   *
   * @param stops each zone's, in the order of the zones; one or more
   * @param counts what was looked at, those zones' facts behind their stops too
   */
  record Stopped(List<Stop> stops, Counts counts) implements Verdict {
    /** Copies the list. */
    public Stopped {
      stops = List.copyOf(stops);
    }

    /** What stopped the audit, for people. */
    public String sentence() {
      return stops.stream().map(Stop::sentence).collect(Collectors.joining("; "));
    }
  }

  /**
   * Where a zone's history can't be judged any further.
   *
   * @param zone whose it is
   * @param partition of the journal, 0 or more
   * @param offset of the first fact that is not judged
   * @param kind why
   * @param what why, for people
   */
  record Stop(ZoneId zone, int partition, long offset, ConditionKind kind, String what) {
    /** All of it in a sentence. */
    public String sentence() {
      return Sentence.of(
          "journal, partition %d, offset %d: zone %s stands still there (%s): %s",
          partition, offset, zone, kind, what);
    }
  }

  /** What was looked at. */
  Counts counts();

  /**
   * The verdict on a whole of which each part was audited by itself: the difference of the first
   * part that has one, else all stops.
   *
   * @param parts one or more; no zone is in two of them
   */
  static Verdict of(List<Verdict> parts) {
    Counts counts = parts.stream().map(Verdict::counts).reduce(Counts.NONE, Counts::plus);
    List<Stop> stops = new ArrayList<>();
    for (Verdict part : parts) {
      switch (part) {
        case Difference found -> {
          return found.with(counts);
        }
        case Stopped stopped -> stops.addAll(stopped.stops());
        case Verified ignored -> {}
      }
    }
    stops.sort(Comparator.comparing(Stop::zone));
    return stops.isEmpty() ? new Verified(counts) : new Stopped(stops, counts);
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
    SEQUENCE,
    /** A checkpoint is not the state that the journal gives, or not as it was written. */
    CHECKPOINT
  }
}
