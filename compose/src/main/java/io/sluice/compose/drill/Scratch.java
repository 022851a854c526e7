package io.sluice.compose.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory for a drill's files, of which nothing is left afterwards unless it is kept. */
public final class Scratch implements AutoCloseable {
  private final Path directory;
  private boolean kept;

  private Scratch(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes one.
   *
   * @throws IOException if there is no room for it
   */
  public static Scratch create(String name) throws IOException {
    return new Scratch(Files.createTempDirectory(name));
  }

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  /** Leaves it where it is. */
  public Path keep() {
    kept = true;
    return directory;
  }

  @Override
  public void close() throws IOException {
    if (kept) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
