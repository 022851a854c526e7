package io.sluice.provisioner.api;

import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a monitor is by its configuration, and what it decides.
 *
 * @param id which one
 * @param monitors where each monitor of its cluster answers, itself included
 * @param decides the zones that its share of the topology decides for at the moment; of none while
 *     it has no share
 */
public record MonitorSelf(
    MonitorId id, SortedMap<MonitorId, URI> monitors, Supplier<List<DecidedZone>> decides) {
  /** Copies the map. */
  public MonitorSelf {
    monitors = Collections.unmodifiableSortedMap(new TreeMap<>(monitors));
  }

  /** The monitor at this address, among these others. */
  public static MonitorSelf among(
      MonitorId id, URI url, SortedMap<MonitorId, URI> peers, Supplier<List<DecidedZone>> decides) {
    SortedMap<MonitorId, URI> all = new TreeMap<>(peers);
    all.put(id, url);
    return new MonitorSelf(id, all, decides);
  }
}
