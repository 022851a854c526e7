package io.sluice.schemas.event;

import java.util.Map;

/** The versions of the facts that this release writes, by the names of their types. */
final class FactVersions {
  /** Those that have changed since they were first released. */
  private static final Map<String, Integer> LATER =
      Map.of(
          "policy-changed", 4,
          "template-changed", 6,
          "load-observed", 4,
          "server-started", 2,
          "requests-waiting", 2);

  private FactVersions() {}

  /** The version of facts of this type. */
  static int of(String type) {
    return LATER.getOrDefault(type, 1);
  }
}
