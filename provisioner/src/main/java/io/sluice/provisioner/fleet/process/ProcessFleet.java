package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.ExitCodes;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers as processes of this host, each on a port of its own.
 *
 * <p>A port is a server's until its remains are removed, so that no two servers of the journal ever
 * share an address. A server's exit code is known to the monitor that started it, not to one that
 * adopted it.
 */
public final class ProcessFleet implements ServerFleet {
  /** How long a killed process may take to vanish. */
  private static final Duration KILL_PATIENCE = Duration.ofSeconds(5);

  /** How long a child may take to end by itself that its server has left behind. */
  private static final Duration CHILD_GRACE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ProcessFleet.class);
  private static final int PORT_MAX = 65_535;
  private static final String OWN_VARIABLES = "SLUICE_";

  private final ProcessFleetConfig config;
  private final Registry registry;
  private final Claims claims;
  private final ServerProcesses processes;
  private final ServerLogs logs;
  private final ServerSecrets secrets;
  private final List<String> prefix;
  private final ReentrantLock starting = new ReentrantLock();
  private final Set<Long> watchedPids = ConcurrentHashMap.newKeySet();

  /** Servers that are being stopped: of their ends nobody wants to know why. */
  private final Set<ServerId> stopping = ConcurrentHashMap.newKeySet();

  private final List<Consumer<Exit>> listeners = new CopyOnWriteArrayList<>();

  /**
   * Opens the fleet in its directory, with whatever servers run there.
   *
   * @throws FleetException if the directory can't be used
   */
  public ProcessFleet(ProcessFleetConfig config) {
    this.config = config;
    this.registry = new Registry(config.directory().resolve("running"));
    this.processes = new ServerProcesses(name(config));
    this.claims = new Claims(config.directory().resolve("starting"), processes);
    this.logs = new ServerLogs(config.directory().resolve("logs"), config.crashLogsMax());
    this.secrets = new ServerSecrets(config.directory().resolve("secrets"));
    this.prefix = config.detached() ? Detachment.prefix() : List.of();
  }

  @Override
  public Optional<String> objection(ServerTemplate template) {
    return template.health() instanceof Health.Command
        ? Optional.of(
            "health by command: expected http, tcp or process, since what a monitor runs on its own"
                + " host is in its configuration alone")
        : Optional.empty();
  }

  @Override
  public Started start(ServerSpec spec) {
    objection(spec.template())
        .ifPresent(what -> {
          throw new FleetException(what);
        });
    starting.lock();
    try {
      Optional<RunningProcess> known = registry.find(spec.server());
      Optional<ProcessHandle> alive = known.flatMap(RunningProcess::alive);
      if (known.isPresent() && alive.isPresent()) {
        watch(known.get(), alive.get());
        return started(known.get());
      }
      if (known.isEmpty()) {
        requireNoneUnknown(spec.server());
      }
      known.ifPresent(stale -> forget(stale.server(), true));
      int port = freePort();
      return started(
          switch (claims.claim(spec, port, address(spec, port))) {
            case Claims.Outcome.Claimed() -> claimed(spec, port);
            case Claims.Outcome.Found(RunningProcess found) -> found(found);
          });
    } finally {
      starting.unlock();
    }
  }

  /** What is kept of it can't be read: then it must not run, or there would be two. */
  private void requireNoneUnknown(ServerId server) {
    if (registry.damaged().contains(server)) {
      processes
          .main(server)
          .ifPresent(process -> {
            throw new FleetException(
                "server %s runs as process %d, and what was kept of it is damaged: it has to be stopped first"
                    .formatted(server, process.pid()));
          });
      forget(server, true);
    }
  }

  /** Whatever becomes of it, the claim is given up. */
  private RunningProcess claimed(ServerSpec spec, int port) {
    try {
      return launch(spec, port);
    } catch (RuntimeException failed) {
      secrets.remove(spec.server());
      throw failed;
    } finally {
      claims.release(spec.server());
    }
  }

  private RunningProcess found(RunningProcess found) {
    RunningProcess adopted = adopt(found);
    claims.release(found.server());
    return adopted;
  }

  private static String name(ProcessFleetConfig config) {
    return config.directory().toAbsolutePath().normalize().toString();
  }

  private URI address(ServerSpec spec, int port) {
    if (spec.template().works()) {
      return Addresses.worker(config.host());
    }
    return URI.create("http://%s:%d".formatted(config.host(), port));
  }

  /** Registers a process that another monitor started. */
  private RunningProcess adopt(RunningProcess found) {
    registry.write(found);
    found.alive().ifPresent(handle -> watch(found, handle));
    return found;
  }

  /** Watches a process that is not this one's child, of which no exit code is to be had. */
  private void watch(RunningProcess process, ProcessHandle handle) {
    watch(process, handle.onExit().thenApply(ended -> Optional.empty()));
  }

  private RunningProcess launch(ServerSpec spec, int port) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(config.command());
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      // At the end, wherever that is: the file may be put aside meanwhile.
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logs.begin(spec.server()).toFile()));
      Map<String, String> environment = builder.environment();
      // The monitor's own settings, its token among them, are not for its servers.
      environment.keySet().removeIf(name -> name.startsWith(OWN_VARIABLES));
      // What Sluice says of a server counts, whatever a template says.
      environment.putAll(spec.template().environment());
      environment.putAll(spec.secretVariables());
      if (!spec.secretFiles().isEmpty()) {
        Path directory = secrets.write(spec.server(), spec.secretFiles());
        environment.put(ServerSpec.SECRETS_DIRECTORY, directory.toString());
      }
      environment.putAll(spec.environment());
      environment.put(ServerSpec.FLEET, name(config));
      environment.put(ServerSpec.HOST, config.host());
      environment.put(ServerSpec.PORT, Integer.toString(port));
      Process process = builder.start();
      process.getOutputStream().close();
      RunningProcess running = describe(spec, port, process);
      register(running, process);
      return running;
    } catch (IOException | IllegalArgumentException failed) {
      // The latter of what no variable can be called or hold.
      throw new FleetException(
          "'%s' can't be run: %s".formatted(String.join(" ", command), failed.getMessage()),
          failed);
    }
  }

  private RunningProcess describe(ServerSpec spec, int port, Process process) {
    return new RunningProcess(
        spec.server(),
        spec.epoch(),
        process.pid(),
        RunningProcess.startInstant(process.toHandle()).orElseGet(Instant::now),
        StartMark.of(process.pid()),
        port,
        address(spec, port),
        Optional.of(spec.templateRevision()));
  }

  private void register(RunningProcess running, Process process) {
    try {
      registry.write(running);
    } catch (FleetException unwritable) {
      // Without an entry nobody could ever stop it.
      process.destroyForcibly();
      throw unwritable;
    }
    watch(running, process.onExit().thenApply(ended -> Optional.of(ended.exitValue())));
  }

  /**
   * {@inheritDoc}
   *
   * <p>What it started itself ends with it: first the server alone is asked, as it is for it to end
   * its children; what is left of them then is ended.
   */
  @Override
  public void stop(ServerId server, Duration grace) {
    Optional<RunningProcess> known = registry.find(server);
    if (known.isEmpty() && !registry.damaged().contains(server)) {
      return;
    }
    Optional<ProcessHandle> alive =
        known.isPresent() ? known.flatMap(RunningProcess::alive) : processes.main(server);
    stopping.add(server);
    try {
      List<ProcessHandle> children = alive.stream().flatMap(ProcessHandle::descendants).toList();
      alive.ifPresent(handle -> end(server, handle, grace));
      Stream.concat(children.stream(), processes.of(server))
          .distinct()
          .filter(ProcessHandle::isAlive)
          .forEach(child -> end(server, child, CHILD_GRACE));
    } finally {
      stopping.remove(server);
    }
    forget(server, alive.isEmpty());
  }

  private static void end(ServerId server, ProcessHandle handle, Duration grace) {
    handle.destroy();
    if (!ended(handle, grace)) {
      handle.destroyForcibly();
      if (!ended(handle, KILL_PATIENCE)) {
        throw new FleetException(
            "process %d of server %s was killed and still runs".formatted(handle.pid(), server));
      }
    }
  }

  private static boolean ended(ProcessHandle handle, Duration patience) {
    try {
      handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException stillRunning) {
      return false;
    } catch (ExecutionException failed) {
      throw new FleetException("process %d: %s".formatted(handle.pid(), failed), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException("interrupted while process %d ends".formatted(handle.pid()));
    }
  }

  private void forget(ServerId server, boolean crashed) {
    registry.remove(server);
    secrets.remove(server);
    logs.removed(server, crashed);
  }

  /** The same for all servers at the same time; what can't be stopped does not keep the others. */
  @Override
  public void stopAll(Duration grace) {
    List<String> failures = new ArrayList<>();
    try (ExecutorService stops = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (Instance instance : list()) {
        running.add(stops.submit(() -> stop(instance.server(), grace)));
      }
      for (Future<?> stop : running) {
        try {
          stop.get();
        } catch (ExecutionException failed) {
          failures.add(String.valueOf(failed.getCause()));
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new FleetException("interrupted while all servers are stopped");
    }
    if (!failures.isEmpty()) {
      throw new FleetException(String.join("; ", failures));
    }
  }

  @Override
  public Listing list() {
    for (RunningProcess orphan : claims.orphans()) {
      adopt(orphan);
      claims.release(orphan.server());
    }
    List<Instance> instances = new ArrayList<>();
    for (RunningProcess process : registry.all()) {
      Optional<ProcessHandle> alive = process.alive();
      alive.ifPresent(handle -> watch(process, handle));
      instances.add(new Instance(process.server(), alive.isPresent()));
      logs.bound(process.server());
    }
    for (ServerId server : registry.damaged()) {
      instances.add(new Instance(server, processes.main(server).isPresent()));
    }
    return Listing.of(instances);
  }

  @Override
  public Watch watch(Consumer<Exit> listener) {
    listeners.add(listener);
    try {
      list();
    } catch (FleetException unlisted) {
      // Whoever lists next is told, and watches what is found then.
      LOG.debug("the servers can't be listed for now", unlisted);
    }
    return () -> listeners.remove(listener);
  }

  private void watch(RunningProcess process, CompletableFuture<Optional<Integer>> end) {
    if (!watchedPids.add(process.pid())) {
      return;
    }
    var _ =
        end.thenAccept(code -> {
          String reason =
              code.map(ExitCodes::describe).orElse("its process %d ended".formatted(process.pid()));
          boolean askedFor = stopping.contains(process.server());
          String told = askedFor ? reason : logs.tell(process.server(), reason);
          Exit exit = new Exit(process.server(), code, false, told);
          try {
            listeners.forEach(listener -> listener.accept(exit));
          } finally {
            // As long as it is here, somebody is about to be told.
            watchedPids.remove(process.pid());
          }
        });
  }

  @Override
  public Optional<ServerLog> log(ServerId server, ServerLog.Piece piece) {
    return logs.read(server, piece);
  }

  /** {@inheritDoc} Its exit code is known to its watch alone. */
  @Override
  public Optional<Exit> howEnded(ServerId server, Optional<String> handle) {
    return registry
        .find(server)
        .filter(process -> process.alive().isEmpty() && !watchedPids.contains(process.pid()))
        .filter(process ->
            handle.filter(known -> !known.equals(Long.toString(process.pid()))).isEmpty())
        .map(process ->
            new Exit(
                server,
                Optional.empty(),
                false,
                logs.tell(server, "its process %d ended".formatted(process.pid()))));
  }

  private int freePort() {
    Set<Integer> taken =
        Stream.concat(registry.all().stream().map(RunningProcess::port), claims.ports().stream())
            .collect(Collectors.toSet());
    for (int port = config.firstPort(); port <= PORT_MAX; port++) {
      if (!taken.contains(port) && Listening.possible(config.host(), port)) {
        return port;
      }
    }
    throw new FleetException(
        "no free port on %s from %d upwards".formatted(config.host(), config.firstPort()));
  }

  private static Started started(RunningProcess process) {
    return new Started(process.address(), Long.toString(process.pid()), process.templateRevision());
  }

  /** Forgets the listeners; the servers go on running. */
  @Override
  public void close() {
    listeners.clear();
  }
}
