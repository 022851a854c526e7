package io.sluice.compose.bench;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.ZoneState;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What happens in a zone, second by second: a load that goes up and down, a fleet that does what is
 * commanded some seconds later, and a server that dies now and then. A seed determines all of it.
 */
final class ZoneScript {
  private static final Epoch EPOCH = new Epoch(1);
  private static final int PERIOD_SECONDS = 1_800;
  private static final int SECONDS_BETWEEN_DEATHS = 600;
  private static final int DRAIN_SECONDS = 2;
  private static final int READY_SECONDS = 3;
  private static final double CPU_PERCENT_MAX = 100;

  private final ZoneId zone;
  private final int servers;
  private final SplittableRandom chance;
  private final SortedMap<Instant, List<FleetEvent>> planned = new TreeMap<>();
  private ZoneState state;

  /**
   * A zone that has at most this many servers, and half of them at least.
   *
   * @param servers 1 or more
   */
  ZoneScript(ZoneId zone, int servers, long seed) {
    this.zone = zone;
    this.servers = servers;
    this.chance = new SplittableRandom(seed);
    this.state = ZoneState.unknown(zone);
  }

  /** How a zone of this script scales. */
  static ZonePolicy policy(int servers) {
    return new ZonePolicy(
        Math.max(1, servers / 2),
        servers,
        ZonePolicy.WINDOW_DEFAULT,
        List.of(new Threshold(Metric.CPU, 70, 40)));
  }

  /** The facts with which a zone begins. */
  List<FleetEvent> beginning(Instant time) {
    URI local = URI.create("http://127.0.0.1:8080");
    return List.of(
        new LeaderElected(zone, time, new MonitorId(1), EPOCH, local),
        new ZoneDeclared(zone, time, Actor.CONFIGURATION),
        new PolicyChanged(zone, time, 1, policy(servers), Actor.CONFIGURATION),
        new BalancerStarted(zone, time, local, local));
  }

  /** The facts of a second. */
  List<FleetEvent> second(Instant time) {
    List<FleetEvent> facts = new ArrayList<>();
    while (!planned.isEmpty() && !planned.firstKey().isAfter(time)) {
      facts.addAll(planned.remove(planned.firstKey()));
    }
    List<ServerId> ready = state.zone().in(ServerState.READY).map(Server::id).toList();
    facts.add(observed(time, ready.size()));
    if (!ready.isEmpty() && chance.nextInt(SECONDS_BETWEEN_DEATHS) == 0) {
      ServerId dead = ready.get(chance.nextInt(ready.size()));
      facts.add(new ServerReported(zone, time, dead, "connection refused"));
      facts.add(new ServerExited(zone, time, dead, Optional.of(137), false, "exit code 137"));
    }
    return facts;
  }

  /** Folds a fact, as deciding does, and lets the fleet do what comes of it. */
  Decision tell(JournalRecord entry) {
    Decision decision = Decide.step(state, entry);
    state = decision.after();
    decision.command().ifPresent(this::obey);
    return decision;
  }

  private LoadObserved observed(Instant time, int reporting) {
    double phase = 2 * Math.PI * (time.getEpochSecond() % PERIOD_SECONDS) / PERIOD_SECONDS;
    double demand = servers * (0.5 - 0.25 * Math.cos(phase)) + 0.05 * chance.nextDouble();
    double cpu = Math.min(CPU_PERCENT_MAX, CPU_PERCENT_MAX * demand / Math.max(1, reporting));
    Map<Metric, Double> load =
        reporting == 0
            ? Map.of()
            : Map.of(
                Metric.CPU,
                cpu,
                Metric.MEMORY,
                30 + 10 * chance.nextDouble(),
                Metric.THROUGHPUT,
                cpu * (4 + chance.nextDouble()));
    return new LoadObserved(
        zone,
        time,
        ZonePolicy.WINDOW_DEFAULT,
        new TreeMap<>(load),
        reporting,
        List.of(),
        List.of(),
        List.of());
  }

  private void obey(ScaleCommand command) {
    Instant time = command.at();
    for (ServerId server : command.start()) {
      plan(time.plusSeconds(1), started(server, command.id(), time.plusSeconds(1)));
      Instant then = time.plusSeconds(READY_SECONDS);
      plan(then, new ServerReady(zone, then, server));
    }
    for (ServerId server : command.stop()) {
      Instant soon = time.plusSeconds(1);
      Instant then = time.plusSeconds(DRAIN_SECONDS);
      plan(soon, new ServerDraining(zone, soon, server, command.id()));
      plan(then, new ServerDrained(zone, then, server));
      plan(then, new ServerStopped(zone, then, server, "as asked"));
    }
  }

  private ServerStarted started(ServerId server, CommandId command, Instant time) {
    long port = 5_000 + server.number() % 1_000;
    return new ServerStarted(
        zone,
        time,
        server,
        command,
        URI.create("http://127.0.0.1:" + port),
        "pid-" + server.number(),
        EPOCH);
  }

  private void plan(Instant time, FleetEvent fact) {
    planned.computeIfAbsent(time, _ -> new ArrayList<>()).add(fact);
  }
}
