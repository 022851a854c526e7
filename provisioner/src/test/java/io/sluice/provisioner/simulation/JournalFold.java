package io.sluice.provisioner.simulation;

import io.sluice.provisioner.plan.JournalState;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** What the journal's committed records add up to, read beside all leaders. */
final class JournalFold {
  private final History history;
  private final Sights sights;
  private final Truth truth;
  private final LongSupplier now;
  private final Map<Integer, Long> positions = new HashMap<>();
  private final Map<Integer, JournalState.Mark> marks = new HashMap<>();
  private List<Log<FleetEvent>> journal = List.of();
  private Fleet fleet = Fleet.EMPTY;

  JournalFold(History history, Sights sights, Truth truth, LongSupplier now) {
    this.history = history;
    this.sights = sights;
    this.truth = truth;
    this.now = now;
  }

  void watch(SimulatedBroker broker) {
    journal = broker.journal();
  }

  Fleet fleet() {
    return fleet;
  }

  /** Reads what was committed since. */
  void goOn() {
    for (int partition = 0; partition < journal.size(); partition++) {
      var batch = journal.get(partition).read(at(partition), Integer.MAX_VALUE);
      batch.entries().forEach(this::take);
      positions.put(partition, batch.next());
      if (!batch.entries().isEmpty()) {
        Log.Entry<FleetEvent> last = batch.entries().getLast();
        marks.put(partition, new JournalState.Mark(last.offset(), last.time()));
      }
    }
  }

  /** The last fact that it has read of each partition. */
  SortedMap<Integer, JournalState.Mark> marks() {
    return new TreeMap<>(marks);
  }

  private long at(int partition) {
    return positions.getOrDefault(partition, 0L);
  }

  private void take(Log.Entry<FleetEvent> entry) {
    FleetEvent fact = entry.value().orElseThrow();
    boolean stranger = entry.transaction().author().equals(Author.STRANGER);
    if (stranger) {
      history.claim(fact);
    }
    if (fact instanceof ConditionRaised raised) {
      raised(entry.transaction().author(), now.getAsLong(), raised);
    }
    if (!history.confirms(fact)) {
      throw new Invariant.Broken(Invariant.TRUE_FACTS, fact + " did not happen");
    }
    if (history.isHasty(fact, now.getAsLong())) {
      throw new Invariant.Broken(
          Invariant.ENDS_EXPLAINED, fact + " is recorded before its fleet could say how");
    }
    boolean mustFit =
        fact instanceof ServerStarted
            || fact instanceof ServerStopped
            || fact instanceof LeaderElected
            || fact instanceof PolicyChanged
            || fact instanceof TemplateChanged;
    if (mustFit && !stranger) {
      fleet
          .zone(fact.zone())
          .objection(fact)
          .ifPresent(objection -> {
            throw new Invariant.Broken(Invariant.EXACTLY_ONCE, fact + ": " + objection);
          });
    }
    Zone before = fleet.zone(fact.zone());
    fleet = fleet.apply(new JournalRecord(entry.offset(), entry.time(), fact));
    see(before, fleet.zone(fact.zone()), fact);
  }

  private void raised(Author author, long time, ConditionRaised raised) {
    if (raised.condition().kind().equals(ConditionKind.RECORD_FAILED)) {
      throw new Invariant.Broken(Invariant.NO_ERROR, raised.condition().what());
    }
    sights.saw(Sight.CONDITION_RAISED);
    truth
        .objection(author, raised.zone(), raised.condition(), time)
        .ifPresent(objection -> {
          throw new Invariant.Broken(Invariant.TRUE_CONDITIONS, objection);
        });
  }

  /** As far as it has read. */
  Map<Integer, Long> positions() {
    return Map.copyOf(positions);
  }

  private void see(Zone before, Zone after, FleetEvent fact) {
    if (before.rollout().isPresent() && fact instanceof LeaderElected) {
      sights.saw(Sight.ELECTED_WHILE_ROLLING);
    }
    if (fact instanceof CanaryJudged judged && after.rollout().isPresent()) {
      switch (judged.verdict()) {
        case AS_GOOD -> sights.saw(Sight.CANARY_AS_GOOD);
        case WORSE -> sights.saw(Sight.CANARY_WORSE);
        case UNPROVEN -> {}
      }
    }
    if (fact instanceof TemplateChanged changed && changed.reason().isPresent()) {
      sights.saw(Sight.ROLLED_BACK);
    } else if (before.rollout().isPresent()
        && after.rollout().isEmpty()
        && before.templateRevision() == after.templateRevision()) {
      sights.saw(Sight.ROLLED_OVER);
    }
  }

  /** What the records before these offsets add up to. */
  Fleet until(Map<Integer, Long> ends) {
    if (ends.equals(positions)) {
      return fleet;
    }
    Fleet past = Fleet.EMPTY;
    for (int partition = 0; partition < journal.size(); partition++) {
      long end = ends.getOrDefault(partition, 0L);
      for (var entry : journal.get(partition).read(0, Integer.MAX_VALUE).entries()) {
        if (entry.offset() < end) {
          past =
              past.apply(
                  new JournalRecord(entry.offset(), entry.time(), entry.value().orElseThrow()));
        }
      }
    }
    return past;
  }
}
