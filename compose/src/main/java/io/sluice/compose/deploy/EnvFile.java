package io.sluice.compose.deploy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Variables in a file, one a line, as {@code docker compose} reads them: {@code NAME=value}, with
 * comments from {@code #} on, in single quotes as it stands, in double quotes with {@code \n} and
 * the like.
 */
public final class EnvFile {
  private static final Pattern LINE =
      Pattern.compile("(?:export\\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\\s*=\\s*(.*)");
  private static final Pattern SINGLE = Pattern.compile("'([^']*)'\\s*(?:#.*)?");
  private static final Pattern DOUBLE = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*(?:#.*)?");

  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

  private EnvFile() {}

  /**
   * Reads the file's text.
   *
   * @param outer variables that its values may name, beside those above them
   * @throws IllegalArgumentException if a line is no variable; the message tells which, and not
   *     what stands there, which may be a secret
   */
  public static Map<String, String> read(String text, Map<String, String> outer) {
    Map<String, String> known = new LinkedHashMap<>(outer);
    Map<String, String> own = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String stripped = line.strip();
      if (stripped.isEmpty() || stripped.startsWith("#")) {
        continue;
      }
      Matcher parts = LINE.matcher(stripped);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "line %d is no variable: expected NAME=value".formatted(number));
      }
      try {
        String value = value(parts.group(2), new Interpolation(known));
        own.put(parts.group(1), value);
        known.putIfAbsent(parts.group(1), value);
      } catch (IllegalArgumentException wrong) {
        // Nothing of the value, nor of what looks like a variable in it.
        throw new IllegalArgumentException(
            "line %d: the value of %s has a variable that is not set, or a quote or ${ that is not closed: expected $$ for a dollar sign, or the value in single quotes"
                .formatted(number, parts.group(1)));
      }
    }
    return own;
  }

  private static String value(String written, Interpolation variables) {
    Matcher single = SINGLE.matcher(written);
    if (single.matches()) {
      return single.group(1);
    }
    Matcher quoted = DOUBLE.matcher(written);
    if (quoted.matches()) {
      return variables.of(unescaped(quoted.group(1)));
    }
    if (written.startsWith("'") || written.startsWith("\"")) {
      throw new IllegalArgumentException("a quote that is not closed: expected it on its line");
    }
    int comment = written.indexOf(" #");
    return variables.of((comment < 0 ? written : written.substring(0, comment)).strip());
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(meant(found.group(1))));
  }

  private static String meant(String escaped) {
    return switch (escaped) {
      case "n" -> "\n";
      case "r" -> "\r";
      case "t" -> "\t";
      // A dollar sign that is meant as one.
      case "$" -> "$$";
      default -> escaped;
    };
  }
}
