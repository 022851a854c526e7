package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What servers print: one file each while they run. The file of a server that was stopped is
 * deleted, the files of the servers that crashed last are kept.
 */
final class ServerLogs {
  private static final Logger LOG = LoggerFactory.getLogger(ServerLogs.class);
  private static final String SUFFIX = ".log";
  private static final String CRASHED_SUFFIX = ".crashed.log";

  private final Path directory;
  private final int crashedMax;

  ServerLogs(Path directory, int crashedMax) {
    this.directory = directory;
    this.crashedMax = crashedMax;
    try {
      Files.createDirectories(directory);
    } catch (IOException failed) {
      throw new FleetException(
          "directory %s of the logs can't be made: %s".formatted(directory, failed), failed);
    }
  }

  Path file(ServerId server) {
    return directory.resolve(server + SUFFIX);
  }

  void removed(ServerId server, boolean crashed) {
    try {
      if (!crashed) {
        Files.deleteIfExists(file(server));
      } else if (Files.exists(file(server))) {
        Path kept = directory.resolve(server + CRASHED_SUFFIX);
        Files.move(file(server), kept, StandardCopyOption.REPLACE_EXISTING);
        prune();
      }
    } catch (IOException failed) {
      // A log that stays behind is no reason to keep a server.
      LOG.warn("the log of server {} can't be put away: {}", server, failed.toString());
    }
  }

  private void prune() throws IOException {
    List<Path> newestFirst = new ArrayList<>();
    try (DirectoryStream<Path> kept = Files.newDirectoryStream(directory, "*" + CRASHED_SUFFIX)) {
      kept.forEach(newestFirst::add);
    }
    newestFirst.sort(Comparator.comparing(ServerLogs::modified).reversed());
    for (Path old : newestFirst.stream().skip(crashedMax).toList()) {
      Files.deleteIfExists(old);
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException gone) {
      return FileTime.fromMillis(0);
    }
  }
}
