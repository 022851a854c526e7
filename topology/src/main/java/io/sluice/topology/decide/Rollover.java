package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a zone comes from one template to another: a server of the new one is started beside the
 * others, and when it is ready, one of an earlier one is stopped; then the next.
 *
 * <pre>
 *   settled ──▶ one more starts ──▶ it is ready ──▶ an outdated one is stopped ──▶ it is gone
 *      ▲                                                                              │
 *      └──────────────────────── while any outdated one is left ──────────────────────┘
 * </pre>
 *
 * <p>The first one that is ready, the canary, serves beside all others until it is judged, or its
 * time is over; until then nothing more is started or stopped for the template's sake.
 *
 * <p>The number of servers that the zone is to have is not touched: the one that is too many for a
 * while is known to be, and every change of the number has its turn before the next step.
 */
final class Rollover {
  private Rollover() {}

  /**
   * The server of the new template that is on its way beside enough others, or watched: while it
   * is, the zone has one more than wanted, and it is not the one to go if the zone is to shrink.
   */
  static Optional<ServerId> heir(int target, Context context) {
    boolean underWay =
        target > 0
            && context.state().zone().rollout().isPresent()
            && context.census().live() > target
            && outdated(context).isPresent();
    return underWay
        ? arriving(context.state()).or(() -> watched(context).map(Server::id))
        : Optional.empty();
  }

  /** Whether all is as it is to be but for the template, so that the next server may be started. */
  static boolean due(int target, Context context) {
    Optional<Rollout> rollout = context.state().zone().rollout();
    return rollout.isPresent()
        && !rollout.get().failed()
        && watched(context).isEmpty()
        && context.fact() instanceof LoadObserved
        && target == context.desired()
        && settled(target, context.census())
        && !context.state().crashLoop().delays(context.time())
        && outdated(context).isPresent();
  }

  /** The canary while it is watched, or about to be taken back. */
  static Optional<Server> watched(Context context) {
    Zone zone = context.state().zone();
    return zone.rollout()
        .filter(rollout -> rollout.watches(zone, context.time()))
        .flatMap(ignored -> zone.canary())
        .filter(canary -> !context.state().stopping().contains(canary.id()));
  }

  private static boolean settled(int target, Census census) {
    return census.live() == target
        && census.unready() == 0
        && census.leaving() == 0
        && census.remains() == 0;
  }

  /** The first server of an earlier template that stays. */
  static Optional<Server> outdated(Context context) {
    ZoneState state = context.state();
    return state.zone().servers().values().stream()
        .filter(Server::live)
        .filter(state.zone()::outdated)
        .filter(server -> !state.stopping().contains(server.id()))
        .findFirst();
  }

  private static Optional<ServerId> arriving(ZoneState state) {
    Zone zone = state.zone();
    Stream<ServerId> starting =
        zone.in(ServerState.STARTING).filter(server -> !zone.outdated(server)).map(Server::id);
    return Stream.concat(starting, state.pending().keySet().stream())
        .filter(server -> !state.stopping().contains(server))
        .findFirst();
  }
}
