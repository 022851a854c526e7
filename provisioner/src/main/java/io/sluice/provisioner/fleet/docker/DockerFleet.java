package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.Sample;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers as containers of one Docker engine, or of several: each zone's on the engine that its
 * configuration names.
 *
 * <p>A container that was created and never started is what a start left that was interrupted, or
 * is under way in another monitor: it is started rather than removed. One that ended is removed,
 * and made anew.
 */
public final class DockerFleet implements ServerFleet {
  private static final Logger LOG = LoggerFactory.getLogger(DockerFleet.class);

  /**
   * While another monitor creates the container, its name is taken and nothing of it is to be seen.
   * That takes a fraction of a second, on a busy engine some.
   */
  private static final Duration CREATION_MAX = Duration.ofSeconds(10);

  private static final String DEFAULT_NETWORK = "bridge";
  private static final Duration LOOK = Duration.ofMillis(50);

  private final DockerFleetConfig config;
  private final Map<Access, EngineEndpoint> sites = new LinkedHashMap<>();
  private final List<EngineWatch> watches = new CopyOnWriteArrayList<>();

  /** Opens the fleet; no engine is asked anything yet. */
  public DockerFleet(DockerFleetConfig config) {
    this.config = config;
    config
        .all()
        .forEach(zone ->
            sites.computeIfAbsent(
                Access.of(zone),
                access -> new EngineEndpoint(new Engine(access), config.cluster())));
  }

  /**
   * The address under which containers of an engine's default network reach this host.
   *
   * @throws FleetException if the engine can't be asked, or has no such network
   */
  public static String hostAddress(URI engine) {
    try (Engine asked = new Engine(Access.of(DockerConfig.of(engine)))) {
      return asked
          .gateway(DEFAULT_NETWORK)
          .orElseThrow(() ->
              new FleetException(
                  "network %s on %s: expected one with a gateway"
                      .formatted(DEFAULT_NETWORK, engine)));
    }
  }

  @Override
  public Started start(ServerSpec spec) {
    ServerId server = spec.server();
    EngineEndpoint site = site(server.zone());
    DockerConfig zone = zone(server.zone());
    ContainerShape shape = ContainerShape.of(spec, zone, config.cluster());
    long deadline = System.nanoTime() + CREATION_MAX.toNanos();
    while (System.nanoTime() - deadline < 0) {
      Optional<ContainerState> found = site.engine().inspect(site.container(server));
      found.ifPresent(container -> requireOurs(server, container, site));
      if (found.isPresent() && found.get().phase() != ContainerState.Phase.ENDED) {
        return run(site, server, found.get().id());
      }
      found.ifPresent(remains -> site.engine().remove(remains.id()));
      Optional<String> created = site.engine().create(shape, zone.pull());
      if (created.isPresent()) {
        return run(site, server, created.get());
      }
      pause(server);
    }
    throw new FleetException(
        "container %s on %s: its name is taken, and nothing is to be seen of it"
            .formatted(site.container(server), site.engine().access()));
  }

  private static void pause(ServerId server) {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException("interrupted while server %s starts".formatted(server), interrupted);
    }
  }

  private Started run(EngineEndpoint site, ServerId server, String container) {
    site.engine().start(container);
    ContainerState state =
        site.engine()
            .inspect(container)
            .orElseThrow(() ->
                new FleetException(
                    "container %s on %s was removed as soon as it was started"
                        .formatted(site.container(server), site.engine().access())));
    if (!state.runs()) {
      throw new FleetException(
          "container %s on %s ended as soon as it was started: %s"
              .formatted(
                  site.container(server), site.engine().access(), state.exit(server).reason()));
    }
    site.started(server, state.id());
    return new Started(
        state.address(zone(server.zone())), state.handle(), state.templateRevision());
  }

  private void requireOurs(ServerId server, ContainerState container, EngineEndpoint site) {
    if (Labels.server(container.labels(), config.cluster()).filter(server::equals).isEmpty()) {
      throw new FleetException(
          "container %s on %s is none of cluster '%s': rename or remove it"
              .formatted(site.container(server), site.engine().access(), config.cluster()));
    }
  }

  @Override
  public void stop(ServerId server, Duration grace) {
    EngineEndpoint site = site(server.zone());
    Optional<ContainerState> found =
        site.engine()
            .inspect(site.container(server))
            .filter(container ->
                Labels.server(container.labels(), config.cluster())
                    .filter(server::equals)
                    .isPresent());
    found.ifPresent(container -> {
      if (container.phase() == ContainerState.Phase.PAUSED) {
        site.engine().unpause(container.id());
      }
      if (container.runs()) {
        site.engine().stop(container.id(), grace);
      }
      site.engine().remove(container.id());
    });
    site.forget(server);
  }

  /** The same for all servers at the same time; what can't be stopped does not keep the others. */
  @Override
  public void stopAll(Duration grace) {
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    Listing listing = list();
    List<ZoneId> silent =
        config.zones().keySet().stream().filter(zone -> !listing.speaksFor(zone)).toList();
    if (!silent.isEmpty()) {
      failures.add("the engines of %s can't be reached".formatted(silent));
    }
    try (ExecutorService stops = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Instance instance : listing) {
        stops.execute(() -> {
          try {
            stop(instance.server(), grace);
          } catch (FleetException failed) {
            failures.add(String.valueOf(failed.getMessage()));
          }
        });
      }
    }
    if (!failures.isEmpty()) {
      throw new FleetException(String.join("; ", failures));
    }
  }

  @Override
  public Listing list() {
    List<Instance> all = new ArrayList<>();
    SortedSet<ZoneId> silent = new TreeSet<>();
    List<FleetException> failures = new ArrayList<>();
    sites
        .values()
        .forEach(site -> {
          try {
            all.addAll(instances(site));
          } catch (FleetException unreachable) {
            failures.add(unreachable);
            silent.addAll(zonesOn(site));
          }
        });
    if (failures.size() == sites.size()) {
      throw failures.getFirst();
    }
    failures.forEach(failure -> LOG.warn("{}", failure.getMessage()));
    SortedSet<ZoneId> seen = new TreeSet<>(config.zones().keySet());
    seen.removeAll(silent);
    return Listing.of(all, seen);
  }

  /** What is left of a zone that has moved to another engine must not be taken for it. */
  private List<Instance> instances(EngineEndpoint site) {
    return site.instances().stream().filter(instance -> runsOn(instance.server(), site)).toList();
  }

  private List<ZoneId> zonesOn(EngineEndpoint site) {
    return config.zones().entrySet().stream()
        .filter(zone -> Access.of(zone.getValue()).equals(site.engine().access()))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public Watch watch(Consumer<Exit> listener) {
    List<EngineWatch> begun =
        sites.values().stream().map(site -> new EngineWatch(site, listener)).toList();
    watches.addAll(begun);
    return () -> {
      begun.forEach(EngineWatch::close);
      watches.removeAll(begun);
    };
  }

  @Override
  public Sampling sample(ServerId server, Consumer<Sample> listener) {
    EngineEndpoint site = site(server.zone());
    StatsSampling.Place place = new StatsSampling.Place(site.engine(), site.container(server));
    return new StatsSampling(server, () -> Optional.of(place), listener);
  }

  private DockerConfig zone(ZoneId zone) {
    return config
        .of(zone)
        .orElseThrow(() ->
            new FleetException(
                "zone %s: expected an engine for it in the configuration".formatted(zone)));
  }

  private EngineEndpoint site(ZoneId zone) {
    return Objects.requireNonNull(sites.get(Access.of(zone(zone))), "every zone has its site");
  }

  private boolean runsOn(ServerId server, EngineEndpoint site) {
    return config
        .of(server.zone())
        .map(Access::of)
        .filter(site.engine().access()::equals)
        .isPresent();
  }

  /** Lets go of the engines; the containers go on running. */
  @Override
  public void close() {
    watches.forEach(EngineWatch::close);
    sites.values().forEach(site -> site.engine().close());
  }
}
