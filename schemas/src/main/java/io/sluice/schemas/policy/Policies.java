package io.sluice.schemas.policy;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads policies as people write them. Problems are noted in the section; what comes back then is
 * the default, and must not be used before {@link Section#orThrow} has passed.
 */
public final class Policies {

  private Policies() {}

  /**
   * Reads a policy from YAML or JSON.
   *
   * @param source the file or call that the text came from, for the message
   * @throws ConfigException if anything in it is wrong, with everything that is; an empty text is
   *     wrong too, since it is more likely a slip than the wish for the default policy
   */
  public static ZonePolicy parse(String source, String text) {
    JsonNode tree = Documents.parse(source, text);
    if (tree.isMissingNode() || tree.isNull()) {
      throw new ConfigException(
          source,
          List.of(new Problem("(root)", "empty", "a policy; {} is the one with all defaults")));
    }
    Section root = Section.root(tree);
    ZonePolicy policy = policy(root);
    root.orThrow(source);
    return policy;
  }

  /** The JSON Schema (2020-12) of a policy in the form in which {@link #policy} reads it. */
  public static String jsonSchema() {
    try (InputStream schema =
        Objects.requireNonNull(
            Policies.class.getResourceAsStream("/io/sluice/schemas/policy.schema.json"),
            "policy.schema.json is part of the program")) {
      return new String(schema.readAllBytes(), UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Reads a policy: {@code servers.min}, {@code servers.max}, {@code window}, {@code rules}, {@code
   * warmUp}, {@code stabilisation}, {@code coolDown}, {@code rate}, {@code victims}, {@code canary}
   * and {@code dryRun}. Without {@code rules} the default rule holds.
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
    // Rules are not measured by limits that contradict each other.
    RuleReader reader =
        min > max ? new RuleReader(0, ZonePolicy.SERVERS_LIMIT) : new RuleReader(min, max);
    List<ScalingRule> rules = reader.rules(section);
    Limits limits = limits(section);
    Victims victims = section.choice("victims", Victims.NEWEST);
    if (victims == Victims.LEAST_LOADED
        && rules.stream().noneMatch(ScalingRule.OnMetric.class::isInstance)) {
      section.note(
          "victims", "least-loaded", "a rule on a metric, or newest or oldest: nothing tells load");
    }
    boolean dryRun = section.bool("dryRun", false);
    CanaryPolicy canary = canary(section.section("canary"));
    return section.problems().isEmpty()
        ? FactSize.bounded(
            section, new ZonePolicy(min, max, window, rules, limits, victims, dryRun, canary))
        : ZonePolicy.DEFAULT;
  }

  private static CanaryPolicy canary(Section section) {
    return new CanaryPolicy(
        limit(section, "watch", CanaryPolicy.WATCH_DEFAULT, CanaryPolicy.WATCH_MAX),
        section.decimal(
            "maxErrorIncrease", CanaryPolicy.ERROR_INCREASE_DEFAULT, 0, CanaryPolicy.PERCENT_MAX),
        section.decimal(
            "maxLatencyFactor", CanaryPolicy.FACTOR_DEFAULT, 1, CanaryPolicy.FACTOR_MAX));
  }

  private static Limits limits(Section section) {
    Section stabilisation = section.section("stabilisation");
    Section coolDown = section.section("coolDown");
    Section rate = section.section("rate");
    return new Limits(
        limit(section, "warmUp", Limits.WARM_UP_DEFAULT, Limits.WINDOW_MAX),
        limit(stabilisation, "out", Duration.ZERO, Limits.WINDOW_MAX),
        limit(stabilisation, "in", Limits.STABILISATION_IN_DEFAULT, Limits.WINDOW_MAX),
        limit(coolDown, "out", Duration.ZERO, Limits.COOL_DOWN_MAX),
        limit(coolDown, "in", Duration.ZERO, Limits.COOL_DOWN_MAX),
        rate(rate, "out"),
        rate(rate, "in"));
  }

  private static Duration limit(Section section, String key, Duration byDefault, Duration max) {
    return section.duration(key, byDefault, Duration.ZERO, max);
  }

  private static Optional<Integer> rate(Section section, String key) {
    int servers = section.integer(key, 1, 1, ZonePolicy.SERVERS_LIMIT);
    return section.has(key) ? Optional.of(servers) : Optional.empty();
  }

  /** The policy in the form in which {@link #policy} reads it. */
  public static Map<String, Object> describe(ZonePolicy policy) {
    Map<String, Object> tree = new TreeMap<>();
    Limits limits = policy.limits();
    tree.put("servers", new TreeMap<>(Map.of("min", policy.min(), "max", policy.max())));
    tree.put("window", Durations.format(policy.window()));
    tree.put("rules", policy.rules().stream().map(RuleReader::describe).toList());
    tree.put("warmUp", Durations.format(limits.warmUp()));
    tree.put("stabilisation", both(limits.stabilisationOut(), limits.stabilisationIn()));
    tree.put("coolDown", both(limits.coolDownOut(), limits.coolDownIn()));
    Map<String, Object> rate = new TreeMap<>();
    limits.rateOut().ifPresent(servers -> rate.put("out", servers));
    limits.rateIn().ifPresent(servers -> rate.put("in", servers));
    if (!rate.isEmpty()) {
      tree.put("rate", rate);
    }
    tree.put(
        "victims", policy.victims().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    tree.put("dryRun", policy.dryRun());
    tree.put(
        "canary",
        new TreeMap<>(
            Map.of(
                "watch", Durations.format(policy.canary().watch()),
                "maxErrorIncrease", policy.canary().maxErrorIncrease(),
                "maxLatencyFactor", policy.canary().maxLatencyFactor())));
    return tree;
  }

  private static Map<String, Object> both(Duration out, Duration in) {
    return new TreeMap<>(Map.of("out", Durations.format(out), "in", Durations.format(in)));
  }
}
