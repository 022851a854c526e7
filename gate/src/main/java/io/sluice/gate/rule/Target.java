package io.sluice.gate.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The target of a call, in the one form in which it can't be read in two ways: a path without
 * escapes, empty or dotted parts, and parameters that come once.
 *
 * @param path the path without its version: the engine answers as its newest one
 * @param parameters the decoded parameters
 */
record Target(String path, SortedMap<String, String> parameters) {
  private static final Pattern PATH =
      Pattern.compile("(?:/v1\\.[0-9]{1,2})?((?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+)");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z-]*");
  private static final Pattern VALUE =
      Pattern.compile("(?:[\\x21-\\x7e&&[^%;#&]]|%[0-9A-Fa-f]{2})*");
  private static final String NOWHERE = "";

  /** Copies the parameters. */
  Target {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  /** Reads the target of a request line; what has another form is noted. */
  static Target of(String text, Problems problems) {
    int mark = text.indexOf('?');
    String path = mark < 0 ? text : text.substring(0, mark);
    Matcher plain = PATH.matcher(path);
    if (!plain.matches()) {
      problems.add("path", path, "parts of a-z, 0-9, '_', '-' and '.', without escapes");
    }
    SortedMap<String, String> parameters = new TreeMap<>();
    if (mark >= 0) {
      for (String pair : text.substring(mark + 1).split("&", -1)) {
        parameter(pair, parameters, problems);
      }
    }
    return new Target(plain.matches() ? plain.group(1) : NOWHERE, parameters);
  }

  private static void parameter(
      String pair, SortedMap<String, String> parameters, Problems problems) {
    int equals = pair.indexOf('=');
    String name = equals < 0 ? pair : pair.substring(0, equals);
    String value = equals < 0 ? "" : pair.substring(equals + 1);
    if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
      problems.add("parameter", "'%s'".formatted(pair), "name=value, percent-encoded");
      return;
    }
    try {
      if (parameters.put(name, decoded(value)) != null) {
        problems.add("parameter", "'%s'".formatted(name), "once");
      }
    } catch (CharacterCodingException malformed) {
      problems.add("parameter", "'%s'".formatted(pair), "UTF-8");
    }
  }

  private static String decoded(String value) throws CharacterCodingException {
    ByteBuffer bytes = ByteBuffer.allocate(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '%') {
        bytes.put((byte) HexFormat.fromHexDigits(value, i + 1, i + 3));
        i += 2;
      } else {
        bytes.put((byte) (c == '+' ? ' ' : c));
      }
    }
    return UTF_8.newDecoder().decode(bytes.flip()).toString();
  }
}
