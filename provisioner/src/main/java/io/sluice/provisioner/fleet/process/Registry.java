package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.WholeFile;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory with one small JSON file per server, written in one piece, so that whoever takes over
 * this host's servers knows their processes.
 */
final class Registry {
  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);
  private static final JsonCodec<RunningProcess> CODEC = new JsonCodec<>(RunningProcess.class);
  private static final String SUFFIX = ".json";

  private final Path directory;

  /** The damaged files that somebody was told of. */
  private final Set<Path> toldOf = ConcurrentHashMap.newKeySet();

  Registry(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException failed) {
      throw new FleetException(
          "directory %s of the servers can't be made: %s".formatted(directory, failed), failed);
    }
  }

  void write(RunningProcess process) {
    Path target = file(process.server());
    try {
      WholeFile.replace(target, CODEC.encode(process));
    } catch (IOException failed) {
      throw new FleetException("%s can't be written: %s".formatted(target, failed), failed);
    }
  }

  /** What is kept of a server; empty: nothing, or nothing that can be read. */
  Optional<RunningProcess> find(ServerId server) {
    return read(file(server));
  }

  /** All that can be read. */
  List<RunningProcess> all() {
    return files().stream().flatMap(file -> read(file).stream()).toList();
  }

  /** The servers of which something is kept that can't be read. */
  List<ServerId> damaged() {
    return files().stream()
        .filter(file -> Files.exists(file) && read(file).isEmpty())
        .flatMap(file -> server(file).stream())
        .toList();
  }

  private List<Path> files() {
    List<Path> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      files.forEach(all::add);
    } catch (IOException failed) {
      throw new FleetException("%s can't be listed: %s".formatted(directory, failed), failed);
    }
    return all;
  }

  private static Optional<ServerId> server(Path file) {
    String name = file.getFileName().toString();
    try {
      return Optional.of(ServerId.of(name.substring(0, name.length() - SUFFIX.length())));
    } catch (IllegalArgumentException somebodyElses) {
      return Optional.empty();
    }
  }

  void remove(ServerId server) {
    try {
      Files.deleteIfExists(file(server));
    } catch (IOException failed) {
      throw new FleetException("%s can't be removed: %s".formatted(file(server), failed), failed);
    }
  }

  private Optional<RunningProcess> read(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException failed) {
      WholeFile.requireDescriptors(failed);
      return damaged(file, failed.toString());
    }
    return switch (CODEC.decode(bytes)) {
      case Decoded.Value<RunningProcess>(RunningProcess process) -> Optional.of(process);
      case Decoded.UnknownType<RunningProcess>(String type) -> damaged(file, type);
      case Decoded.Malformed<RunningProcess>(String problem) -> damaged(file, problem);
    };
  }

  private Optional<RunningProcess> damaged(Path file, String problem) {
    if (toldOf.add(file)) {
      LOG.warn("{} is damaged; its server is looked for among the processes: {}", file, problem);
    }
    return Optional.empty();
  }

  private Path file(ServerId server) {
    return directory.resolve(server + SUFFIX);
  }
}
