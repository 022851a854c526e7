package io.sluice.app.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The use of the host's graphics processor, where the kernel tells it in a file ({@code
 * /sys/class/drm/card0/device/gpu_busy_percent}, as the driver of AMD's cards does). Everywhere
 * else the use is 0: nothing else can be read without a vendor's library.
 */
final class Gpu {
  private final Optional<Path> busyPercent;

  /** Looks for the file below this directory, which is {@code /sys/class/drm} outside tests. */
  Gpu(Path cards) {
    this.busyPercent = find(cards);
  }

  /** Share of the graphics processor in use, 0 to 100; 0 if it can't be read. */
  double percent() {
    if (busyPercent.isEmpty()) {
      return 0;
    }
    try {
      return Double.parseDouble(Files.readString(busyPercent.get()).strip());
    } catch (IOException | NumberFormatException unreadable) {
      return 0;
    }
  }

  private static Optional<Path> find(Path cards) {
    if (!Files.isDirectory(cards)) {
      return Optional.empty();
    }
    try (var found = Files.newDirectoryStream(cards, "card*")) {
      for (Path card : found) {
        Path file = card.resolve("device/gpu_busy_percent");
        if (Files.isReadable(file)) {
          return Optional.of(file);
        }
      }
      return Optional.empty();
    } catch (IOException | DirectoryIteratorException unreadable) {
      return Optional.empty();
    }
  }
}
