package io.sluice.provisioner.fleet.process;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.LogTail;
import io.sluice.provisioner.fleet.ServerLog;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.text.Sentence;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What servers print: one file each while they run. The file of a server that was stopped is
 * deleted, the files of the servers that crashed last are kept. A file that has grown large is put
 * aside, once: a server that talks for weeks does not fill the disk.
 */
final class ServerLogs {
  private static final Logger LOG = LoggerFactory.getLogger(ServerLogs.class);
  private static final String SUFFIX = ".log";
  private static final String CRASHED_SUFFIX = ".crashed.log";

  private static final String OLDER_SUFFIX = ".log.1";

  /** Days of an ordinary server, minutes of one that complains. */
  private static final long BYTES_MAX = 16L << 20;

  /** More than is told of. */
  private static final int TAIL_BYTES = 16 << 10;

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

  /** Where a server prints to, from its start on; what was printed there before is gone. */
  Path begin(ServerId server) throws IOException {
    Files.deleteIfExists(older(server));
    Files.deleteIfExists(file(server));
    return file(server);
  }

  private Path file(ServerId server) {
    return directory.resolve(server + SUFFIX);
  }

  private Path older(ServerId server) {
    return directory.resolve(server + OLDER_SUFFIX);
  }

  private Path crashed(ServerId server) {
    return directory.resolve(server + CRASHED_SUFFIX);
  }

  /** Puts a large file aside; what is printed just then is in neither. */
  void bound(ServerId server) {
    Path file = file(server);
    try {
      if (Files.exists(file) && Files.size(file) > BYTES_MAX) {
        Files.copy(file, older(server), StandardCopyOption.REPLACE_EXISTING);
        // The server goes on at the end of the file, wherever that is.
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
          open.truncate(0);
        }
      }
    } catch (IOException failed) {
      LOG.warn("the log of server {} can't be put aside: {}", server, failed.toString());
    }
  }

  /** Puts what a server printed last behind a reason, and where all of it will be. */
  String tell(ServerId server, String reason) {
    Path file = file(server);
    try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = open.size();
      ByteBuffer end = ByteBuffer.allocate((int) Math.min(size, TAIL_BYTES));
      open.read(end, size - end.capacity());
      LogTail tail = LogTail.of(Arrays.copyOf(end.array(), end.position()));
      String told = LogTail.append(reason, Optional.of(tail));
      return tail.lines().isEmpty() || crashedMax == 0
          ? told
          : "%s; all of it is kept in %s".formatted(told, crashed(server));
    } catch (IOException gone) {
      LOG.debug("the log of server {} can't be read", server, gone);
      return reason;
    }
  }

  /**
   * What a server printed, or one that crashed; empty: there is nothing of it. A place is a number
   * of bytes in its file, which begins anew when the file was put aside.
   *
   * @throws FleetException if it can't be read
   */
  Optional<ServerLog> read(ServerId server, ServerLog.Piece piece) {
    for (Path file : List.of(file(server), crashed(server))) {
      try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
        return Optional.of(read(open, piece, Files.exists(older(server))));
      } catch (NoSuchFileException notThis) {
        // The next one, if any.
      } catch (IOException failed) {
        throw new FleetException("log %s can't be read: %s".formatted(file, failed), failed);
      }
    }
    return Optional.empty();
  }

  private static ServerLog read(FileChannel open, ServerLog.Piece piece, boolean older)
      throws IOException {
    long size = open.size();
    long asked = piece.after().equals(ServerLog.BEGIN) ? 0 : place(piece.after());
    boolean anew = asked > size;
    long begin = anew ? 0 : asked;
    long from = Math.max(begin, size - ServerLog.BYTES_MAX);
    ByteBuffer read = ByteBuffer.allocate(Math.toIntExact(size - from));
    while (read.hasRemaining() && open.read(read, from + read.position()) >= 0) {
      // Until all of it is there.
    }
    byte[] bytes = read.array();
    int end = read.position();
    // A line whose beginning is not here is not told.
    int start = from > begin ? indexOf(bytes, end) : 0;
    boolean cut = from > begin || anew || (asked == 0 && older);
    return ServerLog.last(
        ServerLog.lines(Arrays.copyOfRange(bytes, start, end)),
        piece.lines(),
        cut,
        Long.toString(from + end));
  }

  /** Behind the first end of a line before {@code end}. */
  private static int indexOf(byte[] bytes, int end) {
    int at = 0;
    while (at < end && bytes[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, end);
  }

  private static long place(String after) {
    try {
      long place = Long.parseLong(after);
      if (place >= 0) {
        return place;
      }
    } catch (NumberFormatException malformed) {
      LOG.debug("no place in a log", malformed);
    }
    throw new IllegalArgumentException(
        "'%s': expected a place that an answer named as its next".formatted(Sentence.shown(after)));
  }

  void removed(ServerId server, boolean crashed) {
    try {
      Files.deleteIfExists(older(server));
      if (!crashed) {
        Files.deleteIfExists(file(server));
      } else if (Files.exists(file(server))) {
        Files.move(file(server), crashed(server), StandardCopyOption.REPLACE_EXISTING);
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
