package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    Path draft = target.resolveSibling(target.getFileName() + ".draft");
    try {
      Files.write(draft, CODEC.encode(process));
      Files.move(
          draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new FleetException("%s can't be written: %s".formatted(target, failed), failed);
    }
  }

  Optional<RunningProcess> find(ServerId server) {
    return read(file(server));
  }

  List<RunningProcess> all() {
    List<RunningProcess> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      files.forEach(file -> read(file).ifPresent(all::add));
    } catch (IOException failed) {
      throw new FleetException("%s can't be listed: %s".formatted(directory, failed), failed);
    }
    return all;
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
      throw new FleetException("%s can't be read: %s".formatted(file, failed), failed);
    }
    return switch (CODEC.decode(bytes)) {
      case Decoded.Value<RunningProcess>(RunningProcess process) -> Optional.of(process);
      case Decoded.UnknownType<RunningProcess>(String type) -> damaged(file, type);
      case Decoded.Malformed<RunningProcess>(String problem) -> damaged(file, problem);
    };
  }

  private static Optional<RunningProcess> damaged(Path file, String problem) {
    LOG.warn("{} is damaged and ignored; its process may be left running: {}", file, problem);
    return Optional.empty();
  }

  private Path file(ServerId server) {
    return directory.resolve(server + SUFFIX);
  }
}
