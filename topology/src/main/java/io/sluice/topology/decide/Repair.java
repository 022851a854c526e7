package io.sluice.topology.decide;

import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The difference between the servers that a zone has and the number that it is to have: what to
 * start, what to stop. It does not ask why they differ, so that growing, shrinking, replacing a
 * dead server and giving up one too many are the same step, and whatever a fault left behind is put
 * right by the next fact.
 *
 * @param start new ids
 * @param stop victims, and dead servers whose remains are to be removed
 * @param victims how many of {@code stop} are live
 */
record Repair(List<ServerId> start, List<ServerId> stop, int victims) {
  private static final Repair NOTHING = new Repair(List.of(), List.of(), 0);

  /** Not yet ready ones first, since nobody misses them; then the newest. */
  private static final Comparator<Victim> ORDER =
      Comparator.comparing(Victim::ready)
          .thenComparing(Victim::server, Comparator.comparingLong(ServerId::number).reversed());

  private record Victim(ServerId server, boolean ready) {}

  static Repair towards(int target, Context context) {
    Census census = context.census();
    ZoneState state = context.state();
    int lacking = target - census.live();
    boolean starts = lacking > 0 && !state.crashLoop().delays(state.time());
    if (!starts && lacking >= 0 && census.remains() == 0) {
      return NOTHING;
    }
    List<ServerId> stop = new ArrayList<>();
    addRemains(stop, state);
    addVictims(stop, state, -lacking);
    Collections.sort(stop);
    return new Repair(starts ? numbered(state, lacking) : List.of(), stop, Math.max(0, -lacking));
  }

  private static List<ServerId> numbered(ZoneState state, int count) {
    List<ServerId> start = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      start.add(state.zone().id().server(state.nextNumber() + i));
    }
    return start;
  }

  private static void addRemains(List<ServerId> stop, ZoneState state) {
    for (Server server : state.zone().servers().values()) {
      if (server.state() == ServerState.DEAD && !state.stopping().contains(server.id())) {
        stop.add(server.id());
      }
    }
  }

  private static void addVictims(List<ServerId> stop, ZoneState state, int count) {
    if (count <= 0) {
      return;
    }
    List<Victim> candidates = new ArrayList<>();
    state.pending().keySet().forEach(id -> candidates.add(new Victim(id, false)));
    for (Server server : state.zone().servers().values()) {
      if (server.live()) {
        candidates.add(new Victim(server.id(), server.state() == ServerState.READY));
      }
    }
    candidates.removeIf(candidate -> state.stopping().contains(candidate.server()));
    candidates.sort(ORDER);
    candidates.subList(0, count).forEach(victim -> stop.add(victim.server()));
  }
}
