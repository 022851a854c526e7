package io.sluice.topology.audit;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.audit.Recorded.Unreadable;
import io.sluice.topology.audit.Verdict.Kind;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Folds a journal once more and compares every command with the recorded one, byte for byte.
 *
 * <pre>
 *   commands ──▶ waiting, per partition ──┐
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
  private final Map<Integer, Lane> lanes = new TreeMap<>();
  private final Map<ZoneId, ZoneAudit> zones = new HashMap<>();
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
    Audit audit = fromTheBeginning();
    try (RecordSource commands = history.commands()) {
      for (List<RawRecord> next = commands.next(); !next.isEmpty(); next = commands.next()) {
        next.forEach(audit::command);
      }
    }
    try (RecordSource journal = history.journal()) {
      boolean goesOn = true;
      for (List<RawRecord> next = journal.next();
          goesOn && !next.isEmpty();
          next = goesOn ? journal.next() : List.of()) {
        for (RawRecord fact : next) {
          goesOn = goesOn && audit.fact(fact);
        }
      }
    }
    return audit.finish(complete);
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
    Recorded recorded = Recorded.of(raw);
    if (recorded instanceof Given given) {
      ZoneAudit zone = zone(given.id().zone());
      if (zone.isBefore(given.id().offset())) {
        return;
      }
      zone.expect(given);
    }
    tally.commands++;
    lane(raw.partition()).add(recorded);
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
    switch (JournalReader.read(raw.key(), raw.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) -> judge(raw, event);
      case Decoded.UnknownType<FleetEvent>(String type) ->
          end =
              Optional.of(
                  new Verdict.UnknownFact(type, raw.partition(), raw.offset(), tally.counts()));
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
    lanes.forEach((partition, lane) -> {
      if (end.isEmpty()) {
        leftover(lane, Long.MAX_VALUE).ifPresent(fault -> end(fault, partition));
      }
    });
    if (end.isEmpty() && complete) {
      zones.forEach((id, zone) ->
          zone.pending()
              .filter(ignored -> end.isEmpty())
              .ifPresent(fault -> end(fault, zone.partition())));
    }
    return end.orElseGet(() -> new Verdict.Verified(tally.counts()));
  }

  private void judge(RawRecord raw, FleetEvent event) {
    ZoneAudit zone = zone(event.zone());
    if (zone.isBefore(raw.offset())) {
      zone.pass(raw.headers());
      return;
    }
    Lane lane = lane(raw.partition());
    JournalRecord entry = new JournalRecord(raw.offset(), raw.time(), event);
    zone.standsIn(raw.partition());
    Optional<Fault> left = leftover(lane, raw.offset());
    left.ifPresent(fault -> end(fault, raw.partition()));
    if (left.isEmpty()) {
      zone.judge(entry, raw.headers(), lane).ifPresent(fault -> end(fault, raw.partition()));
    }
  }

  /** What is wrong with the partition's next command, when the journal has come to this offset. */
  private static Optional<Fault> leftover(Lane lane, long offset) {
    return lane.head()
        .flatMap(head ->
            switch (head) {
              case Unreadable(var own, var text, var problem) ->
                  Optional.of(unreadable(own, text, problem));
              case Given given when given.id().offset() < offset ->
                  Optional.of(withoutFact(given, lane));
              case Given ignored -> Optional.empty();
            });
  }

  private static Fault unreadable(long offset, String text, String problem) {
    return new Fault(
        Kind.MALFORMED,
        Optional.empty(),
        offset,
        Optional.empty(),
        Optional.empty(),
        Optional.of(text),
        Sentence.of(
            "the command at offset %d of its partition can't be read: %s", offset, problem));
  }

  private static Fault withoutFact(Given given, Lane lane) {
    CommandId id = given.id();
    boolean behind = lane.lastTaken().filter(last -> last.offset() >= id.offset()).isPresent();
    String sentence =
        behind
            ? "command %s stands behind one that was given later: it is there twice, or was put in"
            : "command %s is recorded, but the journal has no fact of its zone there";
    return new Fault(
        behind ? Kind.REPEATED : Kind.CAUSE_MISSING,
        Optional.of(id.zone()),
        id.offset(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(Texts.of(given.value())),
        Sentence.of(sentence, id));
  }

  private void end(Fault fault, int partition) {
    end =
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
                tally.counts()));
  }

  private Lane lane(int partition) {
    return lanes.computeIfAbsent(partition, fresh -> new Lane());
  }

  private ZoneAudit zone(ZoneId id) {
    return zones.computeIfAbsent(
        id, fresh -> new ZoneAudit(starts.getOrDefault(id, Start.ofNothing(id)), tally));
  }
}
