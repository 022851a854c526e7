package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.provisioner.plan.Effect;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.id.ServerId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What performs a term's effects. A request that is on its way reaches the fleet whatever becomes
 * of the monitor that sent it; what comes of it is told only to a term that is not closed.
 */
final class Performing {
  private static final long ASK_AGAIN = 250;

  private final ModelMonitor monitor;
  private final Cluster cluster;
  private final ModelFleet fleet;
  private final Author author;
  private final Consumer<Input> results;
  private final Map<ServerId, Long> awaited = new HashMap<>();
  private boolean closed;

  Performing(ModelMonitor monitor, Author author, Consumer<Input> results) {
    this.monitor = monitor;
    this.cluster = monitor.cluster();
    this.fleet = monitor.around().fleet();
    this.author = author;
    this.results = results;
  }

  void close() {
    closed = true;
  }

  /** Begins the effect, a moment later: the process may be paused or closed before. */
  void perform(Effect effect, long decidedAt) {
    Request request = new Request(author, decidedAt);
    inProcess(cluster.dice().between(0, 3), () -> begin(effect, request));
  }

  private void inProcess(long millis, Runnable work) {
    monitor
        .process()
        .after(
            millis,
            () -> {
              if (!closed) {
                work.run();
              }
            });
  }

  private void begin(Effect effect, Request request) {
    if (effect.changesFleet()) {
      monitor.around().witness().acting(request);
    }
    requireOurs(effect);
    switch (effect) {
      case Effect.Start(var spec) -> start(spec, request);
      case Effect.AwaitReady(var server, var _, var timeout) -> {
        long deadline = cluster.scheduler().now() + timeout.toMillis();
        awaited.put(server, deadline);
        askHealth(server, deadline);
      }
      case Effect.StopAwaiting(var server) -> awaited.remove(server);
      case Effect.Stop(var server, var _) -> stop(server, request);
      case Effect.ListServers() -> list();
    }
  }

  private void requireOurs(Effect effect) {
    Optional<ServerId> server =
        switch (effect) {
          case Effect.Start(var spec) -> Optional.of(spec.server());
          case Effect.Stop(var stopped, var _) -> Optional.of(stopped);
          case Effect.AwaitReady(var asked, var _, var _) -> Optional.of(asked);
          case Effect.StopAwaiting ignored -> Optional.empty();
          case Effect.ListServers() -> Optional.empty();
        };
    server
        .filter(one -> !monitor.zones().contains(one.zone()))
        .ifPresent(one -> {
          throw new Invariant.Broken(Invariant.LEFT_ALONE, "%s touches %s".formatted(author, one));
        });
  }

  /** Whether what performs an effect throws, be it an error. */
  private boolean throwing() {
    boolean throwing = cluster.dice().chance(cluster.weather().rarely(0.03));
    if (throwing) {
      cluster.saw(Sight.EFFECT_THREW);
    }
    return throwing;
  }

  /** Tells what came of an effect; what threw was an effect that failed. */
  private void answer(Input result, boolean threw) {
    if (!threw || !cluster.has(Flaw.LOST_EFFECTS)) {
      results.accept(result);
    }
  }

  private long travel() {
    return cluster.dice().usually(30, cluster.weather().rarely(0.06), 5000);
  }

  private void start(ServerSpec spec, Request request) {
    long travel = travel();
    cluster
        .scheduler()
        .after(
            travel,
            () -> {
              boolean throwing = throwing();
              Optional<Started> started = throwing ? Optional.empty() : fleet.start(request, spec);
              cluster
                  .scheduler()
                  .after(
                      travel(),
                      () -> inProcess(0, () -> answer(spec.server(), started, request, throwing)));
            });
    if (cluster.dice().chance(cluster.weather().rarely(0.05))) {
      long later = travel + cluster.dice().between(1, 4000);
      cluster.scheduler().after(later, () -> fleet.start(request, spec));
    }
  }

  private void answer(ServerId server, Optional<Started> started, Request request, boolean threw) {
    if (started.isPresent()) {
      results.accept(new Input.ServerUp(server, started.get()));
    } else {
      // A failed start is reported as having left nothing behind: that is made true first.
      cluster
          .scheduler()
          .after(
              travel(),
              () -> {
                fleet.cleanUp(request, server);
                inProcess(0, () -> answer(new Input.StartFailed(server, "it can't be run"), threw));
              });
    }
  }

  private void stop(ServerId server, Request request) {
    cluster
        .scheduler()
        .after(
            travel(),
            () -> {
              boolean throwing = throwing();
              boolean fails = throwing || cluster.dice().chance(cluster.weather().rarely(0.1));
              if (!fails) {
                fleet.stop(request, server);
              }
              Input result =
                  fails ? new Input.StopFailed(server, "it runs on") : new Input.Stopped(server);
              cluster
                  .scheduler()
                  .after(travel(), () -> inProcess(0, () -> answer(result, throwing)));
            });
  }

  private void list() {
    cluster
        .scheduler()
        .after(
            travel(),
            () -> {
              boolean throwing = throwing();
              boolean fails = throwing || cluster.dice().chance(cluster.weather().rarely(0.1));
              Input result =
                  fails ? new Input.ListFailed("no answer") : new Input.Listed(listing(), false);
              cluster
                  .scheduler()
                  .after(travel(), () -> inProcess(0, () -> answer(result, throwing)));
            });
  }

  /** A fleet lists the zones of its monitor's file, and knows of no others. */
  private Listing listing() {
    List<Instance> ours =
        fleet.list().stream()
            .filter(instance -> monitor.zones().contains(instance.server().zone()))
            .toList();
    return cluster.has(Flaw.SILENCE_BELIEVED)
        ? Listing.of(ours)
        : Listing.of(ours, monitor.zones());
  }

  private void askHealth(ServerId server, long deadline) {
    if (awaited.getOrDefault(server, -1L) != deadline) {
      return;
    }
    if (fleet.healthy(server)) {
      awaited.remove(server);
      results.accept(new Input.Answered(server));
    } else if (cluster.scheduler().now() >= deadline) {
      awaited.remove(server);
      results.accept(new Input.Unanswered(server, "its health check can't be asked"));
    } else {
      inProcess(ASK_AGAIN, () -> askHealth(server, deadline));
    }
  }
}
