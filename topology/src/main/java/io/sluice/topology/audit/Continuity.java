package io.sluice.topology.audit;

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
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Leader;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.text.Sentence;
import java.util.Optional;

/**
 * Whether a zone's facts follow on one another as their writers would have written them.
 *
 * <p>The leader records no fact that does not fit what it has read, and no other leader writes
 * beside it. Balancers write whenever they notice something, so that their facts may come late or
 * twice, and the leader may not yet have read that a balancer gave a server up. A fact that does
 * not fit is an objection only where neither can be the reason.
 */
final class Continuity {
  private Zone zone;

  Continuity(Zone zone) {
    this.zone = zone;
  }

  /** Takes in a fact; says why it can't follow the ones before. */
  Optional<String> objection(JournalRecord entry) {
    Optional<String> objection = objection(entry.event());
    if (!(entry.event() instanceof LoadObserved)) {
      zone = zone.apply(entry);
    }
    return objection;
  }

  private Optional<String> objection(FleetEvent event) {
    return switch (event) {
      case ServerStarted ignored -> zone.objection(event);
      case ServerReady ready -> unlessDead(ready.server(), event);
      case ServerExited exited -> unlessDead(exited.server(), event);
      case ServerDraining draining -> unlessDead(draining.server(), event);
      case PolicyChanged ignored -> zone.objection(event);
      case TemplateChanged ignored -> zone.objection(event);
      case BalancerLost ignored -> zone.objection(event);
      case ZoneDeclared ignored -> zone.objection(event);
      case ZoneRetiring ignored -> zone.objection(event);
      case ZoneRetired ignored -> zone.objection(event);
      case CanaryJudged judged -> unlessOver(judged);
      case LeaderElected won -> election(won);
      // A balancer's, which may come late and twice; and removing what is gone is success.
      case ServerReported ignored -> Optional.empty();
      case ServerDrained ignored -> Optional.empty();
      case ServerStopped ignored -> Optional.empty();
      // These fit everywhere.
      case RequestsWaiting ignored -> Optional.empty();
      case LoadReported ignored -> Optional.empty();
      case ConditionRaised ignored -> Optional.empty();
      case ConditionCleared ignored -> Optional.empty();
      case LoadObserved ignored -> Optional.empty();
      case CommandFailed ignored -> Optional.empty();
      case ManualScaleRequested ignored -> Optional.empty();
      case ScalingPaused ignored -> Optional.empty();
      case ScalingResumed ignored -> Optional.empty();
      case BalancerStarted ignored -> Optional.empty();
    };
  }

  /** Objects unless the server is dead: a balancer's report may have overtaken the fact. */
  private Optional<String> unlessDead(ServerId id, FleetEvent event) {
    Server server = zone.servers().get(id);
    return server != null && server.state() == ServerState.DEAD
        ? Optional.empty()
        : zone.objection(event);
  }

  /**
   * Objects unless the zone's way has come to an end: what a balancer reported may have overtaken
   * the leader's verdict.
   */
  private Optional<String> unlessOver(CanaryJudged judged) {
    return zone.rollout().isEmpty() ? Optional.empty() : zone.objection(judged);
  }

  /** Every leader writes to every zone, so that a zone that had one has them all from then on. */
  private Optional<String> election(LeaderElected won) {
    return zone.leader()
        .map(Leader::epoch)
        .filter(last -> won.epoch().value() != last.value() + 1)
        .map(last ->
            Sentence.of(
                "epoch %s does not follow %s: expected %d", won.epoch(), last, last.value() + 1));
  }
}
