package io.sluice.compose.role;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Configuration files of single parts. */
public final class RoleFiles {
  private RoleFiles() {}

  /**
   * Parses a file.
   *
   * @param environment {@code SLUICE_…} variables override the file
   * @throws ConfigException if it can't be read or parsed
   */
  public static Section open(Path file, Map<String, String> environment) {
    try {
      return Section.root(Documents.parse(file.toString(), Files.readString(file)), environment);
    } catch (IOException unreadable) {
      throw new ConfigException(
          file.toString(), List.of(new Problem("(file)", "unreadable", "a file that can be read")));
    }
  }
}
