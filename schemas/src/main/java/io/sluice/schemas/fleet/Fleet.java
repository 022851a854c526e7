package io.sluice.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All zones as the journal tells them.
 *
 * @param zones the zones by name
 */
public record Fleet(@JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<ZoneId, Zone> zones) {
  /** Before the first fact. */
  public static final Fleet EMPTY = new Fleet(Collections.emptySortedMap());

  /** How many terms may have left no trace in the journal; none does, as long as it is whole. */
  private static final long EPOCHS_MAX = 1_000_000;

  /** Makes the map unmodifiable; callers hand over a map that nobody changes. */
  public Fleet {
    zones = Collections.unmodifiableSortedMap(zones);
  }

  /**
   * The fleet after the fact. Facts of one zone must come in the journal's order; one that can't
   * follow the ones before changes nothing.
   */
  public Fleet apply(JournalRecord entry) {
    if (objection(entry.event()).isPresent()) {
      return this;
    }
    ZoneId id = entry.event().zone();
    Zone before = zone(id);
    Zone after = before.apply(entry);
    if (after.equals(before) && zones.containsKey(id)) {
      return this;
    }
    SortedMap<ZoneId, Zone> next = new TreeMap<>(zones);
    next.put(id, after);
    return new Fleet(next);
  }

  /**
   * Why the fact can't follow the ones before, whatever its zone says; empty if it can. Each leader
   * counts on from the highest epoch of all zones: one out of all proportion was made up, and must
   * not use up the numbers of the leaders to come.
   */
  public Optional<String> objection(FleetEvent event) {
    return event instanceof LeaderElected won && won.epoch().value() - epoch().value() > EPOCHS_MAX
        ? Optional.of(
            Sentence.of(
                "epoch %s of zone %s: expected no more than %d above %s, the last one",
                won.epoch(), won.zone(), EPOCHS_MAX, epoch()))
        : Optional.empty();
  }

  /** The zone; an unknown one if no fact named it yet. */
  public Zone zone(ZoneId id) {
    Zone zone = zones.get(id);
    return zone == null ? Zone.unknown(id) : zone;
  }

  /** The server, if the journal knows it. */
  public Optional<Server> server(ServerId id) {
    return Optional.ofNullable(zone(id.zone()).servers().get(id));
  }

  /** Who leads: the monitor with the highest epoch that any zone's history names. */
  public Optional<Leader> leader() {
    return zones.values().stream()
        .flatMap(zone -> zone.leader().stream())
        .max(Comparator.comparing(Leader::epoch));
  }

  /** The epoch of the last election. */
  public Epoch epoch() {
    return leader().map(Leader::epoch).orElse(Epoch.NONE);
  }
}
