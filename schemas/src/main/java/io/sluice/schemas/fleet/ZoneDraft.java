package io.sluice.schemas.fleet;

import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
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
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.text.Sentence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A zone while one fact is worked into it. Made for that fact, and gone with it. */
final class ZoneDraft {
  private final Zone before;
  private ZoneLife life;
  private int policyRevision;
  private ZonePolicy policy;
  private int templateRevision;
  private ServerTemplate template;
  private Servers servers;
  private Optional<LoadObserved> load;
  private Optional<Balancer> balancer;
  private Optional<Leader> leader;
  private Optional<Rollout> rollout;
  private List<ZoneCondition> conditions;

  ZoneDraft(Zone before) {
    this.before = before;
    this.life = before.life();
    this.policyRevision = before.policyRevision();
    this.policy = before.policy();
    this.templateRevision = before.templateRevision();
    this.template = before.template();
    this.servers = Servers.of(before.servers());
    this.load = before.load();
    this.balancer = before.balancer();
    this.leader = before.leader();
    this.rollout = before.rollout();
    this.conditions = before.conditions();
  }

  /** The zone after a fact to which there is no objection. */
  Zone after(FleetEvent event, Instant time) {
    apply(event, time);
    Zone next = zone();
    Optional<Rollout> left = Rollout.after(before, next, event);
    if (left.equals(rollout)) {
      return next;
    }
    rollout = left;
    return zone();
  }

  private void apply(FleetEvent event, Instant time) {
    switch (event) {
      case ZoneDeclared known -> life = life.declaredBy(known.actor());
      case ZoneRetiring ignored -> life = life.at(ZoneLife.Stage.RETIRING);
      case ZoneRetired ignored -> end();
      case PolicyChanged changed -> {
        policyRevision = changed.revision();
        policy = changed.policy();
      }
      case TemplateChanged changed -> set(changed);
      case LoadObserved observed -> load = Optional.of(observed);
      case ServerStarted started -> put(server(started, time));
      case ServerReady ready ->
          change(ready.server(), server -> server.enter(ServerState.READY, time));
      case ServerReported dead ->
          change(dead.server(), server -> server.die(dead.lastError(), time));
      case ServerExited exited ->
          change(exited.server(), server -> server.die(exited.reason(), time));
      case ServerDraining draining ->
          change(draining.server(), server -> server.enter(ServerState.DRAINING, time));
      case ServerDrained drained -> change(drained.server(), Server::drain);
      case ServerStopped stopped -> remove(stopped.server());
      // Nothing is left of a server whose start failed, though it may have been seen starting.
      case CommandFailed failed -> remove(failed.server());
      case BalancerStarted up ->
          balancer = Optional.of(new Balancer(up.address(), up.admin(), Balancer.State.ALIVE));
      case BalancerLost ignored -> balancer = balancer.map(Balancer::lost);
      case LeaderElected won ->
          leader = Optional.of(new Leader(won.monitor(), won.epoch(), won.url(), time));
      case ConditionRaised raised -> raise(raised.condition(), time);
      case ConditionCleared cleared -> clear(cleared.kind(), cleared.server());
      case RequestsWaiting ignored -> {}
      case LoadReported _, CanaryJudged _ -> {}
      case ManualScaleRequested ignored -> {}
      case ScalingPaused ignored -> {}
      case ScalingResumed ignored -> {}
    }
  }

  /** What is left is what counts on. */
  private void end() {
    life = life.at(ZoneLife.Stage.RETIRED);
    policy = ZonePolicy.DEFAULT;
    template = ServerTemplate.DEFAULT;
    servers = Servers.NONE;
    load = Optional.empty();
    balancer = Optional.empty();
    rollout = Optional.empty();
    conditions = List.of();
  }

  private void set(TemplateChanged changed) {
    rollout = life.retired() ? Optional.empty() : Rollout.begin(before, changed);
    // On the way back, those that are still made from what the zone came from are right again.
    int right = before.rollout().map(Rollout::beforeRevision).orElse(before.templateRevision());
    if (rollout.filter(begun -> begun.beforeRevision() == changed.revision()).isPresent()) {
      for (Server server : servers.values()) {
        put(server.template() == right ? server.of(changed.revision()) : server);
      }
    }
    templateRevision = changed.revision();
    template = changed.template();
  }

  private Server server(ServerStarted started, Instant time) {
    return new Server(
        started.server(),
        ServerState.STARTING,
        started.address(),
        started.handle(),
        started.command(),
        time,
        time,
        false,
        Optional.empty(),
        started.templateRevision().orElse(templateRevision));
  }

  private void change(ServerId id, UnaryOperator<Server> change) {
    Server known = servers.get(id);
    if (known == null) {
      throw new IllegalStateException(Sentence.of("server %s: expected to be known", id));
    }
    put(change.apply(known));
  }

  /** A trouble that changed is as old as before. */
  private void raise(Condition condition, Instant time) {
    Optional<ZoneCondition> known =
        conditions.stream().filter(one -> one.is(condition.kind(), condition.server())).findFirst();
    Instant since = known.map(ZoneCondition::since).orElse(time);
    List<ZoneCondition> next = new ArrayList<>(conditions);
    known.ifPresent(next::remove);
    next.add(new ZoneCondition(condition, since));
    conditions = next;
  }

  private void clear(ConditionKind kind, Optional<ServerId> server) {
    conditions = conditions.stream().filter(one -> !one.is(kind, server)).toList();
  }

  private void put(Server server) {
    servers = servers.plus(server);
  }

  private void remove(ServerId server) {
    servers = servers.minus(server);
  }

  private Zone zone() {
    return new Zone(
        before.id(),
        life,
        policyRevision,
        policy,
        templateRevision,
        template,
        servers,
        load,
        balancer,
        leader,
        rollout,
        conditions);
  }
}
