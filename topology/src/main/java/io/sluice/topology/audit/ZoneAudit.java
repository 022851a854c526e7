package io.sluice.topology.audit;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.TimeZoneData;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.audit.Recorded.Unreadable;
import io.sluice.topology.audit.Verdict.Kind;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordHeaders;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * One zone's history under audit.
 *
 * <p>A zone that stands still says so in its journal, by a condition that names the fact at which
 * it does. From there on no command can be missed, until the condition is over: then all of them
 * have been given. What is missed before is told once the condition can't come any more.
 *
 * <p>A running cluster may have given a command between the two looks at where its topics end. So
 * one that is missed at the end of what was read is pending, whatever the zone says of itself
 * there; it is a difference once others of the partition were decided on behind it, or {@link
 * Audit#PENDING_OBSERVATIONS_MAX} observations followed.
 */
final class ZoneAudit {
  private final ZoneId zone;
  private final Lane lane = new Lane();
  private final long startsAfter;
  private final Continuity continuity;
  private final Sequences sequences;
  private final ZoneCheckpoints checkpoints;
  private final Tally tally;

  /** The decision rules of the commands that are still to come, in their order. */
  private final Deque<Integer> upcoming = new ArrayDeque<>();

  private ZoneState state;
  private boolean afterRecordedCommands;
  private boolean seen;
  private Optional<Fault> pending = Optional.empty();

  /** How many commands are missed so far, the first of them is pending. */
  private int missed;

  /** Whether others of the partition were decided on behind what is pending. */
  private boolean overtaken;

  /** Where the zone stands still, by its own word. */
  private Optional<Verdict.Stop> standing = Optional.empty();

  /** Where this release can't go on. */
  private Optional<Verdict.Stop> blind = Optional.empty();

  /** The time zones by which the last command that has any was decided. */
  private Optional<String> timeZoneData = Optional.empty();

  /** Whether what is pending stands before the place where the zone stands still. */
  private boolean owed;

  private int observationsSince;
  private int partition;

  ZoneAudit(ZoneId zone, Audit.Start start, Tally tally) {
    this.zone = zone;
    this.startsAfter = start.offset();
    this.state = start.state();
    this.continuity = new Continuity(state.zone());
    this.sequences = new Sequences(start.offset() >= 0);
    this.tally = tally;
    this.checkpoints = new ZoneCheckpoints(zone, tally);
    // A state of other rules: until a command of these is recorded, those decided.
    this.afterRecordedCommands =
        start.offset() >= 0 && state.progress().foldVersion() < Decide.FOLD_VERSION;
  }

  /** Whether what stands at this offset is part of the state that the audit starts from. */
  boolean isBefore(long offset) {
    return offset <= startsAfter;
  }

  /** Adds what is recorded as the zone's next command. */
  void expect(Recorded command) {
    lane.add(command);
    if (command instanceof Given given) {
      upcoming.add(given.foldVersion());
    }
  }

  /**
   * Adds what stands as the zone's next checkpoint.
   *
   * @param offset journal offset of the fact that it says to be of
   * @param begun whether there may have been some before
   */
  void expect(RawRecord checkpoint, long offset, boolean begun) {
    checkpoints.add(checkpoint, begun, isBefore(offset));
  }

  /**
   * What is wrong with the zone's checkpoints, once the journal is at its end.
   *
   * @param first offset of the first record of the partition
   */
  Optional<Fault> endOfCheckpoints(long first) {
    return checkpoints.end(first, stop().map(Verdict.Stop::offset).orElse(Long.MAX_VALUE));
  }

  /** Takes note of a fact that is part of the state that the audit starts from. */
  void pass(RecordHeaders headers) {
    if (Sequences.numbered(headers)) {
      var _ = sequences.objection(headers);
    }
  }

  /**
   * What is wrong with the fact, or with what is recorded as its command.
   *
   * @param decidedBehind whether the partition has commands of later facts, of whatever zone
   */
  Optional<Fault> judge(JournalRecord entry, RecordHeaders headers, boolean decidedBehind) {
    tally.zones += seen ? 0 : 1;
    seen = true;
    if (blind.isPresent()) {
      return Optional.empty();
    }
    Optional<Fault> fault =
        leftover(entry.offset())
            .or(() -> onSequence(entry, headers))
            .or(() -> onContinuity(entry))
            .or(() -> onCondition(entry.event()))
            .or(() -> decide(entry, decidedBehind));
    if (fault.isEmpty() && blind.isEmpty()) {
      checkpoints.behind(entry, state);
    }
    return fault;
  }

  /** The fact at this offset is of a type that this release does not know. */
  Optional<Fault> unknown(long offset, String type) {
    Optional<Fault> left = blind.isPresent() ? Optional.empty() : leftover(offset);
    String what =
        Sentence.of(
            "fact of unknown type '%s': a later release wrote it, and a fold must not skip facts;"
                + " expected that release to run the audit",
            type);
    stopAt(offset, ConditionKind.NEWER_RECORD, what);
    return left;
  }

  private void stopAt(long offset, ConditionKind kind, String what) {
    if (blind.isEmpty()) {
      blind = Optional.of(new Verdict.Stop(zone, partition, offset, kind, what));
    }
  }

  /** Where the zone can't be judged any further, if so. */
  Optional<Verdict.Stop> stop() {
    return standing.or(() -> blind);
  }

  /** What is wrong with the zone's next command, when the journal has come to this offset. */
  private Optional<Fault> leftover(long offset) {
    return lane.head()
        .flatMap(head ->
            switch (head) {
              case Unreadable(var own, var text, var problem) ->
                  Optional.of(Fault.unreadable(own, text, problem));
              case Given given when given.id().offset() < offset ->
                  Optional.of(Fault.withoutFact(given, lane));
              case Given ignored -> Optional.empty();
            });
  }

  /** What is wrong with the zone once the journal is at its end. */
  Optional<Fault> end(boolean complete) {
    if (blind.isPresent()) {
      return Optional.empty();
    }
    return leftover(Long.MAX_VALUE)
        .or(() ->
            (standing.isEmpty() || owed) && (complete || overtaken) ? pending : Optional.empty());
  }

  /** Takes note of where the zone's journal is. */
  void standsIn(int number) {
    partition = number;
  }

  int partition() {
    return partition;
  }

  private Optional<Fault> onSequence(JournalRecord entry, RecordHeaders headers) {
    if (!Sequences.numbered(headers)) {
      return Optional.empty();
    }
    tally.sequenced++;
    return sequences
        .objection(headers)
        .map(problem -> fault(Kind.SEQUENCE, entry, Optional.empty(), Optional.empty(), problem));
  }

  private Optional<Fault> onContinuity(JournalRecord entry) {
    return continuity
        .objection(entry)
        .map(problem ->
            fault(
                Kind.DISCONTINUITY,
                entry,
                Optional.empty(),
                Optional.empty(),
                problem + ": a fact before this one is missing, or this one was put in"));
  }

  /** What the zone says of its own standing still. */
  private Optional<Fault> onCondition(FleetEvent event) {
    if (event instanceof ConditionRaised raised && raised.condition().kind().stopsDecisions()) {
      return raised.condition().offset().flatMap(offset -> stands(offset, raised.condition()));
    }
    if (event instanceof ConditionCleared over
        && standing.filter(stop -> stop.kind().equals(over.kind())).isPresent()) {
      standing = Optional.empty();
      tally.pending += pending.isPresent() && missed == 0 ? 1 : 0;
      missed = pending.isPresent() ? Math.max(1, missed) : 0;
    }
    return Optional.empty();
  }

  private Optional<Fault> stands(long offset, Condition condition) {
    owed = pending.filter(fault -> fault.offset() < offset).isPresent();
    if (owed && overtaken) {
      return pending;
    }
    standing =
        Optional.of(new Verdict.Stop(zone, partition, offset, condition.kind(), condition.what()));
    if (!owed) {
      tally.pending -= missed;
      missed = 0;
    }
    return Optional.empty();
  }

  private Optional<Fault> decide(JournalRecord entry, boolean decidedBehind) {
    Evaluation evaluation;
    try {
      evaluation = Decide.evaluate(state, entry);
    } catch (RuntimeException | StackOverflowError fault) {
      String what = Sentence.of("the fact there can't be taken in: %s", fault.toString());
      stopAt(entry.offset(), ConditionKind.FOLD_FAILED, what);
      return Optional.empty();
    }
    Optional<Given> found =
        lane.head()
            .filter(Given.class::isInstance)
            .map(Given.class::cast)
            .filter(given -> given.id().offset() == entry.offset());
    if (found.isPresent()) {
      return compare(entry, evaluation, found.get());
    }
    Decision decision = evaluation.decision();
    boolean judged = decision.command().isEmpty() || judgesAbsence();
    state = judged ? decision.after() : evaluation.known();
    return judged && decision.command().isPresent()
        ? absent(entry, decision.command().get(), decidedBehind)
        : overdue(entry);
  }

  /** Whether a command that is missing would have been decided by the rules of this release. */
  private boolean judgesAbsence() {
    Integer next = upcoming.peek();
    return !afterRecordedCommands && (next == null || next == Decide.FOLD_VERSION);
  }

  private Optional<Fault> compare(JournalRecord entry, Evaluation evaluation, Given found) {
    Optional<String> text = Optional.of(Texts.of(found.value()));
    lane.take(found.id());
    upcoming.remove();
    // Whatever its journal still says: it has got over that.
    standing = Optional.empty();
    afterRecordedCommands = !found.ours();
    if (!found.ours()) {
      return testify(entry, evaluation, found);
    }
    timeZoneData = found.command().timeZoneData();
    Decision decision = evaluation.decision();
    state = decision.after();
    if (decision.command().isEmpty()) {
      String problem =
          Sentence.of(
              "command %s is recorded, but nothing was to be done: %s%s",
              found.id(), evaluation.reason().sentence(), otherTimeZones());
      return Optional.of(fault(Kind.ADDED, entry, Optional.empty(), text, problem));
    }
    ScaleCommand same = decision.command().get().withTimeZoneData(timeZoneData);
    byte[] expected = Topics.SCALE_COMMANDS.value().encode(same);
    if (!Arrays.equals(expected, found.value())) {
      String problem =
          Sentence.of(
              "command %s is recorded with another content than the journal gives%s",
              found.id(), otherTimeZones());
      return Optional.of(
          fault(Kind.ALTERED, entry, Optional.of(Texts.of(expected)), text, problem));
    }
    tally.recomputed++;
    return Optional.empty();
  }

  /** What can explain a difference of commands that schedules had a part in. */
  private String otherTimeZones() {
    return timeZoneData
        .filter(data -> !data.equals(TimeZoneData.VERSION))
        .map(data ->
            Sentence.of(
                "; its schedules were followed by the time zones of %s, and here by those of %s:"
                    + " expected a Java with the former",
                data, TimeZoneData.VERSION))
        .orElse("");
  }

  private Optional<Fault> testify(JournalRecord entry, Evaluation evaluation, Given found) {
    ScaleCommand command = found.command();
    Optional<String> objection = Testimony.objection(evaluation.known(), entry, command);
    state = RecordedCommands.after(evaluation, command);
    tally.fromEvidence += objection.isEmpty() ? 1 : 0;
    return objection.map(problem ->
        fault(
            Kind.UNFOUNDED,
            entry,
            Optional.empty(),
            Optional.of(Texts.of(found.value())),
            Sentence.of(
                "command %s of decision rules %d (these are %d) does not follow from its evidence: %s",
                found.id(), found.foldVersion(), Decide.FOLD_VERSION, problem)));
  }

  private Optional<Fault> absent(
      JournalRecord entry, ScaleCommand expected, boolean decidedBehind) {
    Optional<Given> later = lane.find(expected.id());
    Optional<String> text = Optional.of(Texts.of(expected));
    if (later.isPresent()) {
      String problem =
          Sentence.of("command %s stands behind commands that were given after it", expected.id());
      Optional<String> found = later.map(given -> Texts.of(given.value()));
      return Optional.of(fault(Kind.REORDERED, entry, text, found, problem));
    }
    String problem = Sentence.of("command %s is not recorded%s", expected.id(), otherTimeZones());
    Fault missing = fault(Kind.REMOVED, entry, text, Optional.empty(), problem);
    if (!lane.empty()) {
      return Optional.of(missing);
    }
    if (standing.isEmpty()) {
      tally.pending++;
      missed++;
      overtaken |= decidedBehind;
    }
    pending = pending.or(() -> Optional.of(missing));
    return Optional.empty();
  }

  private Optional<Fault> overdue(JournalRecord entry) {
    boolean excused = standing.isPresent() && !owed;
    if (pending.isEmpty() || excused || !(entry.event() instanceof LoadObserved)) {
      return Optional.empty();
    }
    observationsSince++;
    return observationsSince > Audit.PENDING_OBSERVATIONS_MAX ? pending : Optional.empty();
  }

  private static Fault fault(
      Kind kind,
      JournalRecord entry,
      Optional<String> expected,
      Optional<String> found,
      String sentence) {
    return new Fault(
        kind,
        Optional.of(entry.event().zone()),
        entry.offset(),
        Optional.of(Texts.of(entry.event())),
        expected,
        found,
        sentence);
  }
}
