package io.sluice.provisioner.simulation;

import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.BalancerMetrics.OfServer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.RequestTimes;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Whoever else has a hand in it: who observes, the balancers, and people who want a number. */
final class Bystanders {
  private static final Actor SOMEBODY = new Actor("somebody");

  /** A load between the bounds of the rule, at which nothing changes. */
  private static final double QUIET = 40;

  private final Surroundings around;
  private final Cluster cluster;
  private final SimulatedTopology decider;
  private final Set<ServerId> drained = new HashSet<>();
  private final Map<ZoneId, Integer> wanted = new HashMap<>();

  Bystanders(Surroundings around, SimulatedTopology decider) {
    this.around = around;
    this.cluster = around.cluster();
    this.decider = decider;
  }

  void start() {
    observe();
    balance();
    count();
    want();
  }

  /** Settles for good what every zone is to have. */
  void makeUpTheirMinds() {
    cluster.zones().forEach(zone -> wanted.put(zone, number()));
  }

  /** How many servers the zone was last asked to have. */
  Optional<Integer> wanted(ZoneId zone) {
    return Optional.ofNullable(wanted.get(zone));
  }

  private int number() {
    return Math.toIntExact(cluster.dice().between(0, Settings.SERVERS_MAX));
  }

  private void observe() {
    cluster.scheduler().after(1500, this::observe);
    if (around.broker().up()) {
      cluster.zones().forEach(this::observe);
    }
  }

  private void observe(ZoneId id) {
    Zone zone = decider.state(id).zone();
    if (!zone.declared()) {
      return;
    }
    double load = cluster.weather().stormy() ? cluster.dice().between(0, 100) : QUIET;
    long ready = zone.in(ServerState.READY).count();
    TreeMap<Metric, Double> loads = new TreeMap<>();
    if (ready > 0) {
      loads.put(Metric.CPU, load);
    }
    around
        .broker()
        .tell(
            new LoadObserved(
                id,
                cluster.scheduler().time(),
                Duration.ofSeconds(1),
                loads,
                Math.toIntExact(ready),
                List.of(),
                List.of(),
                List.of()),
            cluster.dice().usually(40, cluster.weather().rarely(0.05), 2000));
  }

  private void balance() {
    cluster.scheduler().after(400, this::balance);
    for (ZoneId zone : cluster.zones()) {
      for (Server server : decider.state(zone).zone().servers().values()) {
        look(zone, server);
      }
    }
  }

  /** Balancers count what servers of two templates do. */
  private void count() {
    cluster.scheduler().after(1000, this::count);
    for (ZoneId id : cluster.zones()) {
      Zone zone = decider.state(id).zone();
      if (zone.canary().isPresent()) {
        leader().ifPresent(monitor -> monitor.tell(new Input.TrafficHeard(report(zone))));
      }
    }
  }

  private BalancerMetrics report(Zone zone) {
    TreeMap<ServerId, OfServer> servers = new TreeMap<>();
    zone.in(ServerState.READY)
        .forEach(server -> {
          long requests = cluster.dice().between(0, 100);
          boolean fails =
              around.fleet().template(server.id()).equals(Optional.of(Settings.FAILING));
          long failed = fails ? requests / 4 : 0;
          servers.put(
              server.id(), new OfServer(requests, failed, 0, Optional.empty(), RequestTimes.NONE));
        });
    return new BalancerMetrics(
        new BalancerMetrics.Reporter("/balancers/" + zone.id(), "simulated"),
        zone.id(),
        cluster.scheduler().time(),
        1,
        new BalancerMetrics.Traffic(0, 0, 0, 0, 0, RequestTimes.NONE),
        servers,
        servers.size(),
        false);
  }

  private void look(ZoneId zone, Server server) {
    boolean runs = around.fleet().healthy(server.id());
    if (server.state() == ServerState.DRAINING && around.broker().up()) {
      if (cluster.dice().chance(0.4) && drained.add(server.id())) {
        around.broker().tell(new ServerDrained(zone, cluster.scheduler().time(), server.id()), 5);
      }
    } else if (server.state() == ServerState.READY && !runs && cluster.dice().chance(0.3)) {
      leader().ifPresent(monitor -> monitor.tell(new Input.Reported(server.id(), "refused")));
    }
  }

  private Optional<SimulatedMonitor> leader() {
    return around.monitors().stream().filter(SimulatedMonitor::leads).findFirst();
  }

  private void want() {
    boolean stormy = cluster.weather().stormy();
    cluster.scheduler().after(stormy ? cluster.dice().between(1000, 6000) : 1000, this::want);
    for (ZoneId zone : cluster.zones()) {
      if (stormy && cluster.dice().chance(0.4)) {
        ask(zone, number());
      } else if (!stormy) {
        wanted(zone)
            .filter(number -> decider.state(zone).desired() != number)
            .ifPresent(number -> ask(zone, number));
      }
    }
  }

  private void ask(ZoneId zone, int servers) {
    leader()
        .ifPresent(monitor -> {
          cluster.trace().say("people", "want %d servers in %s", servers, zone);
          monitor.request(new Change.Scale(zone, servers, Optional.empty(), SOMEBODY));
        });
  }
}
