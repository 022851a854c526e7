package io.sluice.schemas.config;

import java.util.Locale;

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
}
