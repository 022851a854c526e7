package io.sluice.provisioner.fleet.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How a process gets a session of its own: through {@code setsid}, which keeps its process id. */
final class Detachment {
  private Detachment() {}

  /** What to put before a command line; nothing where the host has no {@code setsid}. */
  static List<String> prefix() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(java.io.File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "setsid"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(setsid -> List.of(setsid.toString()))
        .orElse(List.of());
  }
}
