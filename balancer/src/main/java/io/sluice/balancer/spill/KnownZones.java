package io.sluice.balancer.spill;

import io.sluice.schemas.id.ZoneId;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which zones there are, as one look after the other says. A new one counts at once; one that is
 * gone counts until it was missed {@value #MISSED_MAX} times in a row, since a broker that has just
 * started may not know all topics yet.
 *
 * @param missed how often in a row each was missed
 */
public record KnownZones(SortedMap<ZoneId, Integer> missed) {
  /** After so many looks in vain a zone is gone. */
  public static final int MISSED_MAX = 3;

  /** None. */
  public static final KnownZones NONE = new KnownZones(Collections.emptySortedMap());

  /** Copies the map. */
  public KnownZones {
    missed = Collections.unmodifiableSortedMap(new TreeMap<>(missed));
  }

  /** These zones, none of them missed. */
  public static KnownZones of(Set<ZoneId> zones) {
    return NONE.seen(zones);
  }

  /** What is known after one more look, which found these. */
  public KnownZones seen(Set<ZoneId> found) {
    SortedMap<ZoneId, Integer> next = new TreeMap<>();
    missed.forEach((zone, times) -> {
      if (times + 1 < MISSED_MAX) {
        next.put(zone, times + 1);
      }
    });
    found.forEach(zone -> next.put(zone, 0));
    return new KnownZones(next);
  }

  /** The zones that count. */
  public SortedSet<ZoneId> zones() {
    return new TreeSet<>(missed.keySet());
  }
}
