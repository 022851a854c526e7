package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is about to start which server, written down before it is done: a monitor may die, or be
 * stopped, between starting a process and registering it, and another one must neither lose that
 * process nor start a second one.
 *
 * <p>Such a process is found by its environment, which names its server and its fleet. That needs
 * Linux's {@code /proc}; elsewhere a claim of a dead monitor is only given up.
 */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final JsonCodec<Claim> CODEC = new JsonCodec<>(Claim.class);
  private static final String SUFFIX = ".json";

  private final Path directory;
  private final String fleet;

  /**
   * Opens them.
   *
   * @param directory where they are kept
   * @param fleet what {@link ServerSpec#FLEET} of this fleet's servers says
   */
  Claims(Path directory, String fleet) {
    this.directory = directory;
    this.fleet = fleet;
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
   * @param ownerStartedAt tells the owner from a later process with the same id
   * @param port where the server will listen
   */
  record Claim(
      ServerId server,
      Epoch epoch,
      long owner,
      Instant ownerStartedAt,
      int port,
      URI address,
      Optional<Integer> templateRevision) {
    /** Whether its owner still runs, and is not this process. */
    boolean heldByAnother() {
      return owner != ProcessHandle.current().pid() && process(owner).alive().isPresent();
    }

    RunningProcess process(long pid) {
      return new RunningProcess(
          server, epoch, pid, ownerStartedAt, port, address, templateRevision);
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
   * @throws FleetException if another process that runs has claimed it
   */
  Outcome claim(ServerSpec spec, int port, URI address) {
    Claim claim =
        new Claim(
            spec.server(),
            spec.epoch(),
            ProcessHandle.current().pid(),
            startOf(ProcessHandle.current()),
            port,
            address,
            Optional.of(spec.templateRevision()));
    if (write(claim, StandardOpenOption.CREATE_NEW)) {
      return new Outcome.Claimed();
    }
    Optional<Claim> earlier = read(file(spec.server()));
    Optional<RunningProcess> running = earlier.flatMap(this::runningOf);
    if (running.isPresent()) {
      return new Outcome.Found(running.get());
    }
    if (earlier.filter(Claim::heldByAnother).isPresent()) {
      throw new FleetException(
          "server %s is being started by process %d at the moment"
              .formatted(spec.server(), earlier.get().owner()));
    }
    write(claim, StandardOpenOption.CREATE);
    return new Outcome.Claimed();
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
    String server = ServerSpec.SERVER + "=" + claim.server();
    String own = ServerSpec.FLEET + "=" + fleet;
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != claim.owner())
        .filter(process -> {
          List<String> environment = environment(process.pid());
          return environment.contains(server) && environment.contains(own);
        })
        .findFirst()
        .map(process ->
            new RunningProcess(
                claim.server(),
                claim.epoch(),
                process.pid(),
                startOf(process),
                claim.port(),
                claim.address(),
                claim.templateRevision()));
  }

  private static List<String> environment(long pid) {
    Path file = Path.of("/proc", Long.toString(pid), "environ");
    try {
      return Stream.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\0", -1))
          .toList();
    } catch (IOException goneOrNotOurs) {
      // Of another user, or ended meanwhile: not one that this fleet started.
      return List.of();
    }
  }

  private static Instant startOf(ProcessHandle process) {
    return RunningProcess.startInstant(process).orElseGet(Instant::now);
  }

  private boolean write(Claim claim, StandardOpenOption how) {
    try {
      Files.write(file(claim.server()), CODEC.encode(claim), how, StandardOpenOption.WRITE);
      return true;
    } catch (FileAlreadyExistsException taken) {
      return false;
    } catch (IOException failed) {
      throw new FleetException(
          "%s can't be written: %s".formatted(file(claim.server()), failed), failed);
    }
  }

  private List<Claim> all() {
    List<Claim> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      files.forEach(file -> read(file).ifPresent(all::add));
    } catch (IOException failed) {
      throw new FleetException("%s can't be listed: %s".formatted(directory, failed), failed);
    }
    return all;
  }

  private static Optional<Claim> read(Path file) {
    try {
      if (CODEC.decode(Files.readAllBytes(file)) instanceof Decoded.Value<Claim>(Claim claim)) {
        return Optional.of(claim);
      }
      LOG.warn("{} is damaged, as by a monitor that died while it wrote it; ignored", file);
      return Optional.empty();
    } catch (NoSuchFileException released) {
      return Optional.empty();
    } catch (IOException failed) {
      throw new FleetException("%s can't be read: %s".formatted(file, failed), failed);
    }
  }

  private Path file(ServerId server) {
    return directory.resolve(server + SUFFIX);
  }
}
