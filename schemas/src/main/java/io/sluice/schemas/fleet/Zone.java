package io.sluice.schemas.fleet;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
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
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A zone as the journal tells it.
 *
 * <p>{@link #apply} is total: a fact that does not fit (a server that was ready twice, or that is
 * not known) leaves the servers as they are. {@link #objection} says whether and why a fact does
 * not fit, for those who check histories.
 *
 * @param id which one
 * @param declared whether its {@code ZoneDeclared} was seen
 * @param policyRevision 0 before the first policy
 * @param policy how it scales
 * @param templateRevision 0 before the first template
 * @param template what its servers are made of
 * @param servers its servers, dead ones included until they are removed
 * @param load the last observation
 * @param balancer its balancer
 * @param leader the monitor that leads
 */
public record Zone(
    ZoneId id,
    boolean declared,
    int policyRevision,
    ZonePolicy policy,
    int templateRevision,
    ServerTemplate template,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<ServerId, Server> servers,
    Optional<LoadObserved> load,
    Optional<Balancer> balancer,
    Optional<Leader> leader) {

  /** Makes the map of servers unmodifiable; callers hand over a map that nobody changes. */
  public Zone {
    servers = Collections.unmodifiableSortedMap(servers);
  }

  /** A zone of which nothing is known yet. */
  public static Zone unknown(ZoneId id) {
    return new Zone(
        id,
        false,
        0,
        ZonePolicy.DEFAULT,
        0,
        ServerTemplate.DEFAULT,
        Collections.emptySortedMap(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** The zone's servers in this state, in the order of their ids. */
  public Stream<Server> in(ServerState state) {
    return servers.values().stream().filter(server -> server.state() == state);
  }

  /**
   * The zone after the fact.
   *
   * @throws IllegalArgumentException if the fact belongs to another zone
   */
  public Zone apply(JournalRecord entry) {
    if (!entry.event().zone().equals(id)) {
      throw new IllegalArgumentException(
          "%s of zone '%s': expected a fact of zone '%s'"
              .formatted(entry.event().getClass().getSimpleName(), entry.event().zone(), id));
    }
    if (objection(entry.event()).isPresent()) {
      return this;
    }
    Instant time = entry.time();
    return switch (entry.event()) {
      case ZoneDeclared declaration -> with(true);
      case PolicyChanged changed -> with(changed);
      case TemplateChanged changed -> with(changed);
      case LoadObserved observed -> with(observed);
      case ServerStarted started -> with(server(started, time));
      case ServerReady ready -> with(known(ready.server()).enter(ServerState.READY, time));
      case ServerReported dead -> with(known(dead.server()).die(dead.lastError(), time));
      case ServerExited exited -> with(known(exited.server()).die(exited.reason(), time));
      case ServerDraining draining ->
          with(known(draining.server()).enter(ServerState.DRAINING, time));
      case ServerDrained drained -> with(known(drained.server()).drain());
      case ServerStopped stopped -> without(stopped.server());
      case BalancerStarted up ->
          with(Optional.of(new Balancer(up.address(), up.admin(), Balancer.State.ALIVE)));
      case BalancerLost lost -> with(balancer.map(Balancer::lost));
      case LeaderElected won -> with(new Leader(won.monitor(), won.epoch(), won.url(), time));
      case CommandFailed ignored -> this;
      case ManualScaleRequested ignored -> this;
      case ScalingPaused ignored -> this;
      case ScalingResumed ignored -> this;
    };
  }

  /** Why the fact can't follow the ones before; empty if it can. */
  public Optional<String> objection(FleetEvent event) {
    return Succession.objection(this, event);
  }

  private Server known(ServerId server) {
    Server found = servers.get(server);
    if (found == null) {
      throw new IllegalStateException("server %s: expected to be known".formatted(server));
    }
    return found;
  }

  private static Server server(ServerStarted started, Instant time) {
    return new Server(
        started.server(),
        ServerState.STARTING,
        started.address(),
        started.handle(),
        started.command(),
        time,
        time,
        false,
        Optional.empty());
  }

  private Zone with(Server server) {
    SortedMap<ServerId, Server> next = new TreeMap<>(servers);
    next.put(server.id(), server);
    return withServers(next);
  }

  private Zone without(ServerId server) {
    SortedMap<ServerId, Server> next = new TreeMap<>(servers);
    next.remove(server);
    return withServers(next);
  }

  private Zone withServers(SortedMap<ServerId, Server> next) {
    return new Zone(
        id,
        declared,
        policyRevision,
        policy,
        templateRevision,
        template,
        next,
        load,
        balancer,
        leader);
  }

  private Zone with(boolean nowDeclared) {
    return new Zone(
        id,
        nowDeclared,
        policyRevision,
        policy,
        templateRevision,
        template,
        servers,
        load,
        balancer,
        leader);
  }

  private Zone with(PolicyChanged changed) {
    return new Zone(
        id,
        declared,
        changed.revision(),
        changed.policy(),
        templateRevision,
        template,
        servers,
        load,
        balancer,
        leader);
  }

  private Zone with(TemplateChanged changed) {
    return new Zone(
        id,
        declared,
        policyRevision,
        policy,
        changed.revision(),
        changed.template(),
        servers,
        load,
        balancer,
        leader);
  }

  private Zone with(LoadObserved observed) {
    return new Zone(
        id,
        declared,
        policyRevision,
        policy,
        templateRevision,
        template,
        servers,
        Optional.of(observed),
        balancer,
        leader);
  }

  private Zone with(Optional<Balancer> next) {
    return new Zone(
        id,
        declared,
        policyRevision,
        policy,
        templateRevision,
        template,
        servers,
        load,
        next,
        leader);
  }

  private Zone with(Leader next) {
    return new Zone(
        id,
        declared,
        policyRevision,
        policy,
        templateRevision,
        template,
        servers,
        load,
        balancer,
        Optional.of(next));
  }
}
