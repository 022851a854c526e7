package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence.Backoff;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The difference between the servers that a zone has and the number that it is to have: what to
 * start, what to stop. It does not ask why they differ, so that growing, shrinking, replacing a
 * dead server and giving up one too many are the same step, and whatever a fault left behind is put
 * right by the next fact.
 *
 * @param start new ids
 * @param stop victims, and dead servers whose remains are to be removed
 * @param victims how many of {@code stop} are live
 * @param backoff the starts that have to wait
 */
record Repair(List<ServerId> start, List<ServerId> stop, int victims, Optional<Backoff> backoff) {
  /** All is as it is to be. */
  static final Repair NOTHING = new Repair(List.of(), List.of(), 0, Optional.empty());

  private record Victim(ServerId server, boolean current, boolean ready, int rank) {}

  static Repair towards(int target, Context context) {
    Census census = context.census();
    ZoneState state = context.state();
    Optional<ServerId> heir = Rollover.heir(target, context);
    int lacking = target + (heir.isPresent() ? 1 : 0) - census.live();
    if (lacking == 0 && Rollover.due(target, context)) {
      return new Repair(numbered(state, 1), List.of(), 0, Optional.empty());
    }
    boolean waits = lacking > 0 && state.crashLoop().delays(state.time());
    boolean starts = lacking > 0 && !waits;
    if (!starts && !waits && lacking >= 0 && census.remains() == 0) {
      return NOTHING;
    }
    List<ServerId> stop = new ArrayList<>();
    if (census.remains() > 0) {
      addRemains(stop, state);
    }
    addVictims(stop, state, heir, -lacking);
    Collections.sort(stop);
    return new Repair(
        starts ? numbered(state, lacking) : List.of(),
        stop.size() <= Decide.SERVERS_AT_ONCE
            ? stop
            : List.copyOf(stop.subList(0, Decide.SERVERS_AT_ONCE)),
        Math.max(0, -lacking),
        waits ? Optional.of(backoff(state.crashLoop(), lacking)) : Optional.empty());
  }

  private static Backoff backoff(CrashLoop row, int lacking) {
    return new Backoff(lacking, row.failures(), row.notBefore());
  }

  private static List<ServerId> numbered(ZoneState state, int count) {
    int most = Math.min(count, Decide.SERVERS_AT_ONCE);
    List<ServerId> start = new ArrayList<>(most);
    for (int i = 0; i < most; i++) {
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

  private static void addVictims(
      List<ServerId> stop, ZoneState state, Optional<ServerId> heir, int count) {
    if (count <= 0) {
      return;
    }
    ZonePolicy policy = state.zone().policy();
    Map<ServerId, Integer> ranks = ranks(state);
    List<Victim> candidates = new ArrayList<>();
    state.pending().keySet().forEach(id -> candidates.add(new Victim(id, true, false, 0)));
    for (Server server : state.zone().servers().values()) {
      if (server.live()) {
        int rank = ranks.getOrDefault(server.id(), Integer.MAX_VALUE);
        boolean current = !state.zone().outdated(server);
        candidates.add(new Victim(server.id(), current, server.state() == ServerState.READY, rank));
      }
    }
    candidates.removeIf(candidate -> state.stopping().contains(candidate.server()));
    heir.ifPresent(kept -> candidates.removeIf(candidate -> candidate.server().equals(kept)));
    candidates.sort(order(policy.victims()));
    candidates.subList(0, count).forEach(victim -> stop.add(victim.server()));
  }

  /**
   * Those not yet ready first, since nobody misses them; then those of an earlier template; then as
   * the policy says.
   */
  private static Comparator<Victim> order(Victims victims) {
    Comparator<Victim> readyLast =
        Comparator.comparing(Victim::ready).thenComparing(Victim::current);
    Comparator<Victim> oldest = Comparator.comparingLong(victim -> victim.server().number());
    return switch (victims) {
      case NEWEST -> readyLast.thenComparing(oldest.reversed());
      case OLDEST -> readyLast.thenComparing(oldest);
      case LEAST_LOADED ->
          readyLast.thenComparingInt(Victim::rank).thenComparing(oldest.reversed());
    };
  }

  /** The place of each of the least loaded servers by the last observation, from 0. */
  private static Map<ServerId, Integer> ranks(ZoneState state) {
    List<ServerId> idlest = state.zone().load().map(LoadObserved::idlest).orElse(List.of());
    Map<ServerId, Integer> ranks = new HashMap<>();
    for (int i = 0; i < idlest.size(); i++) {
      ranks.put(idlest.get(i), i);
    }
    return ranks;
  }
}
