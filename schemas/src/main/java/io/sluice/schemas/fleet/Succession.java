package io.sluice.schemas.fleet;

import io.sluice.schemas.canary.Verdict;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.LoadReported;
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
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.text.Sentence;
import java.util.Optional;
import java.util.stream.Stream;

/** Which facts can follow which: the transitions of {@link ServerState} and the revisions. */
final class Succession {
  private Succession() {}

  /**
   * Why the fact leaves the zone as it is. Revisions that are missing before it are an objection,
   * but no reason for that: where facts are gone, what is ordered then has to hold.
   */
  static Optional<String> refusal(Zone zone, FleetEvent event) {
    boolean revises = event instanceof PolicyChanged || event instanceof TemplateChanged;
    return revises && zone.takes(event) ? Optional.empty() : objection(zone, event);
  }

  /** Why the fact can't follow the ones before; empty if it can. */
  static Optional<String> objection(Zone zone, FleetEvent event) {
    return switch (event) {
      case ServerStarted started -> begun(zone, started.server());
      case ServerReady ready -> expects(zone, ready.server(), ServerState.STARTING);
      case ServerReported reported ->
          expects(
              zone,
              reported.server(),
              ServerState.STARTING,
              ServerState.READY,
              ServerState.DRAINING);
      case ServerExited exited ->
          expects(
              zone, exited.server(), ServerState.STARTING, ServerState.READY, ServerState.DRAINING);
      case ServerDraining draining ->
          expects(zone, draining.server(), ServerState.STARTING, ServerState.READY);
      case ServerDrained drained -> expects(zone, drained.server(), ServerState.DRAINING);
      case ServerStopped stopped -> expects(zone, stopped.server(), ServerState.values());
      case PolicyChanged changed -> follows("policy", changed.revision(), zone.policyRevision());
      case TemplateChanged changed ->
          follows("template", changed.revision(), zone.templateRevision());
      case LeaderElected won -> elected(zone, won);
      case BalancerLost lost ->
          zone.balancer().isPresent() ? Optional.empty() : Optional.of("no balancer is known");
      case ZoneDeclared ignored -> declared(zone);
      case ZoneRetiring ignored -> retiring(zone);
      case ZoneRetired ignored -> ended(zone);
      case LoadObserved _, LoadReported _, RequestsWaiting _ -> Optional.empty();
      case CanaryJudged judged -> judged(zone, judged);
      case ConditionRaised _, ConditionCleared _ -> Optional.empty();
      case CommandFailed ignored -> Optional.empty();
      case ManualScaleRequested ignored -> Optional.empty();
      case ScalingPaused _, ScalingResumed _ -> Optional.empty();
      case BalancerStarted ignored ->
          zone.life().retired() ? Optional.of("the zone is retired") : Optional.empty();
    };
  }

  private static Optional<String> begun(Zone zone, ServerId server) {
    if (zone.servers().containsKey(server)) {
      return Optional.of(Sentence.of("server %s is known already", server));
    }
    return zone.life().retired() ? Optional.of("the zone is retired") : belongs(zone, server);
  }

  private static Optional<String> elected(Zone zone, LeaderElected won) {
    return zone.leader()
        .filter(last -> won.epoch().compareTo(last.epoch()) <= 0)
        .map(last -> Sentence.of("epoch %s does not follow %s", won.epoch(), last.epoch()));
  }

  private static Optional<String> judged(Zone zone, CanaryJudged judged) {
    if (judged.revision() != zone.templateRevision() || !zone.rollsForward()) {
      return Optional.of(
          Sentence.of("the zone is not on its way to revision %d", judged.revision()));
    }
    Verdict due = judged.evidence().verdict(zone.policy().canary());
    return due == judged.verdict()
        ? Optional.empty()
        : Optional.of(
            Sentence.of("from its evidence follows %s, and not %s", due, judged.verdict()));
  }

  private static Optional<String> declared(Zone zone) {
    return zone.life().retiring() ? Optional.of("the zone is being retired") : Optional.empty();
  }

  private static Optional<String> retiring(Zone zone) {
    return zone.life().stage() == ZoneLife.Stage.DECLARED
        ? Optional.empty()
        : Optional.of(Sentence.of("the zone is %s", zone.life().stage()));
  }

  private static Optional<String> ended(Zone zone) {
    if (!zone.life().retiring()) {
      return Optional.of(Sentence.of("the zone is %s, and not retiring", zone.life().stage()));
    }
    return zone.servers().isEmpty()
        ? Optional.empty()
        : Optional.of(Sentence.of("%d servers are left", zone.servers().size()));
  }

  private static Optional<String> belongs(Zone zone, ServerId server) {
    return server.zone().equals(zone.id())
        ? Optional.empty()
        : Optional.of(Sentence.of("server %s is not of zone %s", server, zone.id()));
  }

  private static Optional<String> expects(Zone zone, ServerId server, ServerState... states) {
    Server found = zone.servers().get(server);
    if (found == null) {
      return Optional.of(Sentence.of("server %s is not known", server));
    }
    return Stream.of(states).anyMatch(state -> state == found.state())
        ? Optional.empty()
        : Optional.of(Sentence.of("server %s is %s", server, found.state()));
  }

  private static Optional<String> follows(String what, int revision, int last) {
    return revision == last + 1
        ? Optional.empty()
        : Optional.of(Sentence.of("%s revision %d does not follow %d", what, revision, last));
  }
}
