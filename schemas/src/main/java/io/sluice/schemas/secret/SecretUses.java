package io.sluice.schemas.secret;

import io.sluice.schemas.config.Section;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads and writes what a template says of a secret, as people write it. */
public final class SecretUses {
  private SecretUses() {}

  /**
   * Reads {@code name}, {@code version}, and {@code file} or {@code variable}; without either it is
   * a file called as the secret. Empty: problems were noted.
   */
  public static Optional<SecretUse> read(Section section) {
    Optional<SecretName> name = section.value("name", SecretName::new);
    Optional<Integer> version =
        section.has("version")
            ? Optional.of(section.integer("version", 1, 1, Integer.MAX_VALUE))
            : Optional.empty();
    Optional<String> file = section.value("file", SecretUse::requireFile);
    Optional<String> variable = section.value("variable", SecretUse::requireVariable);
    if (!section.has("name")) {
      section.note("name", "missing", "the name of a secret");
    }
    if (section.has("file") && section.has("variable")) {
      section.note("variable", "beside a file", "either of the two");
      return Optional.empty();
    }
    return name.filter(found -> section.problems().isEmpty())
        .map(found -> {
          Optional<String> byDefault = file.or(() -> Optional.of(found.value()));
          return new SecretUse(
              found, version, variable.isPresent() ? Optional.empty() : byDefault, variable);
        });
  }

  /** The same in the form in which it is read. */
  public static Map<String, Object> describe(SecretUse use) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("name", use.name().value());
    use.version().ifPresent(version -> tree.put("version", version));
    use.file().ifPresent(file -> tree.put("file", file));
    use.variable().ifPresent(variable -> tree.put("variable", variable));
    return tree;
  }
}
