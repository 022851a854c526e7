package io.sluice.topology.audit;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.audit.Recorded.Unreadable;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.CheckpointCodec;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Folds a journal once more and compares every command with the recorded one, byte for byte.
 *
 * <pre>
 *   commands ──▶ waiting, per zone ───────┐
 *                                         ▼ the one that names this fact
 *   journal ──▶ does it follow? ──▶ fold, compare ──▶ next fact, or the first difference
 * </pre>
 *
 * <p>All commands are handed in before the first fact, and were read before the journal: then every
 * recorded command has its cause in the journal, while the last facts of a running cluster may give
 * commands that are not recorded yet. Those are pending, and no difference unless more than {@link
 * #PENDING_OBSERVATIONS_MAX} observations of the zone follow: who decides also observes, so that
 * many observations without the decision were not written by a cluster that is only late. Only the
 * commands wait in memory; the journal passes through.
 */
public final class Audit {
  /** How many observations may follow a fact whose command is not recorded; one comes a second. */
  public static final int PENDING_OBSERVATIONS_MAX = 30;

  /**
   * Where a zone's audit starts.
   *
   * @param state the zone's state there
   * @param offset journal offset of the last fact in that state; -1: before the first
   */
  public record Start(ZoneState state, long offset) {
    static Start ofNothing(ZoneId zone) {
      return new Start(ZoneState.unknown(zone), -1);
    }
  }

  private final Map<ZoneId, Start> starts;
  private final Map<ZoneId, ZoneAudit> zones = new TreeMap<>();

  /** Per partition of the commands what is no command of any zone. */
  private final Map<Integer, Unreadable> nobodys = new TreeMap<>();

  /** Per partition the journal offset of the last fact of which a command came. */
  private final Map<Integer, Long> decided = new HashMap<>();

  /** Per partition the offset of the first record of the journal. */
  private final Map<Integer, Long> first = new HashMap<>();

  /** Per partition whether checkpoints may be missing before the first that is read. */
  private final Map<Integer, Boolean> cutCheckpoints = new HashMap<>();

  private final Tally tally = new Tally();
  private Optional<Verdict> end = Optional.empty();

  private Audit(Map<ZoneId, Start> starts) {
    this.starts = Map.copyOf(starts);
  }

  /** An audit of whole histories. */
  public static Audit fromTheBeginning() {
    return new Audit(Map.of());
  }

  /** An audit that goes on from known states; zones without one start at their beginning. */
  public static Audit from(Map<ZoneId, Start> starts) {
    return new Audit(starts);
  }

  /**
   * Audits a whole history.
   *
   * @param complete whether nothing can be pending: the last facts were decided on
   */
  public static Verdict of(History history, boolean complete) {
    return fromTheBeginning().run(history, Passage.ALL, complete);
  }

  /**
   * Where an audit of what came after a moment starts: every zone as it follows from what is
   * recorded before. Empty: there was nothing yet, or a fact that this release does not know, so
   * that it has to start at the beginning.
   */
  public static Map<ZoneId, Start> starts(History history, Instant time) {
    Map<ZoneId, Start> starts = new HashMap<>();
    if (Replay.at(history, time) instanceof Replay.Result.Moment moment) {
      moment
          .places()
          .forEach((zone, place) -> starts.put(zone, new Start(moment.zone(zone), place.offset())));
    }
    return starts;
  }

  /**
   * Runs it on a part of a history.
   *
   * @param complete whether nothing can be pending: the last facts were decided on
   */
  public Verdict run(History history, Passage part, boolean complete) {
    // Both ends are looked at before anything is read, however long that takes: what is decided
    // meanwhile is in neither.
    try (RecordSource checkpoints = history.checkpoints(part.since(part.from()));
        RecordSource commands = history.commands(part.since(part.from()));
        RecordSource journal = history.journal(part)) {
      boolean begun = part.from().isAfter(Instant.MIN);
      for (List<RawRecord> next = checkpoints.next(); !next.isEmpty(); next = checkpoints.next()) {
        next.forEach(raw -> checkpoint(raw, begun));
      }
      for (List<RawRecord> next = commands.next(); !next.isEmpty(); next = commands.next()) {
        next.forEach(this::command);
      }
      boolean goesOn = true;
      for (List<RawRecord> next = journal.next();
          goesOn && !next.isEmpty();
          next = goesOn ? journal.next() : List.of()) {
        for (RawRecord fact : next) {
          goesOn = goesOn && fact(fact);
        }
      }
    }
    return finish(complete);
  }

  /**
   * Takes in a record of the commands' topic, each partition in the order of its offsets.
   *
   * @throws IllegalStateException if a record of the journal was taken in before
   */
  public void command(RawRecord raw) {
    if (tally.records > 0) {
      throw new IllegalStateException("a command after a fact: expected all commands before");
    }
    switch (Recorded.of(raw)) {
      case Given given -> {
        ZoneAudit zone = zone(given.id().zone());
        if (zone.isBefore(given.id().offset())) {
          return;
        }
        zone.expect(given);
        decided.merge(raw.partition(), given.id().offset(), Math::max);
      }
      case Unreadable broken -> {
        if (JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId zone)) {
          zone(zone).standsIn(raw.partition());
          zone(zone).expect(broken);
        } else {
          nobodys.putIfAbsent(raw.partition(), broken);
        }
      }
    }
    tally.commands++;
  }

  /**
   * Takes in a record of the checkpoints' topic, each partition in the order of its offsets.
   *
   * @param begun whether what stands before the first one is left out
   * @throws IllegalStateException if a record of the journal was taken in before
   */
  public void checkpoint(RawRecord raw, boolean begun) {
    if (tally.records > 0) {
      throw new IllegalStateException("a checkpoint after a fact: expected all of them before");
    }
    if (JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId id)) {
      // Where the topic is cut off at its beginning, writers have begun before.
      boolean cut =
          cutCheckpoints.computeIfAbsent(raw.partition(), fresh -> begun || raw.offset() > 0);
      ZoneAudit zone = zone(id);
      zone.standsIn(raw.partition());
      long offset = CheckpointCodec.head(raw).map(head -> head.place().offset()).orElse(-1L);
      zone.expect(raw, offset, cut);
    }
  }

  /**
   * Takes in a record of the journal, each partition in the order of its offsets.
   *
   * @return whether the audit goes on; if not, {@link #finish} says why
   */
  public boolean fact(RawRecord raw) {
    if (end.isPresent()) {
      return false;
    }
    tally.records++;
    first.putIfAbsent(raw.partition(), raw.offset());
    switch (JournalReader.read(raw.key(), raw.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) -> judge(raw, event);
      case Decoded.UnknownType<FleetEvent>(String type) -> unknown(raw, type);
      // It never was a fact: deciding passed over it too.
      case Decoded.Malformed<FleetEvent> ignored -> tally.malformed++;
    }
    return end.isEmpty();
  }

  /**
   * The verdict, after the last record.
   *
   * @param complete whether nothing can be pending: the last facts were decided on
   */
  public Verdict finish(boolean complete) {
    nobodys.forEach((partition, broken) ->
        end(Fault.unreadable(broken.offset(), broken.text(), broken.problem()), partition));
    for (ZoneAudit zone : zones.values()) {
      zone.end(complete).ifPresent(fault -> end(fault, zone.partition()));
    }
    // A checkpoint is no evidence: what is wrong with one is told where nothing else is wrong.
    for (ZoneAudit zone : zones.values()) {
      zone.endOfCheckpoints(first.getOrDefault(zone.partition(), Long.MAX_VALUE))
          .ifPresent(fault -> end(fault, zone.partition()));
    }
    return end.orElseGet(this::atTheEnd);
  }

  private Verdict atTheEnd() {
    List<Verdict.Stop> stops =
        zones.values().stream().flatMap(zone -> zone.stop().stream()).toList();
    return stops.isEmpty()
        ? new Verdict.Verified(tally.counts())
        : new Verdict.Stopped(stops, tally.counts());
  }

  private void judge(RawRecord raw, FleetEvent event) {
    ZoneAudit zone = zone(event.zone());
    if (zone.isBefore(raw.offset())) {
      zone.pass(raw.headers());
      return;
    }
    zone.standsIn(raw.partition());
    boolean decidedBehind = decided.getOrDefault(raw.partition(), -1L) > raw.offset();
    zone.judge(new JournalRecord(raw.offset(), raw.time(), event), raw.headers(), decidedBehind)
        .ifPresent(fault -> end(fault, raw.partition()));
  }

  private void unknown(RawRecord raw, String type) {
    if (JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId id)) {
      ZoneAudit zone = zone(id);
      if (!zone.isBefore(raw.offset())) {
        zone.standsIn(raw.partition());
        zone.unknown(raw.offset(), type).ifPresent(fault -> end(fault, raw.partition()));
      }
    } else {
      tally.malformed++;
    }
  }

  /** Ends it with the first difference that is found. */
  private void end(Fault fault, int partition) {
    end =
        end.or(() ->
            Optional.of(
                new Verdict.Difference(
                    fault.kind(),
                    fault.zone(),
                    partition,
                    fault.offset(),
                    fault.cause(),
                    fault.expected(),
                    fault.found(),
                    fault.sentence(),
                    tally.counts())));
  }

  private ZoneAudit zone(ZoneId id) {
    return zones.computeIfAbsent(
        id, fresh -> new ZoneAudit(id, starts.getOrDefault(id, Start.ofNothing(id)), tally));
  }
}
