package io.sluice.provisioner.election;

import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Incarnation;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who takes part, as one of them sees it.
 *
 * @param self this monitor
 * @param incarnation this process of it
 * @param peers all others
 * @param takeover whether a monitor takes over from a leader with a lower id
 * @param timings how long things take
 */
public record Electorate(
    MonitorId self,
    Incarnation incarnation,
    SortedSet<MonitorId> peers,
    boolean takeover,
    ElectionTimings timings) {
  /** The highest one leads, also when it comes back, as in the origin. */
  public static final boolean TAKEOVER_DEFAULT = true;

  /**
   * Copies the peers.
   *
   * @throws IllegalArgumentException if this monitor is among its peers
   */
  public Electorate {
    if (peers.contains(self)) {
      throw new IllegalArgumentException(
          "monitor %s is among its peers %s: expected others only".formatted(self, peers));
    }
    peers = Collections.unmodifiableSortedSet(new TreeSet<>(peers));
  }

  /** The peers that would rather lead. */
  SortedSet<MonitorId> higher() {
    return peers.tailSet(self);
  }

  /** Whether this monitor would rather lead than that one. */
  boolean outranks(MonitorId leader) {
    return self.compareTo(leader) > 0;
  }
}
