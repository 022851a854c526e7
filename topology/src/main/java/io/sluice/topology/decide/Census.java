package io.sluice.topology.decide;

import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * How many servers of a zone are what. It is kept with the state, so that a fact counts no more
 * than the server that it is about.
 *
 * @param live commanded to start, starting or ready, and not commanded to stop
 * @param ready those that are ready, also if commanded to stop
 * @param unready live ones that are not ready
 * @param leaving draining, or commanded to stop and not gone
 * @param remains dead and not yet commanded to be removed
 */
record Census(int live, int ready, int unready, int leaving, int remains) {
  /** There is nobody. */
  static final Census NONE = new Census(0, 0, 0, 0, 0);

  /** Counts them all: where a state is read, or made of another one's parts. */
  static Census of(Zone zone, SortedMap<ServerId, Pending> pending, SortedSet<ServerId> stopping) {
    Set<ServerId> all = new HashSet<>(zone.servers().keySet());
    all.addAll(pending.keySet());
    all.addAll(stopping);
    Census census = NONE;
    for (ServerId id : all) {
      census = census.plus(of(id, zone, pending, stopping));
    }
    return census;
  }

  static Census of(ZoneState state) {
    return state.census();
  }

  /** What one server counts. */
  static Census of(
      ServerId id, Zone zone, SortedMap<ServerId, Pending> pending, SortedSet<ServerId> stopping) {
    boolean stays = !stopping.contains(id);
    int unheard = stays && pending.containsKey(id) ? 1 : 0;
    int leaving = stays ? 0 : 1;
    Server server = zone.servers().get(id);
    if (server == null) {
      return new Census(unheard, 0, unheard, leaving, 0);
    }
    return switch (server.state()) {
      case STARTING ->
          stays
              ? new Census(unheard + 1, 0, unheard + 1, leaving, 0)
              : new Census(unheard, 0, unheard, leaving, 0);
      case READY -> new Census(unheard + (stays ? 1 : 0), 1, unheard, leaving, 0);
      case DRAINING -> new Census(unheard, 0, unheard, leaving + (stays ? 1 : 0), 0);
      case DEAD -> new Census(unheard, 0, unheard, leaving, stays ? 1 : 0);
    };
  }

  Census plus(Census other) {
    return new Census(
        live + other.live,
        ready + other.ready,
        unready + other.unready,
        leaving + other.leaving,
        remains + other.remains);
  }

  Census minus(Census other) {
    return new Census(
        live - other.live,
        ready - other.ready,
        unready - other.unready,
        leaving - other.leaving,
        remains - other.remains);
  }
}
