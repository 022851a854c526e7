package io.sluice.compose.whatif;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.whatif.NamedPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Policies in files of their own, YAML or JSON, each called by its file's name. */
public final class PolicyFiles {
  private final List<NamedPolicy> policies = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private PolicyFiles() {}

  /**
   * Reads the files.
   *
   * @throws ConfigException if anything is wrong in any of them, with everything that is
   */
  public static List<NamedPolicy> read(List<Path> files) {
    PolicyFiles reading = new PolicyFiles();
    files.forEach(reading::add);
    if (!reading.problems.isEmpty()) {
      throw new ConfigException("policies", reading.problems);
    }
    return List.copyOf(reading.policies);
  }

  private void add(Path file) {
    try {
      Section section = Section.root(Documents.parse(file.toString(), Files.readString(file)));
      ZonePolicy policy = Policies.policy(section);
      section.orThrow(file.toString());
      String name = name(file);
      if (names.add(name)) {
        policies.add(new NamedPolicy(name, policy));
      } else {
        note(file, "(file)", "another policy called '" + name + "'", "names that differ");
      }
    } catch (ConfigException broken) {
      broken.problems().forEach(it -> note(file, it.path(), it.value(), it.expected()));
    } catch (IOException unreadable) {
      note(file, "(file)", "unreadable", "a file that can be read");
    } catch (IllegalArgumentException contradiction) {
      note(file, "(file)", "contradictory", Problem.expectation(contradiction));
    }
  }

  private void note(Path file, String path, String value, String expected) {
    problems.add(new Problem(file + ": " + path, value, expected));
  }

  private static String name(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }
}
