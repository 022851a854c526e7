package io.sluice.topology.project;

import io.sluice.schemas.event.FleetEvent;
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

  /** What a fact changes for the balancer, between the zone before it and after it. */
  public static List<MembershipChange> changes(Zone before, Zone after, FleetEvent fact) {
    if (before.declared() != after.declared()) {
      return changes(before, after);
    }
    return fact.step()
        .filter(id -> !member(after, id).equals(member(before, id)))
        .map(id -> List.of(new MembershipChange(id, member(after, id))))
        .orElse(List.of());
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
    return Addresses.isServer(server.address());
  }

  private static Member member(Server server, MemberState state) {
    return new Member(server.id(), server.address(), state, Member.WEIGHT_DEFAULT, server.since());
  }
}
