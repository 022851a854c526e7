package io.sluice.provisioner.plan;

import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the journal says up to some place, as far as a leader needs to know it.
 *
 * @param fleet the zones and their servers
 * @param settled the servers of which it was ever told what came of their start
 */
public record JournalState(Fleet fleet, SettledStarts settled) {
  /** Before the first fact. */
  public static final JournalState EMPTY = new JournalState(Fleet.EMPTY, SettledStarts.NONE);

  /** The state after the fact. */
  public JournalState apply(JournalRecord entry) {
    return new JournalState(fleet.apply(entry), settled.after(entry.event()));
  }

  /** The same with one zone as the other knows it. */
  JournalState with(ZoneId zone, JournalState other) {
    SortedMap<ZoneId, Zone> zones = new TreeMap<>(fleet.zones());
    zones.put(zone, other.fleet.zone(zone));
    return new JournalState(new Fleet(zones), settled.with(zone, other.settled));
  }
}
