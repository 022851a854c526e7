package io.sluice.topology.project;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.member.MemberState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The servers of a zone as its balancer may know them: ready and draining ones. Those that are
 * starting are not yet any of its business, dead ones no longer. A zone has no members before it is
 * declared, since its topic may not exist yet.
 */
public final class Membership {
  private Membership() {}

  /** Whether a fact can change what the balancer is to know. */
  public static boolean concerns(FleetEvent event) {
    return switch (event) {
      case ZoneDeclared ignored -> true;
      case ServerStarted ignored -> true;
      case ServerReady ignored -> true;
      case ServerReported ignored -> true;
      case ServerExited ignored -> true;
      case ServerDraining ignored -> true;
      case ServerStopped ignored -> true;
      case CommandFailed ignored -> true;
      case PolicyChanged ignored -> false;
      case TemplateChanged ignored -> false;
      case LoadObserved ignored -> false;
      case ServerDrained ignored -> false;
      case ManualScaleRequested ignored -> false;
      case ScalingPaused ignored -> false;
      case ScalingResumed ignored -> false;
      case BalancerStarted ignored -> false;
      case BalancerLost ignored -> false;
      case RequestsWaiting ignored -> false;
      case ConditionRaised ignored -> false;
      case ConditionCleared ignored -> false;
      case LeaderElected ignored -> false;
    };
  }

  /** What changes for the balancer between two states of one zone, in the order of the servers. */
  public static List<MembershipChange> changes(Zone before, Zone after) {
    List<MembershipChange> changes = new ArrayList<>();
    for (ServerId id : before.servers().keySet()) {
      if (!after.servers().containsKey(id) && member(before, id).isPresent()) {
        changes.add(new MembershipChange(id, Optional.empty()));
      }
    }
    for (ServerId id : after.servers().keySet()) {
      Optional<Member> was = member(before, id);
      Optional<Member> is = member(after, id);
      if (!is.equals(was)) {
        changes.add(new MembershipChange(id, is));
      }
    }
    return changes;
  }

  private static Optional<Member> member(Zone zone, ServerId id) {
    Server server = zone.servers().get(id);
    if (server == null || !zone.declared() || !reachable(server)) {
      return Optional.empty();
    }
    return switch (server.state()) {
      case READY -> Optional.of(member(server, MemberState.READY));
      case DRAINING -> Optional.of(member(server, MemberState.DRAINING));
      case STARTING, DEAD -> Optional.empty();
    };
  }

  /** A server whose address nobody could use is nobody's to send requests to. */
  private static boolean reachable(Server server) {
    return Addresses.isHostAndPort(server.address());
  }

  private static Member member(Server server, MemberState state) {
    return new Member(server.id(), server.address(), state, Member.WEIGHT_DEFAULT, server.since());
  }
}
