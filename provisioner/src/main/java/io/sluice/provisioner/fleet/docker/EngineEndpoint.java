package io.sluice.provisioner.fleet.docker;

import com.github.dockerjava.api.model.Container;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.ExitCodes;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.LogTail;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine, and what of this cluster runs on it. What is kept of it is soft: what was last seen
 * running is there to notice ends that no event told of, and comes back with the next listing; what
 * was found to be a copy is looked at again.
 */
final class EngineEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(EngineEndpoint.class);

  /** A start takes half a minute at most; so many rounds of them are waited for. */
  private static final Duration PLACE_WAIT_MAX = Duration.ofMinutes(2);

  private final Engine engine;
  private final String cluster;
  private final StartPlaces places;
  private final ImagePulls pulls;

  /** What was last seen running, by server and container. */
  private final Map<ServerId, String> running = new ConcurrentHashMap<>();

  /** Servers that are being stopped: of their ends nobody wants to know why. */
  private final Set<ServerId> stopping = ConcurrentHashMap.newKeySet();

  /** Of containers whose image has another name by now, whether they are ours, by id. */
  private final Map<String, Boolean> lookedAt = new ConcurrentHashMap<>();

  /** The ids of the copies that somebody was told of. */
  private final Set<String> toldOf = ConcurrentHashMap.newKeySet();

  private volatile boolean silent;
  private volatile boolean hangs;

  EngineEndpoint(Engine engine, String cluster, int startsMax) {
    this.engine = engine;
    this.cluster = cluster;
    this.places = new StartPlaces(startsMax, PLACE_WAIT_MAX);
    this.pulls = new ImagePulls(engine::pull, Engine.PULL_TIMEOUT);
  }

  Engine engine() {
    return engine;
  }

  String cluster() {
    return cluster;
  }

  StartPlaces places() {
    return places;
  }

  ImagePulls pulls() {
    return pulls;
  }

  /** What the container of a server is called. */
  String container(ServerId server) {
    return Labels.container(cluster, server);
  }

  /** What was last seen running. */
  Map<ServerId, String> running() {
    return Map.copyOf(running);
  }

  void started(ServerId server, String container) {
    running.put(server, container);
  }

  void ended(ServerId server, String container) {
    running.remove(server, container);
  }

  void forget(ServerId server) {
    running.remove(server);
  }

  /** Ends a container, and removes it. */
  void stop(ServerId server, ContainerState container, Duration grace) {
    stopping.add(server);
    try {
      if (container.phase() == ContainerState.Phase.PAUSED) {
        engine.unpause(container.id());
      }
      if (container.runs()) {
        engine.stop(container.id(), grace);
      }
      engine.remove(container.id());
    } finally {
      stopping.remove(server);
    }
    forget(server);
  }

  /** Asks the engine what runs. */
  Map<ServerId, String> list() {
    Seen seen = look();
    Map<ServerId, String> now = new HashMap<>();
    seen.own()
        .forEach((server, container) -> {
          if (runs(container)) {
            now.put(server, container.getId());
          }
        });
    // One that runs on is the one that it was, whatever it is called by now.
    seen.bearers()
        .forEach((container, bearer) -> {
          if (bearer.running() && container.equals(running.get(bearer.server()))) {
            now.put(bearer.server(), container);
          }
        });
    running.putAll(now);
    return now;
  }

  /** Asks the engine for every server that it keeps something of. */
  Holdings holdings() {
    Seen seen = look();
    List<Instance> instances = new ArrayList<>();
    seen.own()
        .forEach((server, container) -> {
          boolean runs = runs(container);
          instances.add(new Instance(server, runs, unwell(container)));
          if (runs) {
            running.putIfAbsent(server, container.getId());
          }
        });
    return new Holdings(instances, List.copyOf(seen.bearers().values()));
  }

  /** An engine that runs a command in it says in words what came of that. */
  private static Optional<String> unwell(Container container) {
    return Labels.works(labels(container))
            && String.valueOf(container.getStatus()).endsWith("(unhealthy)")
        ? Optional.of(
            "its health command failed %d times in a row".formatted(Health.Command.FAILURES))
        : Optional.empty();
  }

  /** What an engine keeps: by the servers' names, and all that says that it is one. */
  record Holdings(List<Instance> instances, List<Listing.Bearer> bearers) {}

  /** What was seen: the containers that bear a server's name, and all that say they are one. */
  private record Seen(Map<ServerId, Container> own, Map<String, Listing.Bearer> bearers) {}

  /** A name is there once. */
  private Seen look() {
    List<Container> labelled = engine.list(Labels.CLUSTER, cluster);
    hangs = false;
    Set<String> ids = new HashSet<>();
    Map<ServerId, Container> own = new HashMap<>();
    Map<String, Listing.Bearer> bearers = new HashMap<>();
    for (Container container : labelled) {
      ids.add(container.getId());
      Labels.server(labels(container), cluster)
          .ifPresent(server ->
              bearers.put(
                  container.getId(),
                  new Listing.Bearer(
                      server, ContainerState.handle(container.getId()), runs(container))));
      Optional<ServerId> server = server(container);
      server.ifPresent(id -> own.put(id, container));
      if (server.isEmpty()) {
        tellOfCopy(container);
      }
    }
    toldOf.retainAll(ids);
    lookedAt.keySet().retainAll(ids);
    return new Seen(own, bearers);
  }

  private static Map<String, String> labels(Container container) {
    return Optional.ofNullable(container.getLabels()).orElse(Map.of());
  }

  private Optional<ServerId> server(Container container) {
    Map<String, String> labels = labels(container);
    return names(container)
        .flatMap(name -> Labels.server(name, labels, cluster).stream())
        .findFirst()
        .filter(server ->
            Labels.madeOf(String.valueOf(container.getImage()), labels)
                || lookedAt.computeIfAbsent(container.getId(), this::isOurs));
  }

  private static Stream<String> names(Container container) {
    return Stream.ofNullable(container.getNames())
        .flatMap(Stream::of)
        .map(name -> name.replaceFirst("^/", ""));
  }

  /**
   * A listing calls an image by its id once its name means another one: only the container itself
   * still knows by which name it was made.
   */
  private boolean isOurs(String container) {
    return engine.inspect(container).flatMap(state -> state.identity().server(cluster)).isPresent();
  }

  private void tellOfCopy(Container container) {
    if (toldOf.add(container.getId())) {
      LOG.warn(
          "container {} on {} carries the labels of server {} of cluster '{}', and not its name or"
              + " image: unless it is the one that was started as that, it is left alone",
          names(container).findFirst().orElse(container.getId()),
          engine.access(),
          labels(container).getOrDefault(Labels.SERVER, "(none)"),
          cluster);
    }
  }

  private static boolean runs(Container container) {
    return switch (ContainerState.phase(String.valueOf(container.getState()))) {
      case RUNNING, PAUSED -> true;
      case CREATED, ENDED -> false;
    };
  }

  /**
   * How a server ended, with what it said last.
   *
   * @param code the exit code that an event told of
   */
  Exit exit(ServerId server, String container, Optional<Integer> code) {
    try {
      Optional<ContainerState> remains = engine.inspect(container);
      if (remains.isPresent()) {
        return remains
            .get()
            .exit(server, stopping.contains(server) ? Optional.empty() : tail(container));
      }
    } catch (FleetException unknown) {
      LOG.debug("how server {} ended can't be asked", server, unknown);
    }
    String reason = code.map(ExitCodes::describe).orElse("its container is gone");
    return new Exit(server, code, false, reason);
  }

  private Optional<LogTail> tail(String container) {
    return engine.logTail(container);
  }

  /** Says once that it is out of reach, and once that it is back. */
  void reached(Optional<String> failure) {
    boolean was = silent;
    silent = failure.isPresent();
    if (silent && !was) {
      LOG.warn("{}; nothing is concluded about what runs there", failure.orElseThrow());
    } else if (was && !silent) {
      LOG.info("the engine at {} answers again", engine.access());
    }
  }

  /** It did not answer when it was listed. */
  void hanging() {
    hangs = true;
  }

  /** Whether it has not answered since. */
  boolean hangs() {
    return hangs;
  }
}
