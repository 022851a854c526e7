package io.sluice.schemas.config;

import io.sluice.schemas.text.Sentence;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path where, such as {@code zones.zone1.policy.servers.max}
 * @param value what stands there
 * @param expected what was expected instead
 */
public record Problem(String path, String value, String expected) {
  private static final int VALUE_MAX = 200;

  /** Shows only the beginning of what is very long. */
  public Problem {
    value = value.length() <= VALUE_MAX ? value : value.substring(0, VALUE_MAX) + "…";
  }

  @Override
  public String toString() {
    return Sentence.of("%s: is %s, expected %s", path, value, expected);
  }

  /** What a validation expected: the part of its message after "expected". */
  public static String expectation(IllegalArgumentException malformed) {
    String message = String.valueOf(malformed.getMessage());
    int expected = message.indexOf("expected ");
    return expected < 0 ? "a valid value: " + message : message.substring(expected + 9);
  }
}
