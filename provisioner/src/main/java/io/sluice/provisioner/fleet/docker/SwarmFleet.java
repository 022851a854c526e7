package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.ServiceSpec;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.Sample;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.supervision.LoopState;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Servers as services of a Docker swarm, which chooses their nodes: one service with one task for
 * each server, since it is Sluice that says which server goes, after its last request.
 *
 * <p>The swarm starts nothing again by itself. Its managers don't see what a task uses on another
 * node, so that is asked of the node's own engine, if {@link SwarmConfig#nodeEngine()} says how.
 * How long a server may take to end is said when it is made ({@link SwarmConfig#stopGrace()}), not
 * when it is stopped.
 */
public final class SwarmFleet implements ServerFleet {
  private static final Duration LOOK_FIRST = Duration.ofMillis(50);

  /** A manager has more to do than to be asked by many servers at once. */
  private static final Duration LOOK_MAX = Duration.ofMillis(400);

  /**
   * A removed service's name is free at once; a manager that has just been elected needs longer.
   */
  private static final Duration CREATION_MAX = Duration.ofSeconds(10);

  /** The scheduler needs a fraction of a second; beyond, no node suits. */
  private static final Duration PLACEMENT_MAX = Duration.ofSeconds(5);

  /** A node may have to fetch the image, from a slow registry. */
  private static final Duration COMING_MAX = Duration.ofMinutes(10);

  /** What a swarm takes, beside the grace, to end a task and to say so. */
  private static final Duration END_MAX = Duration.ofSeconds(30);

  private final SwarmConfig config;
  private final Swarm swarm;
  private final SwarmServices services;
  private final Map<Access, Engine> engines = new ConcurrentHashMap<>();
  private final List<SwarmWatch> watches = new CopyOnWriteArrayList<>();

  /** Opens the fleet; nothing is asked yet. */
  public SwarmFleet(SwarmConfig config) {
    this.config = config;
    this.swarm = new Swarm(config.access());
    this.services = new SwarmServices(swarm, config.cluster());
  }

  /**
   * A swarm has secrets of its own, which Sluice would have to keep in step with its versions, and
   * it does not.
   */
  @Override
  public Optional<String> objection(ServerTemplate template) {
    return template.health() instanceof Health.Command
        ? Optional.of(
            "health by command: expected http, tcp or process, since a manager of a swarm is not"
                + " told what a node's command says")
        : ServiceShape.objection(template);
  }

  @Override
  public Started start(ServerSpec spec) {
    objection(spec.template())
        .ifPresent(what -> {
          throw new FleetException(what);
        });
    ServiceSpec shape = ServiceShape.of(spec, config);
    String name = Labels.container(config.cluster(), spec.server());
    Pause pause = new Pause(spec.server());
    while (!pause.passed(CREATION_MAX)) {
      Optional<Swarm.Known> found = swarm.service(name);
      if (found.isEmpty()) {
        Optional<String> created = swarm.create(shape);
        if (created.isPresent()) {
          return awaitRun(spec.server(), name, created.get());
        }
      } else {
        requireOurs(spec.server(), name, found.get());
        List<SwarmTask> tasks = swarm.tasks(found.get().id());
        if (tasks.isEmpty() || tasks.stream().anyMatch(SwarmTask::lives)) {
          return awaitRun(spec.server(), name, found.get().id());
        }
        // What is left of a server that ended.
        swarm.remove(found.get().id());
      }
      pause.look();
    }
    throw new FleetException(
        "service %s on %s: its name is taken, and nothing is to be seen of it"
            .formatted(name, swarm.access()));
  }

  /** Waits until a node runs it; what no node can run is told at once. */
  private Started awaitRun(ServerId server, String name, String service) {
    Pause pause = new Pause(server);
    while (!pause.passed(COMING_MAX)) {
      List<SwarmTask> tasks = swarm.tasks(service);
      Optional<SwarmTask> living = tasks.stream().filter(SwarmTask::lives).findFirst();
      if (living.isPresent() && living.get().phase() == SwarmTask.Phase.RUNNING) {
        return started(name, living.get());
      }
      if (living.isEmpty() && !tasks.isEmpty()) {
        throw new FleetException(
            "service %s on %s could not be started: %s"
                .formatted(name, swarm.access(), swarm.exit(server, tasks.getLast()).reason()));
      }
      if (living.isPresent()
          && living.get().phase() == SwarmTask.Phase.WAITING
          && !living.get().trouble().isEmpty()
          && pause.passed(PLACEMENT_MAX)) {
        throw new FleetException(
            "service %s on %s could not be placed: %s; it wants %s"
                .formatted(name, swarm.access(), living.get().trouble(), wants(server)));
      }
      if (tasks.isEmpty() && swarm.service(name).isEmpty()) {
        throw new FleetException(
            "service %s on %s was removed as soon as it was created"
                .formatted(name, swarm.access()));
      }
      pause.look();
    }
    throw new FleetException(
        "service %s on %s: no node has it running after %d min"
            .formatted(name, swarm.access(), COMING_MAX.toMinutes()));
  }

  private String wants(ServerId server) {
    List<String> conditions = config.placement(server.zone());
    return conditions.isEmpty()
        ? "a node with room for it"
        : "a node with " + String.join(" and ", conditions) + ", and with room for it";
  }

  private Started started(String name, SwarmTask task) {
    if (Labels.works(task.labels())) {
      return new Started(
          Addresses.worker(name), task.handle(), Labels.templateRevision(task.labels()));
    }
    int port = Labels.port(task.labels(), name);
    String scheme = Labels.scheme(task.labels(), name);
    URI address =
        switch (config.reach()) {
          case NAME -> URI.create("%s://%s:%d".formatted(scheme, name, port));
          case PORT ->
              URI.create("%s://%s:%d".formatted(scheme, node(name, task), published(name, task)));
        };
    return new Started(address, task.handle(), Labels.templateRevision(task.labels()));
  }

  private String node(String name, SwarmTask task) {
    return task.node()
        .flatMap(swarm::address)
        .orElseThrow(() ->
            new FleetException(
                "service %s on %s: the swarm knows no address of its node"
                    .formatted(name, swarm.access())));
  }

  private int published(String name, SwarmTask task) {
    int port = Labels.port(task.labels(), name);
    return Optional.ofNullable(task.published().get(port))
        .orElseThrow(() ->
            new FleetException(
                "service %s publishes no port of its node for its port %d: expected one; remove it, and it is made anew"
                    .formatted(name, port)));
  }

  private void requireOurs(ServerId server, String name, Swarm.Known service) {
    if (!isOurs(server).test(service)) {
      throw Labels.taken(
          "service %s on %s".formatted(name, swarm.access()),
          server,
          service.labels(),
          config.cluster());
    }
  }

  private Predicate<Swarm.Known> isOurs(ServerId server) {
    return service -> service.server(config.cluster()).filter(server::equals).isPresent();
  }

  /**
   * {@inheritDoc}
   *
   * @param grace not what counts: {@link SwarmConfig#stopGrace()} does
   */
  @Override
  public void stop(ServerId server, Duration grace) {
    Optional<Swarm.Known> found =
        swarm.service(Labels.container(config.cluster(), server)).filter(isOurs(server));
    found.ifPresent(service -> swarm.remove(service.id()));
    Pause pause = new Pause(server);
    while (!pause.passed(config.stopGrace().plus(END_MAX))) {
      Set<String> busy = nodesOf(server);
      // A node that is lost ends it when it is back.
      if (busy.isEmpty() || swarm.lostNodes().containsAll(busy)) {
        return;
      }
      pause.look();
    }
    throw new FleetException(
        "service %s on %s is removed, and its task still runs"
            .formatted(Labels.container(config.cluster(), server), swarm.access()));
  }

  /** The nodes that run it, also if its service is removed already. */
  private Set<String> nodesOf(ServerId server) {
    Map<String, String> labels =
        Map.of(Labels.CLUSTER, config.cluster(), Labels.SERVER, server.toString());
    return services.own(swarm.tasks(labels)).stream()
        .filter(task -> task.phase() != SwarmTask.Phase.ENDED)
        .flatMap(task -> task.node().stream())
        .collect(Collectors.toSet());
  }

  @Override
  public Listing list() {
    // First the services: a task that came in between only makes one of them run.
    Map<ServerId, Swarm.Known> own = services.list();
    Map<String, List<SwarmTask>> tasks =
        swarm.tasks(Map.of(Labels.CLUSTER, config.cluster())).stream()
            .collect(Collectors.groupingBy(SwarmTask::service));
    List<Instance> instances = new ArrayList<>();
    own.forEach((server, service) -> {
      List<SwarmTask> runs = tasks.getOrDefault(service.id(), List.of());
      boolean lives = runs.isEmpty() || runs.stream().anyMatch(SwarmTask::lives);
      instances.add(new Instance(server, lives));
    });
    return Listing.of(instances);
  }

  @Override
  public Watch watch(Consumer<Exit> listener) {
    SwarmWatch begun = new SwarmWatch(swarm, services, listener);
    watches.add(begun);
    return () -> {
      begun.close();
      watches.remove(begun);
    };
  }

  @Override
  public Optional<Exit> howEnded(ServerId server, Optional<String> handle) {
    return swarm
        .service(Labels.container(config.cluster(), server))
        .filter(isOurs(server))
        .flatMap(service ->
            swarm.tasks(service.id()).stream()
                .filter(task -> handle.filter(known -> !known.equals(task.handle())).isEmpty())
                .findFirst())
        .filter(task -> !task.lives())
        .map(task -> swarm.exit(server, task));
  }

  /** {@inheritDoc} Of a service it is what its task that lives printed, or that which ended. */
  @Override
  public Optional<ServerLog> log(ServerId server, ServerLog.Piece piece) {
    return swarm
        .service(Labels.container(config.cluster(), server))
        .filter(isOurs(server))
        .flatMap(service -> {
          List<SwarmTask> tasks = swarm.tasks(service.id());
          return tasks.stream()
              .filter(SwarmTask::lives)
              .findFirst()
              .or(() -> tasks.stream().findFirst());
        })
        .map(task -> swarm.log(task, piece));
  }

  @Override
  public List<LoopState> loops() {
    return watches.stream().flatMap(watch -> watch.states().stream()).toList();
  }

  @Override
  public Sampling sample(ServerId server, Consumer<Sample> listener) {
    return config.nodeEngine().isEmpty()
        ? Sampling.NONE
        : new StatsSampling(server, () -> place(server), listener);
  }

  /** Which node runs it, and where that node's engine is. */
  private Optional<StatsSampling.Place> place(ServerId server) {
    return swarm
        .service(Labels.container(config.cluster(), server))
        .filter(isOurs(server))
        .flatMap(service -> swarm.tasks(service.id()).stream().filter(SwarmTask::lives).findFirst())
        .flatMap(task ->
            task.container()
                .flatMap(container ->
                    task.node()
                        .flatMap(swarm::address)
                        .flatMap(config::access)
                        .map(access -> new StatsSampling.Place(engine(access), container))));
  }

  private Engine engine(Access access) {
    return engines.computeIfAbsent(access, Engine::new);
  }

  /** Lets go of the swarm; its services go on running. */
  @Override
  public void close() {
    watches.forEach(SwarmWatch::close);
    engines.values().forEach(Engine::close);
    swarm.close();
  }

  /** Looks again and again, from now on, and ever more rarely. */
  private static final class Pause {
    private final long since = System.nanoTime();
    private final ServerId server;
    private Duration pause = LOOK_FIRST;

    Pause(ServerId server) {
      this.server = server;
    }

    boolean passed(Duration most) {
      return System.nanoTime() - since > most.toNanos();
    }

    void look() {
      try {
        Thread.sleep(pause);
        Duration longer = pause.multipliedBy(3).dividedBy(2);
        pause = longer.compareTo(LOOK_MAX) < 0 ? longer : LOOK_MAX;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new FleetException("interrupted while waiting for server " + server, interrupted);
      }
    }
  }
}
