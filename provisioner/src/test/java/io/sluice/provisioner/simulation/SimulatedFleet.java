package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A fleet as the contract says: a server's id is its name, and every effect is idempotent. */
final class SimulatedFleet {
  private static final int PORTS = 5000;
  private static final int CRASHED = 137;

  private final Cluster cluster;
  private final Witness witness;
  private final Truth truth;
  private final SortedMap<ServerId, List<Copy>> copies = new TreeMap<>();
  private final List<Consumer<Exit>> watchers = new ArrayList<>();
  private int handles;

  /** One process of a server. */
  private static final class Copy {
    private final ServerId server;
    private final ServerSpec spec;
    private final int handle;
    private final long readyAt;
    private boolean running = true;

    Copy(ServerSpec spec, int handle, long readyAt) {
      this.server = spec.server();
      this.spec = spec;
      this.handle = handle;
      this.readyAt = readyAt;
    }
  }

  SimulatedFleet(Cluster cluster, Witness witness, Truth truth) {
    this.cluster = cluster;
    this.witness = witness;
    this.truth = truth;
  }

  /** What runs. */
  SortedSet<ServerId> running() {
    SortedSet<ServerId> running = new TreeSet<>();
    copies.forEach((server, all) -> {
      if (all.stream().anyMatch(copy -> copy.running)) {
        running.add(server);
      }
    });
    return running;
  }

  /** Everything that something is kept of. */
  SortedSet<ServerId> kept() {
    return new TreeSet<>(copies.keySet());
  }

  /** What a server that runs is made of. */
  Optional<ServerTemplate> template(ServerId server) {
    return copies.getOrDefault(server, List.of()).stream()
        .filter(copy -> copy.running)
        .map(copy -> copy.spec.template())
        .findFirst();
  }

  /** A start has arrived; empty if it failed, and nothing of it is left. */
  Optional<Started> start(Request request, ServerSpec spec) {
    ServerId server = spec.server();
    List<Copy> known = copies.getOrDefault(server, List.of());
    Optional<Copy> alive = known.stream().filter(copy -> copy.running).findFirst();
    if (alive.isPresent() && !cluster.has(Flaw.NO_IDEMPOTENCE)) {
      cluster.trace().say("fleet", "%s is adopted for %s", server, request.author());
      cluster.saw(Sight.ADOPTED);
      if (alive.get().spec.templateRevision() != spec.templateRevision()) {
        cluster.saw(Sight.ADOPTED_OUTDATED);
      }
      return Optional.of(
          started(alive.get(), cluster.has(Flaw.UNTRUE_ADOPTION) ? spec : alive.get().spec));
    }
    if (cluster.dice().chance(cluster.weather().startFailure())) {
      cluster.trace().say("fleet", "%s could not be started", server);
      return Optional.empty();
    }
    witness.launched(request, spec, alive.isPresent());
    cluster.trace().say("fleet", "%s is launched for %s", server, request.author());
    Copy copy = new Copy(spec, handles++, cluster.scheduler().now() + startUp(spec));
    List<Copy> now = new ArrayList<>(alive.isPresent() ? known : List.of());
    now.add(copy);
    copies.put(server, now);
    return Optional.of(started(copy, spec));
  }

  private long startUp(ServerSpec spec) {
    boolean never = cluster.dice().chance(cluster.weather().rarely(0.05));
    return never || Settings.broken(spec.template())
        ? Integer.MAX_VALUE
        : cluster.dice().between(100, 2500);
  }

  private static Started started(Copy copy, ServerSpec told) {
    long port = PORTS + copy.server.number();
    return new Started(
        URI.create("http://%s:%d".formatted(copy.server.zone(), port)),
        Integer.toString(copy.handle),
        Optional.of(told.templateRevision()));
  }

  /** Whether the server's health check succeeds. */
  boolean healthy(ServerId server) {
    boolean healthy =
        copies.getOrDefault(server, List.of()).stream()
            .anyMatch(copy -> copy.running && copy.readyAt <= cluster.scheduler().now());
    if (healthy) {
      witness.history().answer(server);
    }
    return healthy;
  }

  /** A stop has arrived. */
  void stop(Request request, ServerId server) {
    if (copies.containsKey(server)) {
      witness.stopped(server);
    }
    cleanUp(request, server);
  }

  /** What a failed start may have left behind is removed. */
  void cleanUp(Request request, ServerId server) {
    List<Copy> gone = copies.getOrDefault(server, List.of());
    copies.remove(server);
    if (!gone.isEmpty()) {
      cluster.trace().say("fleet", "%s is stopped for %s", server, request.author());
    }
    gone.stream().filter(copy -> copy.running).forEach(copy -> ended(copy, "stopped"));
  }

  /** What is kept, as a listing. */
  List<Instance> list() {
    List<Instance> all = new ArrayList<>();
    copies.forEach(
        (server, known) -> known.forEach(copy -> all.add(new Instance(server, copy.running))));
    return all;
  }

  /** A server dies by itself; its remains stay. */
  void crash(ServerId server) {
    copies.getOrDefault(server, List.of()).stream()
        .filter(copy -> copy.running)
        .forEach(copy -> ended(copy, "crashed"));
  }

  private void ended(Copy copy, String reason) {
    copy.running = false;
    witness.history().end(copy.server, cluster.scheduler().now());
    cluster.trace().say("fleet", "%s has ended: %s", copy.server, reason);
    Exit exit = new Exit(copy.server, Optional.of(CRASHED), false, reason);
    watchers.forEach(watcher -> {
      watcher.accept(exit);
      // An end is told at least once.
      if (cluster.dice().chance(cluster.weather().rarely(0.1))) {
        watcher.accept(exit);
      }
    });
  }

  /** How a server ended whose remains are here. */
  Optional<Exit> howEnded(ServerId server) {
    List<Copy> known = copies.getOrDefault(server, List.of());
    if (known.isEmpty() || known.stream().anyMatch(copy -> copy.running)) {
      return Optional.empty();
    }
    cluster.saw(Sight.END_ASKED);
    Optional<Integer> code =
        cluster.has(Flaw.ENDS_GUESSED) ? Optional.empty() : Optional.of(CRASHED);
    return Optional.of(new Exit(server, code, false, "crashed"));
  }

  /** What is really the matter with it. */
  Truth truth() {
    return truth;
  }

  /** The server that answers there. */
  static Optional<ServerId> at(URI health) {
    return health.getPort() < PORTS
        ? Optional.empty()
        : Optional.of(new ZoneId(health.getHost()).server(health.getPort() - PORTS));
  }

  ServerFleet.Watch watch(Consumer<Exit> watcher) {
    watchers.add(watcher);
    return () -> watchers.remove(watcher);
  }
}
