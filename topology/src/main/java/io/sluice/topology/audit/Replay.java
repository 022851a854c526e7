package io.sluice.topology.audit;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The fleet as it was. */
public final class Replay {
  /** What came of the wish to see a moment. */
  public sealed interface Result {
    /**
     * The moment.
     *
     * @param time the time that was asked for
     * @param last broker's time of the last fact up to it
     * @param facts how many facts there were by then
     * @param zones every zone as it was: its servers, how many it was to have, who had paused it
     */
    record Moment(Instant time, Instant last, long facts, SortedMap<ZoneId, ZoneState> zones)
        implements Result {
      /** The zone as it was; an unknown one if no fact had named it yet. */
      public ZoneState zone(ZoneId zone) {
        return zones.getOrDefault(zone, ZoneState.unknown(zone));
      }
    }

    /**
     * There was nothing yet, or what was can't be told.
     *
     * @param sentence what was asked for and what exists, for people
     */
    record NotFound(String sentence) implements Result {}
  }

  private final Instant time;
  private final RecordedCommands others;
  private final Map<ZoneId, Retelling> zones = new TreeMap<>();
  private Instant last = Instant.MIN;
  private Instant first = Instant.MAX;
  private long facts;
  private Optional<String> stopped = Optional.empty();

  private Replay(Instant time, RecordedCommands others) {
    this.time = time;
    this.others = others;
  }

  /** The fleet at this time: every fact that the broker had appended by then, and no later one. */
  public static Result at(History history, Instant time) {
    Replay replay = new Replay(time, RecordedCommands.of(history));
    try (RecordSource journal = history.journal()) {
      for (List<RawRecord> next = journal.next(); !next.isEmpty(); next = journal.next()) {
        next.forEach(replay::take);
      }
    }
    return replay.result();
  }

  private void take(RawRecord raw) {
    first = raw.time().isBefore(first) ? raw.time() : first;
    if (raw.time().isAfter(time) || stopped.isPresent()) {
      return;
    }
    switch (JournalReader.read(raw.key(), raw.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) -> {
        facts++;
        last = raw.time().isAfter(last) ? raw.time() : last;
        var _ =
            zones
                .computeIfAbsent(event.zone(), zone -> new Retelling(zone, others))
                .next(new JournalRecord(raw.offset(), raw.time(), event));
      }
      case Decoded.UnknownType<FleetEvent>(String type) ->
          stopped =
              Optional.of(
                  Sentence.of(
                      "the fact at offset %d of partition %d is of unknown type '%s': a later release wrote it",
                      raw.offset(), raw.partition(), type));
      case Decoded.Malformed<FleetEvent> ignored -> {}
    }
  }

  private Result result() {
    if (stopped.isPresent()) {
      return new Result.NotFound(stopped.get());
    }
    if (zones.isEmpty()) {
      return new Result.NotFound(
          Sentence.of(
              "the journal has no fact at or before %s: %s",
              time, first.equals(Instant.MAX) ? "it is empty" : "its first one is of " + first));
    }
    SortedMap<ZoneId, ZoneState> states = new TreeMap<>();
    zones.forEach((id, zone) -> states.put(id, zone.state()));
    return new Result.Moment(time, last, facts, states);
  }
}
