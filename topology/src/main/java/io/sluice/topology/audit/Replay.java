package io.sluice.topology.audit;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.ZoneLife;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.Place;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
     * @param facts how many facts were read to find it out
     * @param zones every zone as it was: its servers, how many it was to have, who had paused it
     * @param places where in the journal each of them was
     */
    record Moment(
        Instant time,
        Instant last,
        long facts,
        SortedMap<ZoneId, ZoneState> zones,
        SortedMap<ZoneId, Place> places)
        implements Result {
      /** The zone as it was; an unknown one if no fact had named it yet. */
      public ZoneState zone(ZoneId zone) {
        return zones.getOrDefault(zone, ZoneState.unknown(zone));
      }

      /** The zones whose declaration the journal does not have: its beginning may be cut off. */
      public List<ZoneId> undeclared() {
        return zones.values().stream()
            .filter(state -> state.zone().life().stage() == ZoneLife.Stage.UNKNOWN)
            .map(state -> state.zone().id())
            .toList();
      }
    }

    /**
     * There was nothing yet, or what was can't be told.
     *
     * @param sentence what was asked for and what exists, for people
     */
    record NotFound(String sentence) implements Result {}
  }

  /** The key of the only zone that it is about; empty: all of them are. */
  private final byte[] only;

  private final Instant time;
  private final Optional<Checkpoint> start;
  private final RecordedCommands others;
  private final Map<ZoneId, Retelling> zones = new TreeMap<>();
  private final SortedMap<ZoneId, Place> places = new TreeMap<>();

  /** The zones that the fold has taken beyond the time: what follows came after it. */
  private final Set<ZoneId> passed = new HashSet<>();

  private Instant last = Instant.MIN;
  private long facts;
  private Optional<String> stopped = Optional.empty();

  private Replay(History history, Passage part, Instant time, Optional<Checkpoint> start) {
    this.only = key(part);
    this.time = time;
    this.start = start;
    this.others =
        part.zone()
            .map(zone -> RecordedCommands.of(history, zone, start, time))
            .orElseGet(() -> RecordedCommands.of(history, part));
    start
        .filter(Checkpoint::isKept)
        .ifPresent(kept -> last = kept.state().progress().clock().latest());
    Passage facts = start.map(kept -> part.first(kept.offset() + 1)).orElse(part);
    try (RecordSource journal = history.journal(facts)) {
      for (List<RawRecord> next = journal.next();
          !next.isEmpty() && goesOn();
          next = goesOn() ? journal.next() : List.of()) {
        next.forEach(this::take);
      }
    }
  }

  private boolean goesOn() {
    return stopped.isEmpty() && (only.length == 0 || passed.isEmpty());
  }

  /** The fleet at this time: every fact that the broker had appended by then, and no later one. */
  public static Result at(History history, Instant time) {
    Map<ZoneId, Checkpoint> kept = history.checkpoints(time);
    if (kept.isEmpty()) {
      return at(history, Passage.ALL, time);
    }
    List<Replay> replays = new ArrayList<>();
    kept.forEach((zone, start) ->
        replays.add(new Replay(history, Passage.of(zone), time, Optional.of(start))));
    return result(history, Passage.ALL, time, replays);
  }

  /** The same of a part of a history: of a zone, or of all zones of a partition. */
  public static Result at(History history, Passage part, Instant time) {
    Optional<Checkpoint> start =
        part.zone().flatMap(zone -> history.checkpoint(zone, time, Long.MAX_VALUE));
    return result(history, part, time, List.of(new Replay(history, part, time, start)));
  }

  private void take(RawRecord raw) {
    if (!goesOn() || (only.length > 0 && !Arrays.equals(only, raw.key())) || isPassed(raw)) {
      return;
    }
    switch (JournalReader.read(raw.key(), raw.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) -> take(raw, event);
      case Decoded.UnknownType<FleetEvent>(String type) ->
          stopped =
              Optional.of(
                  Sentence.of(
                      "the fact at offset %d of partition %d is of unknown type '%s': a later release wrote it",
                      raw.offset(), raw.partition(), type));
      case Decoded.Malformed<FleetEvent> ignored -> {}
    }
  }

  /**
   * Whether the record is not of the moment: the fold's present was, or is with it, after the time.
   * A single record ahead of its time does not take it there.
   */
  private boolean isPassed(RawRecord raw) {
    if (JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId id)) {
      if (!passed.contains(id) && zone(id).state().presentWith(raw.time()).isAfter(time)) {
        passed.add(id);
      }
      return passed.contains(id);
    }
    return false;
  }

  private void take(RawRecord raw, FleetEvent event) {
    ZoneId id = event.zone();
    facts++;
    Instant present = zone(id).state().presentWith(raw.time());
    last = present.isAfter(last) ? present : last;
    var _ = zone(id).next(new JournalRecord(raw.offset(), raw.time(), event));
    places.put(id, new Place(raw.partition(), raw.offset(), raw.time()));
  }

  private Retelling zone(ZoneId id) {
    return zones.computeIfAbsent(
        id,
        zone ->
            new Retelling(start.map(Checkpoint::state).orElse(ZoneState.unknown(zone)), others));
  }

  private static Result result(History history, Passage part, Instant time, List<Replay> replays) {
    SortedMap<ZoneId, ZoneState> states = new TreeMap<>();
    SortedMap<ZoneId, Place> places = new TreeMap<>();
    Instant last = Instant.MIN;
    long facts = 0;
    for (Replay replay : replays) {
      if (replay.stopped.isPresent()) {
        return new Result.NotFound(replay.stopped.get());
      }
      Optional<Checkpoint> start = replay.start.filter(Checkpoint::isKept);
      start.ifPresent(kept -> states.put(kept.state().zone().id(), kept.state()));
      start.ifPresent(kept -> places.put(kept.state().zone().id(), kept.place()));
      replay.places.keySet().forEach(id -> states.put(id, replay.zone(id).state()));
      places.putAll(replay.places);
      last = replay.last.isAfter(last) ? replay.last : last;
      facts += replay.facts;
    }
    return states.isEmpty()
        ? nothing(history, part, time)
        : new Result.Moment(time, last, facts, states, places);
  }

  private static byte[] key(Passage part) {
    return part.zone().map(Topics.ZONE_KEY::encode).orElse(new byte[0]);
  }

  private static Result nothing(History history, Passage part, Instant time) {
    byte[] only = key(part);
    Optional<Instant> first = Optional.empty();
    try (RecordSource journal = history.journal(part)) {
      for (List<RawRecord> next = journal.next();
          first.isEmpty() && !next.isEmpty();
          next = first.isEmpty() ? journal.next() : List.of()) {
        first =
            next.stream()
                .filter(raw -> only.length == 0 || Arrays.equals(only, raw.key()))
                .map(RawRecord::time)
                .min(Comparator.naturalOrder());
      }
    }
    return new Result.NotFound(
        Sentence.of(
            "the journal has no fact%s at or before %s: %s",
            part.zone().map(zone -> " of zone " + zone).orElse(""),
            time,
            first.map(begin -> "its first one is of " + begin).orElse("it has none")));
  }
}
