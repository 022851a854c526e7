package io.sluice.compose.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A cluster's data directory, held by this process alone until it is closed. */
final class DataDirectory implements AutoCloseable {
  private static final int TOKEN_BYTES = 24;

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates the directory if needed, and takes hold of it.
   *
   * @throws ClusterException if it can't be used, or another process holds it
   */
  static DataDirectory open(Path path) {
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(
              path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        throw new ClusterException(
            "data directory %s is in use by another cluster: stop that one, or name another directory with --data"
                .formatted(path));
      }
      return new DataDirectory(path, channel);
    } catch (IOException unusable) {
      throw new ClusterException(
          "data directory %s can't be used: %s".formatted(path, unusable), unusable);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** The token for calls that change something; made at the first start, readable by the owner. */
  String token() {
    Path file = path.resolve("token");
    try {
      if (!Files.exists(file)) {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random));
      }
      return Files.readString(file).strip();
    } catch (IOException unusable) {
      throw new ClusterException(
          "token file %s can't be used: %s".formatted(file, unusable), unusable);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException failed) {
      throw new ClusterException("data directory %s can't be released".formatted(path), failed);
    }
  }
}
