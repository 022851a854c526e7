package io.sluice.balancer.proxy;

import io.sluice.schemas.id.ZoneId;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The tallies of all zones that there ever were; shared by the loops. */
final class ZoneTallies {
  private final ConcurrentHashMap<ZoneId, ZoneTally> tallies = new ConcurrentHashMap<>();

  ZoneTally of(ZoneId zone) {
    return tallies.computeIfAbsent(zone, _ -> new ZoneTally());
  }

  SortedMap<ZoneId, ZoneTraffic> read() {
    SortedMap<ZoneId, ZoneTraffic> all = new TreeMap<>();
    tallies.forEach((zone, tally) -> all.put(zone, tally.read()));
    return all;
  }
}
