package io.sluice.compose.cli;

import io.sluice.compose.role.RoleFiles;
import io.sluice.schemas.config.Section;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** The file of a part that runs by itself. */
final class RoleOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "YAML or JSON; SLUICE_… variables override it.")
  private Path file = Path.of("");

  /** The file's content. */
  Section open(Map<String, String> overrides) {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.putAll(overrides);
    return RoleFiles.open(file, environment);
  }

  /** The file's name, for messages. */
  String source() {
    return file.toString();
  }
}
