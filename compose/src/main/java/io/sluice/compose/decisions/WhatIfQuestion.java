package io.sluice.compose.decisions;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.whatif.Model;
import io.sluice.compose.whatif.Stretch;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Policies;
import io.sluice.topology.whatif.FleetTimings;
import io.sluice.topology.whatif.NamedPolicy;
import io.sluice.topology.whatif.WhatIf;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What would have happened with other policies.
 *
 * @param policies one to {@value #POLICIES_MAX}
 * @param stretch which part of whose history
 * @param model what is set of the model
 */
record WhatIfQuestion(List<NamedPolicy> policies, Stretch stretch, Model model) {
  /** More would not fit on a screen, nor into the time that a question may take. */
  static final int POLICIES_MAX = 10;

  private static final double TARGET_MIN = 1e-9;
  private static final double TARGET_MAX = 1_000;

  /** Copies the list. */
  WhatIfQuestion {
    policies = List.copyOf(policies);
  }

  /**
   * Reads {@code zone}, {@code policies} by their names, {@code from}, {@code to}, {@code target},
   * {@code startUp} and {@code drain}.
   *
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  static WhatIfQuestion read(JsonNode tree) {
    Section root = Section.root(tree);
    ZoneId anywhere = new ZoneId("zone");
    ZoneId zone = root.value("zone", ZoneId::new).orElse(anywhere);
    if (!root.has("zone")) {
      root.note("zone", "missing", "the zone whose history is the load");
    }
    List<NamedPolicy> policies = policies(root);
    Stretch stretch =
        new Stretch(
            zone, root.value("from", WhatIfQuestion::time), root.value("to", WhatIfQuestion::time));
    double target = root.decimal("target", WhatIf.TARGET_DEFAULT, TARGET_MIN, TARGET_MAX);
    Model model = new Model(span(root, "startUp"), span(root, "drain"), target);
    root.orThrow("question");
    return new WhatIfQuestion(policies, stretch, model);
  }

  private static List<NamedPolicy> policies(Section root) {
    Section section = root.section("policies");
    List<NamedPolicy> policies = new ArrayList<>();
    section
        .entries()
        .forEach((name, policy) -> {
          try {
            policies.add(new NamedPolicy(name, Policies.policy(policy)));
          } catch (IllegalArgumentException malformed) {
            section.note(name, "no name of a policy", "1 to 100 characters");
          }
        });
    if (policies.isEmpty() || policies.size() > POLICIES_MAX) {
      root.note(
          "policies", policies.size() + " policies", "1 to " + POLICIES_MAX + ", each by its name");
    }
    return policies;
  }

  private static Optional<Duration> span(Section root, String key) {
    Duration value = root.duration(key, Duration.ZERO, Duration.ZERO, FleetTimings.MAX);
    return root.has(key) ? Optional.of(value) : Optional.empty();
  }

  private static Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException(
          "expected a time in ISO-8601 with an offset, such as 2026-11-01T12:00:00Z", malformed);
    }
  }
}
