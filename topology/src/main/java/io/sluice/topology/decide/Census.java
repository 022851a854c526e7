package io.sluice.topology.decide;

import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import java.util.SortedSet;

/**
 * How many servers of a zone are what, counted in one pass.
 *
 * @param live commanded to start, starting or ready, and not commanded to stop
 * @param ready those that are ready, also if commanded to stop
 * @param unready live ones that are not ready
 * @param leaving draining, or commanded to stop and not gone
 * @param remains dead and not yet commanded to be removed
 */
record Census(int live, int ready, int unready, int leaving, int remains) {
  static Census of(ZoneState state) {
    SortedSet<ServerId> stopping = state.stopping();
    int unready = unheard(state);
    int live = unready;
    int ready = 0;
    int leaving = stopping.size();
    int remains = 0;
    for (Server server : state.zone().servers().values()) {
      boolean stays = stopping.isEmpty() || !stopping.contains(server.id());
      ready += server.state() == ServerState.READY ? 1 : 0;
      if (stays) {
        switch (server.state()) {
          case STARTING -> {
            live++;
            unready++;
          }
          case READY -> live++;
          case DRAINING -> leaving++;
          case DEAD -> remains++;
        }
      }
    }
    return new Census(live, ready, unready, leaving, remains);
  }

  private static int unheard(ZoneState state) {
    int unheard = 0;
    for (ServerId server : state.pending().keySet()) {
      unheard += state.stopping().contains(server) ? 0 : 1;
    }
    return unheard;
  }
}
