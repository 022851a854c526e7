package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.provisioner.leadership.HealthProbe;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Health;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The fleet as one monitor reaches it. A request that is on its way arrives whatever becomes of the
 * monitor that sent it.
 */
final class SimulatedEngine implements ServerFleet, HealthProbe {
  /** How long word of an end may take to arrive; ms. */
  private static final long WORD_MAX = 900;

  private final SimulatedMonitor monitor;
  private final Cluster cluster;
  private final SimulatedFleet fleet;

  SimulatedEngine(SimulatedMonitor monitor) {
    this.monitor = monitor;
    this.cluster = monitor.cluster();
    this.fleet = monitor.around().fleet();
  }

  /** What comes of a request. */
  private sealed interface Outcome<T> {
    record Is<T>(T what) implements Outcome<T> {}

    record Refused<T>(String why) implements Outcome<T> {}

    /** What asks throws, whatever the fleet does. */
    record Thrown<T>() implements Outcome<T> {}
  }

  @Override
  public Started start(ServerSpec spec) {
    Request request = acting(spec.server());
    try {
      return ask(() -> {
        if (cluster.dice().chance(cluster.weather().rarely(0.05))) {
          long later = cluster.dice().between(1, 4000);
          cluster.scheduler().after(later, () -> fleet.start(request, spec));
        }
        return fleet
            .start(request, spec)
            .<Outcome<Started>>map(Outcome.Is::new)
            .orElseGet(() -> new Outcome.Refused<>("it can't be run"));
      });
    } catch (RuntimeException | Error failed) {
      cluster.scheduler().running().orElseThrow().failedToStart(spec.server());
      throw failed;
    }
  }

  @Override
  public void stop(ServerId server, Duration grace) {
    boolean cleansUp = cluster.scheduler().running().orElseThrow().cleansUp(server);
    Request request = cleansUp ? request() : acting(server);
    boolean _ =
        ask(() -> {
          if (cleansUp) {
            fleet.cleanUp(request, server);
          } else if (cluster.dice().chance(cluster.weather().rarely(0.1))) {
            fleet.truth().refusedToStop(server.zone());
            return new Outcome.Refused<>("it runs on");
          } else {
            fleet.stop(request, server);
          }
          return new Outcome.Is<>(true);
        });
  }

  @Override
  public Listing list() {
    return ask(() ->
        cluster.dice().chance(cluster.weather().rarely(0.1))
            ? new Outcome.Refused<>(noAnswer())
            : new Outcome.Is<>(listing()));
  }

  private String noAnswer() {
    monitor.file().forEach(zone -> fleet.truth().silent(zone, cluster.scheduler().now() + 1));
    return "no answer";
  }

  /** A fleet lists the zones of its monitor's file whose engine answers, and knows of no others. */
  private Listing listing() {
    Set<ZoneId> answering =
        monitor.file().stream()
            .filter(zone -> !fleet.truth().silentAt(zone, cluster.scheduler().now()) && !hushed())
            .collect(Collectors.toSet());
    List<Instance> all =
        cluster.has(Flaw.NO_RECONCILIATION)
            ? SimulatedConsumer.asListed(monitor.state().fleet())
            : fleet.list();
    List<Instance> ours =
        all.stream().filter(instance -> answering.contains(instance.server().zone())).toList();
    return cluster.has(Flaw.SILENCE_BELIEVED) ? Listing.of(ours) : Listing.of(ours, answering);
  }

  /** Whether it says of a zone that its engine does not answer, although it does. */
  private boolean hushed() {
    return cluster.has(Flaw.OUTAGE_INVENTED) && cluster.dice().chance(0.02);
  }

  private Request request() {
    return cluster.scheduler().running().flatMap(Coroutine::request).orElseThrow();
  }

  /** In whose name the fleet is about to be changed. */
  private Request acting(ServerId server) {
    Request request = request();
    monitor.requireUninterrupted();
    if (!monitor.file().contains(server.zone())) {
      cluster.fail(Invariant.LEFT_ALONE, "%s touches %s".formatted(request.author(), server));
    }
    monitor
        .around()
        .witness()
        .acting(request)
        .ifPresent(what -> cluster.fail(Invariant.DEPOSED_STOPS, what));
    return request;
  }

  private long travel() {
    return cluster.dice().usually(30, cluster.weather().rarely(0.06), 5000);
  }

  private <T> Outcome<T> thrown() {
    // Whoever listed has no answer, and whoever stopped something has not stopped it.
    monitor.file().forEach(fleet.truth()::refusedToStop);
    String _ = noAnswer();
    return new Outcome.Thrown<>();
  }

  /** Asks, and is answered, or throws; whoever is interrupted does not hear what came of it. */
  private <T> T ask(Supplier<Outcome<T>> work) {
    boolean throwing = cluster.dice().chance(cluster.weather().rarely(0.03));
    Outcome<T> outcome;
    try {
      outcome =
          monitor
              .threads()
              .answer(told ->
                  cluster
                      .scheduler()
                      .after(
                          travel(),
                          () -> {
                            Outcome<T> came = throwing ? thrown() : work.get();
                            cluster.scheduler().after(travel(), () -> told.accept(came));
                          }));
      if (outcome instanceof Outcome.Thrown<T> && cluster.has(Flaw.LOST_EFFECTS)) {
        monitor.threads().hang();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException("interrupted", interrupted);
    }
    return switch (outcome) {
      case Outcome.Is<T>(T what) -> what;
      case Outcome.Refused<T>(String why) -> throw new FleetException(why);
      case Outcome.Thrown<T>() -> {
        Injected.any(cluster);
        throw new FleetException("nothing was thrown");
      }
    };
  }

  @Override
  public Watch watch(Consumer<Exit> listener) {
    return fleet.watch(exit -> {
      // Rarely a listing is faster.
      long travel = cluster.dice().usually(5, cluster.weather().rarely(0.2), WORD_MAX);
      monitor.process().after(travel, () -> listener.accept(exit));
    });
  }

  @Override
  public Optional<Exit> howEnded(ServerId server, Optional<String> handle) {
    return ask(() -> new Outcome.Is<>(fleet.howEnded(server)));
  }

  @Override
  public String ask(URI address, Health.Serving health, Duration most) throws InterruptedException {
    monitor.threads().sleep(cluster.dice().between(1, 10));
    Optional<ServerId> server = SimulatedFleet.at(address);
    return server.filter(fleet::healthy).isPresent() ? "" : "its health check can't be asked";
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
