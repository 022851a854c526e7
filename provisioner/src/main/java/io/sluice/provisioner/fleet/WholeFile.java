package io.sluice.provisioner.fleet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes small files so that whoever reads one, even after a power cut, finds all of it or what was
 * there before: the bytes are on the disk before the name means them.
 */
public final class WholeFile {
  /** What the operating system says of a process, or of a host, that has no descriptor left. */
  private static final String NO_DESCRIPTORS = "Too many open files";

  private WholeFile() {}

  /**
   * Writes a file that must not be there yet.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it is
   */
  public static void create(Path target, byte[] content) throws IOException {
    Path draft = draft(target, content);
    try {
      // Unlike a move, a link never takes the place of what is there.
      Files.createLink(target, draft);
    } finally {
      Files.deleteIfExists(draft);
    }
    keep(target);
  }

  /**
   * Writes a file, in place of what is there, whose owner it keeps.
   *
   * @throws IOException if it can't be written
   */
  public static void replace(Path target, byte[] content) throws IOException {
    Path draft = draft(target, content);
    if (Files.exists(target) && !Files.getOwner(target).equals(Files.getOwner(draft))) {
      Files.setOwner(draft, Files.getOwner(target));
    }
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    keep(target);
  }

  /**
   * Tells a file that can't be read, which concerns its server alone, from a process that can open
   * no file for now, of which nothing follows.
   *
   * @throws FleetException if it is the latter
   */
  public static void requireDescriptors(IOException failed) {
    if (failed instanceof FileSystemException refused
        && String.valueOf(refused.getReason()).startsWith(NO_DESCRIPTORS)) {
      throw new FleetException("no file can be read for now: %s".formatted(failed), failed);
    }
  }

  private static Path draft(Path target, byte[] content) throws IOException {
    Path draft = Files.createTempFile(target.toAbsolutePath().getParent(), "", ".draft");
    try (FileChannel file = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        file.write(rest);
      }
      file.force(true);
    }
    return draft;
  }

  /** A directory, too, is written only when somebody asks for it. */
  private static void keep(Path target) throws IOException {
    try (FileChannel directory =
        FileChannel.open(target.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}
