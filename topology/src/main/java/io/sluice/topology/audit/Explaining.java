package io.sluice.topology.audit;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Explanation.Result;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The search for the record to explain: the zone is folded up to there. */
final class Explaining {
  /** A record and how it was weighed. */
  private record Weighed(JournalRecord entry, Evaluation evaluation) {}

  private final History history;
  private final ZoneId zone;
  private final byte[] key;
  private final BiPredicate<JournalRecord, ZoneState> beyond;
  private final RecordedCommands others;
  private final Retelling retelling;
  private Optional<JournalRecord> first = Optional.empty();
  private Optional<Weighed> last = Optional.empty();
  private Optional<Weighed> lastObservation = Optional.empty();
  private Optional<JournalRecord> next = Optional.empty();
  private Optional<String> stopped = Optional.empty();

  private Explaining(
      History history,
      ZoneId zone,
      Optional<Checkpoint> start,
      BiPredicate<JournalRecord, ZoneState> beyond,
      Predicate<Given> beyondCommand) {
    this.history = history;
    this.zone = zone;
    this.key = Topics.ZONE_KEY.encode(zone);
    this.beyond = beyond;
    Passage all = Passage.of(zone);
    this.others = RecordedCommands.of(history, zone, start, beyondCommand);
    this.retelling =
        new Retelling(start.map(Checkpoint::state).orElse(ZoneState.unknown(zone)), others);
    Passage facts = start.map(kept -> all.first(kept.offset() + 1)).orElse(all);
    try (RecordSource journal = history.journal(facts)) {
      for (List<RawRecord> batch = journal.next();
          !batch.isEmpty() && goesOn();
          batch = goesOn() ? journal.next() : List.of()) {
        batch.forEach(this::take);
      }
    }
  }

  static Result at(History history, CommandId id) {
    Explaining search =
        new Explaining(
            history,
            id.zone(),
            history.checkpoint(id.zone(), Instant.MAX, id.offset()),
            (entry, _) -> entry.offset() > id.offset(),
            given -> given.id().offset() > id.offset());
    return search
        .last
        .filter(found -> found.entry().offset() == id.offset())
        .map(search::explained)
        .orElseGet(
            () -> search.notFound("the journal has no fact of zone %s at offset %d", id.offset()));
  }

  /** From the last kept state behind which there is an observation, else from the beginning. */
  static Result at(History history, ZoneId zone, Instant time) {
    Optional<Checkpoint> start = history.checkpoint(zone, time, Long.MAX_VALUE);
    while (true) {
      Explaining search =
          new Explaining(
              history,
              zone,
              start,
              // A record of the future is none, as for those who decided on it.
              (entry, before) -> before.presentWith(entry.time()).isAfter(time),
              given -> given.at().isAfter(time));
      if (search.lastObservation.isPresent() || start.isEmpty()) {
        return search
            .lastObservation
            .or(() -> search.last)
            .map(search::explained)
            .orElseGet(
                () -> search.notFound("the journal has no fact of zone %s at or before %s", time));
      }
      start = history.checkpoint(zone, time, start.get().offset());
    }
  }

  private boolean goesOn() {
    return next.isEmpty() && stopped.isEmpty();
  }

  private void take(RawRecord raw) {
    if (!goesOn() || !Arrays.equals(key, raw.key())) {
      return;
    }
    switch (JournalReader.read(raw.key(), raw.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) ->
          take(new JournalRecord(raw.offset(), raw.time(), event));
      case Decoded.UnknownType<FleetEvent>(String type) ->
          stopped =
              Optional.of(
                  Sentence.of(
                      "the fact at offset %d of partition %d is of unknown type '%s'",
                      raw.offset(), raw.partition(), type));
      case Decoded.Malformed<FleetEvent> ignored -> {}
    }
  }

  private void take(JournalRecord entry) {
    if (beyond.test(entry, retelling.state())) {
      next = Optional.of(entry);
      return;
    }
    first = first.or(() -> Optional.of(entry));
    Weighed weighed = new Weighed(entry, retelling.next(entry));
    last = Optional.of(weighed);
    if (entry.event() instanceof LoadObserved) {
      lastObservation = last;
    }
  }

  private Result explained(Weighed found) {
    CommandId id = new CommandId(zone, found.entry().offset());
    Optional<ScaleCommand> given = others.command(id);
    return new Result.Explained(
        given
            .map(command -> Explanation.of(found.entry(), found.evaluation(), command))
            .orElseGet(
                () -> Explanation.of(found.entry(), found.evaluation(), others.recorded(id))));
  }

  private Result notFound(String form, Object place) {
    if (first.isEmpty() && next.isEmpty()) {
      SortedSet<ZoneId> zones = history.zones();
      return new Result.NotFound(
          Sentence.of(
              "the journal has no fact of zone %s: expected one of %s%s",
              zone,
              zones.isEmpty()
                  ? "none, it is empty"
                  : zones.stream().map(ZoneId::toString).collect(Collectors.joining(", ")),
              stopped.map(why -> "; " + why).orElse("")));
    }
    String before = last.map(found -> place(found.entry())).orElse("none");
    String after = next.map(Explaining::place).orElse("none");
    return new Result.NotFound(
        Sentence.of(
            "%s: the one before is %s, the one after is %s%s",
            Sentence.of(form, zone, place),
            before,
            after,
            stopped.map(why -> "; " + why).orElse("")));
  }

  private static String place(JournalRecord entry) {
    return Sentence.of("%s@%d at %s", entry.event().zone(), entry.offset(), entry.time());
  }
}
