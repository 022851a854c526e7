package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.SecretValue;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;

/**
 * The files of servers' secrets, a directory for each server, which only the user can enter that
 * runs the servers. They are there as long as the fleet keeps anything of the server.
 */
final class ServerSecrets {
  private static final FileAttribute<Set<PosixFilePermission>> OWN_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWN_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("r--------"));

  private final Path directory;

  ServerSecrets(Path directory) {
    this.directory = directory;
  }

  /**
   * Writes a server's files in place of all that it had.
   *
   * @return the directory in which they are
   * @throws FleetException if one can't be written
   */
  Path write(ServerId server, SortedMap<String, SecretValue> files) {
    remove(server);
    Path own = own(server);
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory, OWN_DIRECTORY);
      }
      Files.createDirectory(own, OWN_DIRECTORY);
      for (Map.Entry<String, SecretValue> file : files.entrySet()) {
        Path path = own.resolve(file.getKey());
        // Its rights bind whoever opens it next.
        try (var out =
            Files.newByteChannel(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWN_FILE)) {
          var bytes = ByteBuffer.wrap(file.getValue().bytes());
          while (bytes.hasRemaining()) {
            out.write(bytes);
          }
        }
      }
      return own.toAbsolutePath();
    } catch (IOException failed) {
      throw new FleetException(
          "secrets of server %s can't be written to %s: %s".formatted(server, own, failed), failed);
    }
  }

  /**
   * Removes a server's files, if it has any.
   *
   * @throws FleetException if one can't be removed
   */
  void remove(ServerId server) {
    Path own = own(server);
    try (Stream<Path> files = Files.isDirectory(own) ? Files.list(own) : Stream.empty()) {
      List<Path> all = files.toList();
      for (Path file : all) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(own);
    } catch (IOException failed) {
      throw new FleetException(
          "secrets of server %s can't be removed from %s: %s".formatted(server, own, failed),
          failed);
    }
  }

  private Path own(ServerId server) {
    return directory.resolve(server.toString());
  }
}
