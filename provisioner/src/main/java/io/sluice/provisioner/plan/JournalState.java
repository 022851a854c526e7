package io.sluice.provisioner.plan;

import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the journal says up to some place, as far as a leader needs to know it.
 *
 * @param fleet the zones and their servers
 * @param settled the servers of which it was ever told what came of their start
 * @param marks the last fact of each partition that was worked in
 */
public record JournalState(Fleet fleet, SettledStarts settled, SortedMap<Integer, Mark> marks) {
  /** Before the first fact. */
  public static final JournalState EMPTY = new JournalState(Fleet.EMPTY, SettledStarts.NONE);

  /** Makes the map unmodifiable. */
  public JournalState {
    marks = Collections.unmodifiableSortedMap(marks);
  }

  /** One of which it is not known where its facts stand. */
  public JournalState(Fleet fleet, SettledStarts settled) {
    this(fleet, settled, Collections.emptySortedMap());
  }

  /**
   * Where a fact stands.
   *
   * @param offset in its partition
   * @param at when the broker took it
   */
  public record Mark(long offset, Instant at) {
    /** Where this fact stands. */
    public static Mark of(JournalRecord entry) {
      return new Mark(entry.offset(), entry.time());
    }
  }

  /** The state after the fact. */
  public JournalState apply(JournalRecord entry) {
    return new JournalState(fleet.apply(entry), settled.after(entry.event()), marks);
  }

  /** The state after a fact that was read from this partition. */
  public JournalState read(int partition, JournalRecord entry) {
    SortedMap<Integer, Mark> next = new TreeMap<>(marks);
    next.put(partition, Mark.of(entry));
    return new JournalState(fleet.apply(entry), settled.after(entry.event()), next);
  }

  /** The same with one zone as the other knows it. */
  JournalState with(ZoneId zone, JournalState other) {
    SortedMap<ZoneId, Zone> zones = new TreeMap<>(fleet.zones());
    zones.put(zone, other.fleet.zone(zone));
    return new JournalState(new Fleet(zones), settled.with(zone, other.settled), marks);
  }
}
