package io.sluice.topology.audit;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.audit.Verdict.Kind;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.decide.ZoneState;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/** One zone's history under audit. */
final class ZoneAudit {
  private final long startsAfter;
  private final Continuity continuity;
  private final Sequences sequences;
  private final Tally tally;

  /** The decision rules of the commands that are still to come, in their order. */
  private final Deque<Integer> upcoming = new ArrayDeque<>();

  private ZoneState state;
  private boolean afterRecordedCommands;
  private boolean seen;
  private Optional<Fault> pending = Optional.empty();
  private int observationsSince;
  private int partition;

  ZoneAudit(Audit.Start start, Tally tally) {
    this.startsAfter = start.offset();
    this.state = start.state();
    this.continuity = new Continuity(state.zone());
    this.sequences = new Sequences(start.offset() >= 0);
    this.tally = tally;
  }

  /** Whether what stands at this offset is part of the state that the audit starts from. */
  boolean isBefore(long offset) {
    return offset <= startsAfter;
  }

  void expect(Given command) {
    upcoming.add(command.foldVersion());
  }

  /** Takes note of a fact that is part of the state that the audit starts from. */
  void pass(Map<String, String> headers) {
    if (Sequences.numbered(headers)) {
      var _ = sequences.objection(headers);
    }
  }

  /** What is wrong with the fact, or with what is recorded as its command. */
  Optional<Fault> judge(JournalRecord entry, Map<String, String> headers, Lane lane) {
    tally.zones += seen ? 0 : 1;
    seen = true;
    return onSequence(entry, headers).or(() -> onContinuity(entry)).or(() -> decide(entry, lane));
  }

  /** Takes note of where the zone's journal is. */
  void standsIn(int number) {
    partition = number;
  }

  int partition() {
    return partition;
  }

  /** The first command that the end of the journal gives and that is not recorded. */
  Optional<Fault> pending() {
    return pending;
  }

  private Optional<Fault> onSequence(JournalRecord entry, Map<String, String> headers) {
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

  private Optional<Fault> decide(JournalRecord entry, Lane lane) {
    Evaluation evaluation = Decide.evaluate(state, entry);
    Optional<Given> found =
        lane.head()
            .filter(Given.class::isInstance)
            .map(Given.class::cast)
            .filter(given -> given.id().offset() == entry.offset());
    if (found.isPresent()) {
      return compare(entry, evaluation, found.get(), lane);
    }
    Decision decision = evaluation.decision();
    boolean judged = decision.command().isEmpty() || judgesAbsence();
    state = judged ? decision.after() : evaluation.known();
    return judged && decision.command().isPresent()
        ? absent(entry, decision.command().get(), lane)
        : overdue(entry);
  }

  /** Whether a command that is missing would have been decided by the rules of this release. */
  private boolean judgesAbsence() {
    Integer next = upcoming.peek();
    return !afterRecordedCommands && (next == null || next == Decide.FOLD_VERSION);
  }

  private Optional<Fault> compare(
      JournalRecord entry, Evaluation evaluation, Given found, Lane lane) {
    Optional<String> text = Optional.of(Texts.of(found.value()));
    if (!found.id().zone().equals(entry.event().zone())) {
      String problem =
          Sentence.of(
              "command %s is recorded, but the fact at its offset is of zone %s",
              found.id(), entry.event().zone());
      return Optional.of(fault(Kind.ADDED, entry, Optional.empty(), text, problem));
    }
    lane.take(found.id());
    upcoming.remove();
    afterRecordedCommands = !found.ours();
    if (!found.ours()) {
      return testify(entry, evaluation, found);
    }
    Decision decision = evaluation.decision();
    state = decision.after();
    if (decision.command().isEmpty()) {
      String problem =
          Sentence.of(
              "command %s is recorded, but nothing was to be done: %s",
              found.id(), evaluation.reason().sentence());
      return Optional.of(fault(Kind.ADDED, entry, Optional.empty(), text, problem));
    }
    byte[] expected = Topics.SCALE_COMMANDS.value().encode(decision.command().get());
    if (!Arrays.equals(expected, found.value())) {
      String problem =
          Sentence.of(
              "command %s is recorded with another content than the journal gives", found.id());
      return Optional.of(
          fault(Kind.ALTERED, entry, Optional.of(Texts.of(expected)), text, problem));
    }
    tally.recomputed++;
    return Optional.empty();
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

  private Optional<Fault> absent(JournalRecord entry, ScaleCommand expected, Lane lane) {
    Optional<Given> later = lane.find(expected.id());
    Optional<String> text = Optional.of(Texts.of(expected));
    if (later.isPresent()) {
      String problem =
          Sentence.of("command %s stands behind commands that were given after it", expected.id());
      Optional<String> found = later.map(given -> Texts.of(given.value()));
      return Optional.of(fault(Kind.REORDERED, entry, text, found, problem));
    }
    String problem = Sentence.of("command %s is not recorded", expected.id());
    Fault missing = fault(Kind.REMOVED, entry, text, Optional.empty(), problem);
    if (!lane.empty()) {
      return Optional.of(missing);
    }
    tally.pending++;
    pending = pending.or(() -> Optional.of(missing));
    return Optional.empty();
  }

  private Optional<Fault> overdue(JournalRecord entry) {
    if (pending.isEmpty() || !(entry.event() instanceof LoadObserved)) {
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
