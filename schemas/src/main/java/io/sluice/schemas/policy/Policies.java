package io.sluice.schemas.policy;

import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.metric.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads policies and templates as people write them. Problems are noted in the section; what comes
 * back then is the default, and must not be used before {@link Section#orThrow} has passed.
 */
public final class Policies {
  private static final String THRESHOLD = "threshold";
  private static final Duration TIMEOUT_MIN = Duration.ofMillis(100);
  private static final Duration TIMEOUT_MAX = Duration.ofHours(1);
  private static final double BOUND_LIMIT = 1e15;

  private Policies() {}

  /**
   * Reads a policy: {@code servers.min}, {@code servers.max}, {@code window} and {@code rules}.
   * Without {@code rules} the default rule holds.
   */
  public static ZonePolicy policy(Section section) {
    Section servers = section.section("servers");
    int min = servers.integer("min", ZonePolicy.MIN_DEFAULT, 0, ZonePolicy.SERVERS_LIMIT);
    int max =
        servers.integer("max", Math.max(min, ZonePolicy.MAX_DEFAULT), 1, ZonePolicy.SERVERS_LIMIT);
    if (min > max) {
      servers.note("min", Integer.toString(min), "at most max, which is " + max);
    }
    Duration window =
        section.duration(
            "window", ZonePolicy.WINDOW_DEFAULT, ZonePolicy.WINDOW_MIN, ZonePolicy.WINDOW_MAX);
    if (window.toNanosPart() != 0) {
      section.note("window", window.toString(), "whole seconds");
    }
    List<ScalingRule> rules = rules(section);
    return section.problems().isEmpty()
        ? new ZonePolicy(min, max, window, rules)
        : ZonePolicy.DEFAULT;
  }

  /**
   * Reads a template: {@code image}, {@code environment}, {@code memoryBytes}, {@code cpus}, {@code
   * startTimeout} and {@code drainTimeout}.
   */
  public static ServerTemplate template(Section section) {
    String image = section.string("image", ServerTemplate.DEFAULT.image());
    SortedMap<String, String> environment = new TreeMap<>(section.section("environment").strings());
    Optional<Long> memory =
        section.has("memoryBytes")
            ? Optional.of(
                (long)
                    section.decimal(
                        "memoryBytes",
                        ServerTemplate.MEMORY_BYTES_MIN,
                        ServerTemplate.MEMORY_BYTES_MIN,
                        BOUND_LIMIT))
            : Optional.empty();
    Optional<Double> cpus =
        section.has("cpus")
            ? Optional.of(section.decimal("cpus", 1, 0.01, 1024))
            : Optional.empty();
    Duration start =
        section.duration(
            "startTimeout", ServerTemplate.START_TIMEOUT_DEFAULT, TIMEOUT_MIN, TIMEOUT_MAX);
    Duration drain =
        section.duration(
            "drainTimeout", ServerTemplate.DRAIN_TIMEOUT_DEFAULT, TIMEOUT_MIN, TIMEOUT_MAX);
    if (image.isBlank()) {
      section.note("image", "''", "the name of a container image");
    }
    return section.problems().isEmpty()
        ? new ServerTemplate(image, environment, memory, cpus, start, drain)
        : ServerTemplate.DEFAULT;
  }

  private static List<ScalingRule> rules(Section section) {
    if (!section.has("rules")) {
      return ZonePolicy.DEFAULT.rules();
    }
    List<ScalingRule> rules = new ArrayList<>();
    for (Section rule : section.list("rules")) {
      String type = rule.string("type", "(none)");
      if (type.equals(THRESHOLD)) {
        rules.add(threshold(rule));
      } else {
        rule.note("type", "'" + type + "'", THRESHOLD);
      }
    }
    return rules;
  }

  private static ScalingRule threshold(Section rule) {
    Metric metric = rule.value("metric", Metric::new).orElse(Metric.CPU);
    double above =
        rule.decimal("above", ScalingRule.Threshold.ABOVE_DEFAULT, -BOUND_LIMIT, BOUND_LIMIT);
    double below =
        rule.decimal("below", ScalingRule.Threshold.BELOW_DEFAULT, -BOUND_LIMIT, BOUND_LIMIT);
    if (below >= above) {
      rule.note("below", Double.toString(below), "less than above, which is " + above);
      return ScalingRule.Threshold.DEFAULT;
    }
    return new ScalingRule.Threshold(metric, above, below);
  }

  /** The policy in the form in which {@link #policy} reads it, for showing defaults. */
  public static Map<String, Object> describe(ZonePolicy policy) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("servers", new TreeMap<>(Map.of("min", policy.min(), "max", policy.max())));
    tree.put("window", Durations.format(policy.window()));
    tree.put("rules", policy.rules().stream().map(Policies::describe).toList());
    return tree;
  }

  private static Map<String, Object> describe(ScalingRule rule) {
    Map<String, Object> tree = new LinkedHashMap<>();
    switch (rule) {
      case ScalingRule.Threshold(Metric metric, double above, double below) -> {
        tree.put("type", THRESHOLD);
        tree.put("metric", metric.name());
        tree.put("above", above);
        tree.put("below", below);
      }
    }
    return tree;
  }

  /** The template in the form in which {@link #template} reads it. */
  public static Map<String, Object> describe(ServerTemplate template) {
    Map<String, Object> tree = new TreeMap<>();
    tree.put("image", template.image());
    tree.put("environment", template.environment());
    template.memoryBytes().ifPresent(bytes -> tree.put("memoryBytes", bytes));
    template.cpus().ifPresent(cpus -> tree.put("cpus", cpus));
    tree.put("startTimeout", Durations.format(template.startTimeout()));
    tree.put("drainTimeout", Durations.format(template.drainTimeout()));
    return tree;
  }
}
