package io.sluice.provisioner.plan;

import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.fleet.ZoneCondition;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The troubles that the leader tells of a zone: each is told once when it begins and once when it
 * is over, whichever leader that is.
 */
final class Conditions {
  private static final String ZONE_MEND =
      "Add the zone to this monitor's configuration and restart it, or let a monitor lead that has"
          + " it.";
  private static final String FLEET_MEND =
      "Nothing is concluded about its servers meanwhile; it ends when the fleet answers again.";
  private static final String STUCK_MEND =
      "Look at what runs it: it is tried again with growing pauses until it is gone.";
  private static final String BALANCER_MEND =
      "See to balancerAdmin of the zone in the monitors' configuration: expected the orders' address"
          + " of a balancer of this zone.";
  private static final String LOAD_MEND =
      "See to the source, or to the zone's loads in the monitors' configuration: expected an answer of"
          + " one number. The last figure holds for its time; from then on it is missing, and rules that"
          + " go by it change nothing.";
  private static final String RECORD_MEND =
      "A release that can work it in; it ends when a leader has read the journal without trouble.";

  private static final String SECRET_MEND =
      "Of one that there is not: sluice secret set NAME. Of one that can't be unsealed: put the file of"
          + " keys back that secrets.keys of every monitor names, or set the secret anew with sluice"
          + " secret rotate NAME. It ends with the next server that is started.";

  private static final String NAME_MEND =
      "Call one of the two clusters otherwise (docker.cluster or swarm.cluster, before it has servers),"
          + " or its zone; what is nobody's can be renamed or removed. It ends with the next server"
          + " that is started.";

  private Conditions() {}

  static void notConfigured(Step step, Zone zone) {
    raise(
        step,
        zone.id(),
        new Condition(
            ConditionKind.ZONE_NOT_CONFIGURED,
            Optional.empty(),
            "%s is declared by the journal, and not in the configuration of the monitor that leads,"
                    .formatted(zone.id())
                + " which leaves its servers and commands alone",
            Optional.empty(),
            ZONE_MEND));
  }

  static void unreachable(Step step, ZoneId zone, String what) {
    raise(
        step,
        zone,
        new Condition(
            ConditionKind.FLEET_UNREACHABLE, Optional.empty(), what, Optional.empty(), FLEET_MEND));
  }

  static void foreignBalancer(Step step, ZoneId zone, String what) {
    raise(
        step,
        zone,
        new Condition(
            ConditionKind.FOREIGN_BALANCER,
            Optional.empty(),
            "the zone has no balancer: " + what,
            Optional.empty(),
            BALANCER_MEND));
  }

  /** Figures that were asked for did not come; told again when it is about others, or otherwise. */
  static void loadUnknown(Step step, ZoneId id, String what) {
    Condition condition =
        new Condition(
            ConditionKind.LOAD_UNKNOWN, Optional.empty(), what, Optional.empty(), LOAD_MEND);
    boolean known =
        step.view().zone(id).conditions().stream()
            .anyMatch(one -> one.condition().equals(condition));
    if (!known) {
      step.draft().warn("%s: %s".formatted(id, what));
      step.tell(new ConditionRaised(id, step.now(), condition));
    }
  }

  static void secretUnavailable(Step step, ZoneId zone, String what) {
    raise(
        step,
        zone,
        new Condition(
            ConditionKind.SECRET_UNAVAILABLE,
            Optional.empty(),
            "no server is started: " + what,
            Optional.empty(),
            SECRET_MEND));
  }

  static void nameTaken(Step step, ZoneId zone, String what) {
    raise(
        step,
        zone,
        new Condition(
            ConditionKind.NAME_TAKEN,
            Optional.empty(),
            "a server can't be started: " + what,
            Optional.empty(),
            NAME_MEND));
  }

  static void stuck(Step step, ServerId server, String reason) {
    raise(
        step,
        server.zone(),
        new Condition(
            ConditionKind.SERVER_STUCK,
            Optional.of(server),
            "server %s can't be removed: %s".formatted(server, reason),
            Optional.empty(),
            STUCK_MEND));
  }

  /**
   * Something of the zone could not be worked in.
   *
   * @param offset the place of the fact in the journal, if it is one
   */
  static void failed(
      Step step, ZoneId zone, Optional<ServerId> server, Optional<Long> offset, String what) {
    if (!known(step.view().zone(zone), ConditionKind.RECORD_FAILED, server)) {
      step.draft().warn("%s: %s".formatted(zone, what));
    }
    raise(
        step,
        zone,
        new Condition(
            ConditionKind.RECORD_FAILED, server, Step.sentence(what), offset, RECORD_MEND));
  }

  static void clear(Step step, ZoneId zone, ConditionKind kind, Optional<ServerId> server) {
    if (known(step.view().zone(zone), kind, server)) {
      step.tell(new ConditionCleared(zone, step.now(), kind, server));
    }
  }

  /**
   * Clears what was told of servers that there are no more.
   *
   * @param ending whether a server is being stopped, be it one that the journal does not know
   */
  static void clearGone(Step step, Zone zone, Predicate<ServerId> ending) {
    for (ZoneCondition one : zone.conditions()) {
      one.condition()
          .server()
          .filter(server -> !zone.servers().containsKey(server) && !ending.test(server))
          .ifPresent(server -> clear(step, zone.id(), one.condition().kind(), Optional.of(server)));
    }
  }

  /**
   * Clears what could not be worked in by an earlier leader and is by now. What was heard beside
   * the journal was that leader's, and so was what failed for one server, which is done anew; a
   * zone's fact has to be read to know.
   *
   * @param whole whether every fact was read
   * @param unread whether one of the zone's could not be worked in
   */
  static void clearFailed(Step step, Zone zone, boolean whole, boolean unread) {
    for (ZoneCondition known : zone.conditions()) {
      Condition one = known.condition();
      boolean again = unread && one.server().isEmpty();
      if (one.kind().equals(ConditionKind.RECORD_FAILED)
          && !again
          && (whole || one.offset().isEmpty() || one.server().isPresent())) {
        clear(step, zone.id(), one.kind(), one.server());
      }
    }
  }

  private static boolean known(Zone zone, ConditionKind kind, Optional<ServerId> server) {
    return zone.conditions().stream()
        .map(ZoneCondition::condition)
        .anyMatch(one -> one.kind().equals(kind) && one.server().equals(server));
  }

  /** A trouble of a zone that the journal does not know is for the log alone. */
  private static void raise(Step step, ZoneId id, Condition condition) {
    Zone zone = step.view().zone(id);
    if (zone.declared() && !known(zone, condition.kind(), condition.server())) {
      step.draft().warn("%s: %s".formatted(condition.kind(), condition.what()));
      step.tell(new ConditionRaised(id, step.now(), condition));
    }
  }
}
