package io.sluice.compose.deploy;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Variables in a Compose file's values, by the rules of the Compose specification: {@code $NAME},
 * {@code ${NAME}}, with {@code :-} or {@code -} a default, with {@code :+} or {@code +} an
 * alternative, with {@code :?} or {@code ?} an error; {@code $$} is a dollar sign.
 *
 * <p>In one point it is stricter: a variable that is not set is an error, and not an empty text
 * that a service finds at night.
 *
 * @param variables those that are set
 */
record Interpolation(Map<String, String> variables) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern BRACED =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])(.*))?", Pattern.DOTALL);

  /** Copies the map. */
  Interpolation {
    variables = Map.copyOf(variables);
  }

  /**
   * The text with its variables replaced.
   *
   * @throws IllegalArgumentException if one is not set, or is written otherwise; the message tells
   *     which
   */
  String of(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char character = text.charAt(at);
      if (character != '$') {
        out.append(character);
        at++;
      } else {
        at = variable(text, at + 1, out);
      }
    }
    return out.toString();
  }

  /** Replaces what stands behind a dollar sign, and answers where the text goes on. */
  private int variable(String text, int at, StringBuilder out) {
    if (at < text.length() && text.charAt(at) == '$') {
      out.append('$');
      return at + 1;
    }
    if (at < text.length() && text.charAt(at) == '{') {
      int end = closing(text, at);
      out.append(braced(text.substring(at + 1, end)));
      return end + 1;
    }
    Matcher name = NAME.matcher(text).region(at, text.length());
    if (!name.lookingAt()) {
      throw new IllegalArgumentException("a $ before no name: expected $$ for a dollar sign");
    }
    out.append(value(name.group()));
    return name.end();
  }

  private static int closing(String text, int open) {
    int depth = 0;
    for (int at = open; at < text.length(); at++) {
      char character = text.charAt(at);
      if (character == '{') {
        depth++;
      } else if (character == '}') {
        depth--;
        if (depth == 0) {
          return at;
        }
      }
    }
    throw new IllegalArgumentException("a ${ that is not closed: expected ${NAME}");
  }

  private String braced(String inside) {
    Matcher parts = BRACED.matcher(inside);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "${%s}: expected ${NAME}, ${NAME:-default}, ${NAME:+other} or ${NAME:?message}"
              .formatted(inside));
    }
    String name = parts.group(1);
    String operator = parts.group(2);
    if (operator == null) {
      return value(name);
    }
    boolean orEmpty = operator.startsWith(":");
    Optional<String> set =
        Optional.ofNullable(variables.get(name)).filter(value -> !orEmpty || !value.isEmpty());
    String further = parts.group(3);
    return switch (operator.charAt(operator.length() - 1)) {
      case '-' -> set.isPresent() ? set.get() : of(further);
      case '+' -> set.isPresent() ? of(further) : "";
      default ->
          set.orElseThrow(() ->
              new IllegalArgumentException(
                  "variable %s is not set: %s"
                      .formatted(name, further.isEmpty() ? "expected a value" : of(further))));
    };
  }

  private String value(String name) {
    return Optional.ofNullable(variables.get(name))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "variable %s is not set: expected it in the environment or in .env, or ${%s:-default}"
                    .formatted(name, name)));
  }
}
