package io.sluice.schemas.config;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The environment variables that override configuration keys. */
public final class Variables {
  private static final String PREFIX = "SLUICE_";

  private Variables() {}

  /** The variable for a path: {@code SLUICE_PORT_OFFSET} for {@code portOffset}. */
  public static String name(String path) {
    return PREFIX
        + path.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
            .replaceAll("[^A-Za-z0-9]", "_")
            .toUpperCase(Locale.ROOT);
  }

  /**
   * The variables for what lies below a path, by names that have dots and are of lower case: {@code
   * sasl.mechanism} for {@code SLUICE_KAFKA_SASL_MECHANISM} below {@code kafka}.
   */
  public static Map<String, String> below(String path, Map<String, String> environment) {
    String prefix = name(path) + "_";
    Map<String, String> values = new TreeMap<>();
    environment.forEach((variable, value) -> {
      if (variable.startsWith(prefix) && variable.length() > prefix.length()) {
        String name = variable.substring(prefix.length());
        values.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
      }
    });
    return values;
  }
}
