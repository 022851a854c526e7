package io.sluice.schemas.secret;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.sluice.schemas.text.Sentence;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A secret that a server gets, as a file or, if asked for, as an environment variable, which
 * whoever may look at the container can read.
 *
 * @param name the secret
 * @param version which of its values, counted from 1; empty: the latest one at the time of the
 *     server's start
 * @param file the file's name below {@value #DIRECTORY}; empty: it is no file
 * @param variable the variable's name; empty: it is no variable
 */
@JsonPropertyOrder({"name", "version", "file", "variable"})
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record SecretUse(
    SecretName name, Optional<Integer> version, Optional<String> file, Optional<String> variable) {
  /** Where servers in containers find the files of their secrets. */
  public static final String DIRECTORY = "/run/secrets";

  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");
  private static final String OWN_VARIABLES = "SLUICE_";

  /**
   * Validates the values.
   *
   * @throws IllegalArgumentException if one has another form, or it is to be both a file and a
   *     variable, or neither
   */
  public SecretUse {
    if (version.filter(number -> number < 1).isPresent()) {
      throw new IllegalArgumentException(
          Sentence.of("version %d of secret %s: expected 1 or more", version.get(), name));
    }
    file.ifPresent(SecretUse::requireFile);
    variable.ifPresent(SecretUse::requireVariable);
    if (file.isPresent() == variable.isPresent()) {
      throw new IllegalArgumentException(
          Sentence.of("secret %s: expected a file or a variable, and not both", name));
    }
  }

  /** The latest value as a file of this name. */
  public static SecretUse asFile(SecretName name, String file) {
    return new SecretUse(name, Optional.empty(), Optional.of(file), Optional.empty());
  }

  /** The latest value as a variable of this name. */
  public static SecretUse asVariable(SecretName name, String variable) {
    return new SecretUse(name, Optional.empty(), Optional.empty(), Optional.of(variable));
  }

  /** The same with this value of the secret. */
  public SecretUse of(int value) {
    return new SecretUse(name, Optional.of(value), file, variable);
  }

  /** The same with whatever value the secret has. */
  public SecretUse latest() {
    return new SecretUse(name, Optional.empty(), file, variable);
  }

  /** What no two secrets of a server may have in common. */
  public String place() {
    return file.map(name -> "file " + name)
        .or(() -> variable.map(name -> "variable " + name))
        .orElseThrow();
  }

  /**
   * Checks the name of a file.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static String requireFile(String name) {
    if (!FILE.matcher(name).matches()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "file '%.80s': expected a name of letters, digits, '-', '_' and '.', without a directory",
              name));
    }
    return name;
  }

  /**
   * Checks the name of a variable.
   *
   * @throws IllegalArgumentException if it has another form, or is one of Sluice's own
   */
  public static String requireVariable(String name) {
    if (!VARIABLE.matcher(name).matches() || name.startsWith(OWN_VARIABLES)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "variable '%.80s': expected a name of letters, digits and '_' that does not begin with %s",
              name, OWN_VARIABLES));
    }
    return name;
  }
}
