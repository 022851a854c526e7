package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.WholeFile;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is about to start which server, written down before it is done: a monitor may die, or be
 * stopped, between starting a process and registering it, and another one must neither lose that
 * process nor start a second one.
 *
 * <p>Such a process is found by its environment; where that can't be read, a claim of a dead
 * monitor is only given up. A claim that is damaged concerns its server alone.
 */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final JsonCodec<Claim> CODEC = new JsonCodec<>(Claim.class);
  private static final String SUFFIX = ".json";

  private final Path directory;
  private final ServerProcesses processes;

  /** The damaged files that somebody was told of. */
  private final Set<Path> toldOf = ConcurrentHashMap.newKeySet();

  /**
   * Opens them.
   *
   * @param directory where they are kept
   * @param processes finds the processes of this fleet's servers
   */
  Claims(Path directory, ServerProcesses processes) {
    this.directory = directory;
    this.processes = processes;
    try {
      Files.createDirectories(directory);
    } catch (IOException failed) {
      throw new FleetException(
          "directory %s can't be made: %s".formatted(directory, failed), failed);
    }
  }

  /**
   * Somebody is about to start a server.
   *
   * @param owner its process id
   * @param ownerStartedAt when the owner was started, by the wall clock; where there is no mark
   * @param ownerStart tells the owner from a later process with the same id; empty where the host
   *     has no such mark, and in what earlier releases wrote
   * @param port where the server will listen
   */
  record Claim(
      ServerId server,
      Epoch epoch,
      long owner,
      Instant ownerStartedAt,
      Optional<StartMark> ownerStart,
      int port,
      URI address,
      Optional<Integer> templateRevision) {
    /** Whether its owner still runs, and is not this process. */
    boolean heldByAnother() {
      return owner != ProcessHandle.current().pid()
          && RunningProcess.alive(owner, ownerStartedAt, ownerStart).isPresent();
    }
  }

  /** What is claimed, or what was found instead. */
  sealed interface Outcome {
    /** The server may be started. */
    record Claimed() implements Outcome {}

    /** It runs already: whoever started it had no time to register it. */
    record Found(RunningProcess process) implements Outcome {}
  }

  /**
   * Claims a server.
   *
   * @throws FleetException if another process that runs has claimed it, or its claim is damaged
   */
  Outcome claim(ServerSpec spec, int port, URI address) {
    ProcessHandle self = ProcessHandle.current();
    Claim claim =
        new Claim(
            spec.server(),
            spec.epoch(),
            self.pid(),
            startOf(self),
            StartMark.of(self.pid()),
            port,
            address,
            Optional.of(spec.templateRevision()));
    Path file = file(spec.server());
    try {
      WholeFile.create(file, CODEC.encode(claim));
      return new Outcome.Claimed();
    } catch (FileAlreadyExistsException taken) {
      return takeOver(claim, file);
    } catch (IOException failed) {
      throw unwritable(file, failed);
    }
  }

  private Outcome takeOver(Claim claim, Path file) {
    Optional<Claim> earlier =
        switch (read(file)) {
          case Reading.Of(Claim known) -> Optional.of(known);
          case Reading.Nothing() -> Optional.empty();
          case Reading.Damaged(String problem) ->
              throw new FleetException(
                  "%s is damaged (%s), so that nobody knows who starts server %s: remove it if nobody does"
                      .formatted(file, problem, claim.server()));
        };
    Optional<RunningProcess> running = earlier.flatMap(this::runningOf);
    if (running.isPresent()) {
      return new Outcome.Found(running.get());
    }
    if (earlier.filter(Claim::heldByAnother).isPresent()) {
      throw new FleetException(
          "server %s is being started by process %d at the moment"
              .formatted(claim.server(), earlier.get().owner()));
    }
    try {
      WholeFile.replace(file, CODEC.encode(claim));
    } catch (IOException failed) {
      throw unwritable(file, failed);
    }
    return new Outcome.Claimed();
  }

  private static FleetException unwritable(Path file, IOException failed) {
    return new FleetException("%s can't be written: %s".formatted(file, failed), failed);
  }

  /** Gives a claim up, since its server is registered or was not started. */
  void release(ServerId server) {
    try {
      Files.deleteIfExists(file(server));
    } catch (IOException failed) {
      throw new FleetException("%s can't be removed: %s".formatted(file(server), failed), failed);
    }
  }

  /** The ports of all claims. */
  List<Integer> ports() {
    return all().stream().map(Claim::port).toList();
  }

  /**
   * Looks after claims whose owners are gone.
   *
   * @return processes that they started and did not register; their claims are still there
   */
  List<RunningProcess> orphans() {
    List<RunningProcess> orphans = new ArrayList<>();
    for (Claim claim : all()) {
      if (claim.owner() != ProcessHandle.current().pid() && !claim.heldByAnother()) {
        Optional<RunningProcess> running = runningOf(claim);
        running.ifPresent(orphans::add);
        if (running.isEmpty()) {
          release(claim.server());
        }
      }
    }
    return orphans;
  }

  /** The process that a claim led to, found by its environment. */
  private Optional<RunningProcess> runningOf(Claim claim) {
    return processes
        .main(claim.server())
        .filter(process -> process.pid() != claim.owner())
        .map(process ->
            new RunningProcess(
                claim.server(),
                claim.epoch(),
                process.pid(),
                startOf(process),
                StartMark.of(process.pid()),
                claim.port(),
                claim.address(),
                claim.templateRevision()));
  }

  private static Instant startOf(ProcessHandle process) {
    return RunningProcess.startInstant(process).orElseGet(Instant::now);
  }

  private List<Claim> all() {
    List<Claim> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        switch (read(file)) {
          case Reading.Of(Claim claim) -> all.add(claim);
          case Reading.Nothing() -> {}
          case Reading.Damaged(String problem) -> {
            if (toldOf.add(file)) {
              LOG.warn("{} is damaged, its server can't be started: {}", file, problem);
            }
          }
        }
      }
    } catch (IOException failed) {
      throw new FleetException("%s can't be listed: %s".formatted(directory, failed), failed);
    }
    return all;
  }

  /** What stands in a file. */
  private sealed interface Reading {
    record Of(Claim claim) implements Reading {}

    record Nothing() implements Reading {}

    record Damaged(String problem) implements Reading {}
  }

  private static Reading read(Path file) {
    try {
      return switch (CODEC.decode(Files.readAllBytes(file))) {
        case Decoded.Value<Claim>(Claim claim) -> new Reading.Of(claim);
        case Decoded.UnknownType<Claim>(String type) -> new Reading.Damaged(type);
        case Decoded.Malformed<Claim>(String problem) -> new Reading.Damaged(problem);
      };
    } catch (NoSuchFileException released) {
      return new Reading.Nothing();
    } catch (IOException failed) {
      WholeFile.requireDescriptors(failed);
      return new Reading.Damaged(failed.toString());
    }
  }

  private Path file(ServerId server) {
    return directory.resolve(server + SUFFIX);
  }
}
