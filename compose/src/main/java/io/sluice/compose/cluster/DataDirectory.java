package io.sluice.compose.cluster;

import io.sluice.provisioner.api.Tokens;
import io.sluice.provisioner.secret.KeyFile;
import io.sluice.provisioner.secret.SecretException;
import io.sluice.schemas.config.HeaderText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cluster's data directory, held by this process alone until it is closed. */
final class DataDirectory implements AutoCloseable {
  /** The file of keys that secrets are sealed under. */
  static final String SECRET_KEYS = "secrets.keys";

  private static final int TOKEN_BYTES = 24;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

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

  /**
   * The tokens, made at the first start, each in a file that its owner alone reads. That of a
   * directory from before there were three goes on as the operators'.
   */
  Tokens tokens() {
    return new Tokens(token("token"), token("token-peer"), token("token-balancer"));
  }

  /** Makes the keys that secrets are sealed under, if there are none yet. */
  void makeSecretKeys() {
    Path file = path.resolve(SECRET_KEYS);
    try {
      // An empty one is left by a start that was ended when it made it, and opens nothing.
      if (!Files.exists(file) || KeyFile.isEmpty(file)) {
        KeyFile.create(file);
      }
    } catch (SecretException | IOException failed) {
      throw new ClusterException(String.valueOf(failed.getMessage()), failed);
    }
  }

  private String token(String name) {
    Path file = path.resolve(name);
    try {
      // An empty one is left by a start that crashed when it made it, and opens nothing.
      if (!Files.exists(file) || Files.readString(file).isBlank()) {
        make(file);
      }
      String token = Files.readString(file).strip();
      Optional<String> objection = Tokens.objection(token);
      if (objection.isPresent()) {
        throw new ClusterException(
            "token file %s: is %s, expected %d or more, %s; without the file a new one is made"
                .formatted(file, objection.get(), Tokens.LENGTH_MIN, HeaderText.EXPECTED));
      }
      return token;
    } catch (IOException unusable) {
      throw new ClusterException(
          "token file %s can't be used: %s".formatted(file, unusable), unusable);
    }
  }

  /** Writes it beside its place first, so that nobody ever finds half of it. */
  private static void make(Path file) throws IOException {
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    byte[] text = Base64.getUrlEncoder().withoutPadding().encode(random);
    Path made = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(made);
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(made, options, OWNER_ONLY)) {
      ByteBuffer left = ByteBuffer.wrap(text);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
