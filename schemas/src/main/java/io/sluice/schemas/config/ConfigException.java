package io.sluice.schemas.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that can't be used, with everything that is wrong with it. */
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /**
   * Names the source and its problems.
   *
   * @param source the file or call that the configuration came from
   * @param problems at least one
   */
  public ConfigException(String source, List<Problem> problems) {
    super(
        problems.stream()
            .map(Problem::toString)
            .collect(Collectors.joining("; ", source + ": ", "")));
    this.problems = List.copyOf(problems);
  }

  /** Everything that is wrong, in the order of the keys read. */
  public List<Problem> problems() {
    return problems;
  }
}
