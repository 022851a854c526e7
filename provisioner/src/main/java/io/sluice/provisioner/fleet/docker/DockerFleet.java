package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.NameTakenException;
import io.sluice.provisioner.fleet.Sample;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.supervision.LoopState;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
  /**
   * While another monitor creates the container, its name is taken and nothing of it is to be seen.
   * That takes a fraction of a second, on a busy engine some.
   */
  private static final Duration CREATION_MAX = Duration.ofSeconds(10);

  /** How long a listing waits for an engine; a busy one takes a second. */
  private static final Duration LISTING_MAX = Duration.ofSeconds(10);

  /** The same for one that has not answered the last time either. */
  private static final Duration HANGING_MAX = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger(DockerFleet.class);
  private static final String DEFAULT_NETWORK = "bridge";
  private static final Duration LOOK = Duration.ofMillis(50);

  private final DockerFleetConfig config;
  private final Map<Access, EngineEndpoint> sites = new LinkedHashMap<>();
  private final List<EngineWatch> watches = new CopyOnWriteArrayList<>();
  private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();

  /** Opens the fleet; no engine is asked anything yet. */
  public DockerFleet(DockerFleetConfig config) {
    this.config = config;
    config
        .all()
        .forEach(zone ->
            sites.computeIfAbsent(
                Access.of(zone),
                access ->
                    new EngineEndpoint(new Engine(access), config.cluster(), config.startsMax())));
  }

  /**
   * The address under which containers of an engine's default network reach this host.
   *
   * @throws FleetException if the engine can't be asked, or has no such network
   */
  public static String hostAddress(URI engine) {
    try (Engine asked = new Engine(Access.of(DockerConfig.of(engine)))) {
      return asked
          .hostAddress(DEFAULT_NETWORK)
          .orElseThrow(() ->
              new FleetException(
                  "network %s on %s: expected one with a range of addresses"
                      .formatted(DEFAULT_NETWORK, engine)));
    }
  }

  @Override
  public Started start(ServerSpec spec) {
    ServerId server = spec.server();
    EngineEndpoint site = site(server.zone());
    DockerConfig zone = zone(server.zone());
    config.directories().require(spec);
    ContainerShape shape = ContainerShape.of(spec, zone, config.cluster());
    boolean fetched = zone.pull() != PullPolicy.MISSING;
    if (zone.pull() == PullPolicy.ALWAYS) {
      site.pulls().pull(shape.image());
    }
    OptionalLong takenSince = OptionalLong.empty();
    while (true) {
      switch (site.places().in(server, () -> attempt(site, server, shape))) {
        case Attempt.Up(Started started) -> {
          return started;
        }
        case Attempt.NoImage(FleetException refusal) -> {
          if (fetched) {
            throw refusal;
          }
          site.pulls().pull(shape.image());
          fetched = true;
        }
        case Attempt.NameTaken() -> {
          long now = System.nanoTime();
          takenSince = OptionalLong.of(takenSince.orElse(now));
          if (now - takenSince.getAsLong() > CREATION_MAX.toNanos()) {
            throw new FleetException(
                "container %s on %s: its name is taken, and nothing is to be seen of it"
                    .formatted(site.container(server), site.engine().access()));
          }
          pause(server);
        }
      }
    }
  }

  /** What came of one attempt to start a server. */
  private sealed interface Attempt {
    record Up(Started started) implements Attempt {}

    record NameTaken() implements Attempt {}

    record NoImage(FleetException refusal) implements Attempt {}
  }

  private Attempt attempt(EngineEndpoint site, ServerId server, ContainerShape shape) {
    Optional<ContainerState> found = site.engine().inspect(site.container(server));
    found.ifPresent(container -> requireOurs(server, container, site));
    if (found.isPresent() && found.get().phase() != ContainerState.Phase.ENDED) {
      String container = found.get().id();
      if (found.get().phase() == ContainerState.Phase.CREATED) {
        site.engine().give(container, shape.files());
      }
      return new Attempt.Up(run(site, server, container));
    }
    found.ifPresent(remains -> site.engine().remove(remains.id()));
    return switch (site.engine().create(shape)) {
      case Engine.Creation.Created(String container) -> {
        site.engine().give(container, shape.files());
        yield new Attempt.Up(run(site, server, container));
      }
      case Engine.Creation.NameTaken() -> new Attempt.NameTaken();
      case Engine.Creation.ImageMissing(FleetException refusal) -> new Attempt.NoImage(refusal);
    };
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
      // Whoever hears of this removes it, and its log with it.
      throw new FleetException(
          "container %s on %s ended as soon as it was started: %s"
              .formatted(
                  site.container(server),
                  site.engine().access(),
                  state.exit(server, site.engine().logTail(container)).reason()));
    }
    site.started(server, state.id());
    return new Started(
        state.address(zone(server.zone())), state.handle(), state.templateRevision());
  }

  private void requireOurs(ServerId server, ContainerState container, EngineEndpoint site) {
    if (!isOurs(server, container)) {
      throw Labels.taken(
          "container %s on %s".formatted(site.container(server), site.engine().access()),
          server,
          container.identity().labels(),
          config.cluster());
    }
  }

  /** What a gate does not show, since it is another cluster's, is as good as gone. */
  private static Optional<ContainerState> byName(EngineEndpoint site, ServerId server) {
    try {
      return site.engine().inspect(site.container(server));
    } catch (NameTakenException anothers) {
      LOG.debug("server {} is not what has its name", server, anothers);
      return Optional.empty();
    }
  }

  private boolean isOurs(ServerId server, ContainerState container) {
    return container.identity().server(config.cluster()).filter(server::equals).isPresent();
  }

  @Override
  public void stop(ServerId server, Duration grace) {
    EngineEndpoint site = site(server.zone());
    Optional<ContainerState> found =
        byName(site, server).filter(container -> isOurs(server, container));
    found.ifPresentOrElse(
        container -> site.stop(server, container, grace), () -> site.forget(server));
  }

  @Override
  public void stop(ServerId server, String handle, Duration grace) {
    EngineEndpoint site = site(server.zone());
    site.engine()
        .inspect(handle)
        .filter(container -> container.handle().equals(handle))
        .filter(container ->
            Labels.server(container.identity().labels(), config.cluster())
                .filter(server::equals)
                .isPresent())
        .ifPresentOrElse(
            container -> site.stop(server, container, grace), () -> site.forget(server));
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

  /**
   * {@inheritDoc}
   *
   * <p>All engines are asked at the same time. One that does not answer in time is silent, and has
   * hardly any time until it has answered: by then the others are listed again.
   */
  @Override
  public Listing list() {
    Map<EngineEndpoint, Future<EngineEndpoint.Holdings>> asked = new LinkedHashMap<>();
    sites.values().forEach(site -> asked.put(site, questions.submit(() -> holdings(site))));
    long begin = System.nanoTime();
    List<Instance> all = new ArrayList<>();
    List<Listing.Bearer> bearers = new ArrayList<>();
    List<ZoneId> heard = new ArrayList<>();
    List<FleetException> failures = new ArrayList<>();
    asked.forEach((site, answer) -> {
      Duration patience = site.hangs() && sites.size() > 1 ? HANGING_MAX : LISTING_MAX;
      try {
        EngineEndpoint.Holdings holdings =
            within(patience.minusNanos(System.nanoTime() - begin), site, answer);
        all.addAll(holdings.instances());
        bearers.addAll(holdings.bearers());
        heard.addAll(zonesOn(site.engine().access()));
        site.reached(Optional.empty());
      } catch (FleetException unreachable) {
        failures.add(unreachable);
        site.reached(Optional.of(String.valueOf(unreachable.getMessage())));
      }
    });
    if (failures.size() == sites.size()) {
      throw failures.getFirst();
    }
    return named(all, heard).with(bearers);
  }

  private Listing named(List<Instance> all, List<ZoneId> heard) {
    if (config.zones().isEmpty()) {
      return Listing.of(all);
    }
    Listing listing = Listing.of(all, heard);
    List<ZoneId> common = config.takesOthers() ? zonesOn(Access.of(config.common())) : List.of();
    // Where the engine of all others answers, its zones do.
    if (common.isEmpty() || !heard.containsAll(common)) {
      return listing;
    }
    return listing.andOthersThan(
        config.zones().keySet().stream().filter(zone -> !heard.contains(zone)).toList());
  }

  private static EngineEndpoint.Holdings within(
      Duration patience, EngineEndpoint site, Future<EngineEndpoint.Holdings> answer) {
    try {
      return answer.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      // Of one that hangs already, an answer that comes too late tells that it is back.
      if (!site.hangs()) {
        answer.cancel(true);
      }
      site.hanging();
      throw new FleetException(
          "containers could not be listed on %s: the engine does not answer in time"
              .formatted(site.engine().access()),
          late);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof FleetException known
          ? known
          : new FleetException(
              "containers could not be listed on %s: %s"
                  .formatted(site.engine().access(), failed.getCause()),
              failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException("interrupted while containers are listed", interrupted);
    }
  }

  /** What is left of a zone that has moved to another engine must not be taken for it. */
  private EngineEndpoint.Holdings holdings(EngineEndpoint site) {
    EngineEndpoint.Holdings all = site.holdings();
    return new EngineEndpoint.Holdings(
        all.instances().stream().filter(instance -> runsOn(instance.server(), site)).toList(),
        all.bearers().stream().filter(bearer -> runsOn(bearer.server(), site)).toList());
  }

  private List<ZoneId> zonesOn(Access access) {
    return config.zones().entrySet().stream()
        .filter(zone -> Access.of(zone.getValue()).equals(access))
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
  public List<LoopState> loops() {
    return watches.stream().flatMap(watch -> watch.states().stream()).toList();
  }

  @Override
  public Sampling sample(ServerId server, Consumer<Sample> listener) {
    EngineEndpoint site = site(server.zone());
    return new StatsSampling(
        server,
        () ->
            Optional.of(
                new StatsSampling.Place(
                    site.engine(), site.running().getOrDefault(server, site.container(server)))),
        listener);
  }

  @Override
  public Optional<Exit> howEnded(ServerId server, Optional<String> handle) {
    EngineEndpoint site = site(server.zone());
    return site.engine()
        .inspect(handle.orElse(site.container(server)))
        .filter(container -> container.phase() == ContainerState.Phase.ENDED)
        .filter(container ->
            Labels.server(container.identity().labels(), config.cluster())
                .filter(server::equals)
                .isPresent())
        .map(container ->
            site.exit(server, container.id(), Optional.empty()).of(container.handle()));
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

  @Override
  public Optional<ServerLog> log(ServerId server, ServerLog.Piece piece) {
    return config
        .of(server.zone())
        .map(zone -> site(server.zone()))
        .flatMap(site ->
            byName(site, server)
                .filter(container -> isOurs(server, container))
                .map(container -> site.engine().log(container.id(), piece)));
  }

  @Override
  public String unwell(ServerId server) {
    EngineEndpoint site = site(server.zone());
    return site.engine().unwell(site.container(server));
  }

  /** Lets go of the engines; the containers go on running. */
  @Override
  public void close() {
    watches.forEach(EngineWatch::close);
    questions.shutdownNow();
    sites.values().forEach(site -> site.engine().close());
  }
}
