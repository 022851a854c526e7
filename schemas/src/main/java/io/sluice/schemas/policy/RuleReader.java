package io.sluice.schemas.policy;

import io.sluice.schemas.config.Durations;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ScalingRule.Idle;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ScalingRule.Schedule;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.text.Sentence;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads and writes a policy's rules as people write them. */
final class RuleReader {
  private static final String THRESHOLD = "threshold";
  private static final String TARGET = "target";
  private static final String STEP = "step";
  private static final String SCHEDULE = "schedule";
  private static final String PREDICTIVE = "predictive";
  private static final String IDLE = "idle";

  private static final double BOUND_LIMIT = 1e15;
  private static final double TARGET_MIN = 1e-9;
  private static final double TARGET_DEFAULT = 60;

  private final int min;
  private final int max;

  /** Reads rules of a policy with these limits of the number of servers. */
  RuleReader(int min, int max) {
    this.min = min;
    this.max = max;
  }

  List<ScalingRule> rules(Section section) {
    List<Section> given = section.list("rules");
    if (!section.has("rules")) {
      return ZonePolicy.DEFAULT.rules();
    }
    List<ScalingRule> rules = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      Optional<ScalingRule> rule = rule(given.get(i));
      if (rule.filter(rules::contains).isPresent()) {
        section.note("rules[" + i + "]", "the same as an earlier rule", "rules that differ");
      }
      rule.ifPresent(rules::add);
    }
    return rules;
  }

  private Optional<ScalingRule> rule(Section rule) {
    String type = rule.string("type", "(none)");
    return switch (type) {
      case THRESHOLD -> threshold(rule);
      case TARGET -> target(rule);
      case STEP -> step(rule);
      case SCHEDULE -> schedule(rule);
      case PREDICTIVE -> predictive(rule);
      case IDLE -> idle(rule);
      default -> {
        rule.note(
            "type",
            "'" + type + "'",
            "one of " + String.join(", ", THRESHOLD, TARGET, STEP, SCHEDULE, PREDICTIVE, IDLE));
        rule.ignoreUnknownKeys();
        yield Optional.empty();
      }
    };
  }

  private static Optional<ScalingRule> threshold(Section rule) {
    Metric metric = metric(rule);
    double above = rule.decimal("above", Threshold.ABOVE_DEFAULT, -BOUND_LIMIT, BOUND_LIMIT);
    double below = rule.decimal("below", Threshold.BELOW_DEFAULT, -BOUND_LIMIT, BOUND_LIMIT);
    if (below >= above) {
      rule.note("below", Double.toString(below), "less than above, which is " + above);
      return Optional.empty();
    }
    Reach reach = new Reach(metric);
    reach
        .exceeds(above)
        .or(() -> reach.staysBelow(above))
        .ifPresent(expected -> rule.note("above", Double.toString(above), expected));
    return Optional.of(new Threshold(metric, above, below));
  }

  private static Optional<ScalingRule> target(Section rule) {
    Target target =
        new Target(
            metric(rule),
            required(rule, "target"),
            rule.decimal("tolerance", Target.TOLERANCE_DEFAULT, 0, 1));
    if (target.tolerance() >= 1) {
      rule.note(
          "tolerance",
          Double.toString(target.tolerance()),
          "less than 1: with 1 nothing shrinks, not even where there is no load at all");
    }
    if (!target.metric().isShared() && !target.metric().isLatency()) {
      noteUnshared(rule, target.metric());
    }
    new Reach(target.metric())
        .outgrows(target.target(), target.tolerance())
        .ifPresent(expected -> rule.note("target", Double.toString(target.target()), expected));
    return Optional.of(target);
  }

  /** Latency is guarded; what else servers do not share would start servers for ever. */
  private static void noteUnshared(Section rule, Metric metric) {
    rule.note(
        "metric",
        "'" + metric + "'",
        "a metric that servers share: twice as many servers do not halve this one");
  }

  private static Optional<ScalingRule> step(Section rule) {
    Metric metric = metric(rule);
    List<Band> bands = new ArrayList<>();
    List<Section> given = rule.list("bands");
    Reach reach = new Reach(metric);
    for (Section section : given) {
      Optional<Band> band = band(section);
      band.flatMap(Band::from)
          .ifPresent(from ->
              reach
                  .reaches(from)
                  .ifPresent(expected -> section.note("from", from.toString(), expected)));
      band.flatMap(Band::to)
          .ifPresent(to ->
              reach
                  .fallsBelow(to)
                  .ifPresent(expected -> section.note("to", to.toString(), expected)));
      Optional<String> fault =
          bands.isEmpty() ? Optional.empty() : band.flatMap(it -> it.faultAfter(bands.getLast()));
      fault.ifPresent(expected -> section.note("from", section.string("from", "(none)"), expected));
      if (fault.isEmpty()) {
        band.ifPresent(bands::add);
      }
    }
    if (given.isEmpty()) {
      rule.note("bands", "(none)", "one or more bands with from, to and change");
    }
    if (bands.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Step(metric, bands));
  }

  private static Optional<Band> band(Section band) {
    Optional<Double> from = bound(band, "from");
    Optional<Double> to = bound(band, "to");
    int change = band.integer("change", 0, -Band.CHANGE_LIMIT, Band.CHANGE_LIMIT);
    if (!band.has("change")) {
      band.note("change", "(none)", "how many servers more, or fewer if negative");
    }
    if (from.isEmpty() && to.isEmpty()) {
      band.note("from", "(none)", "from, to or both: which means it is for");
      return Optional.empty();
    }
    if (from.isPresent() && to.isPresent() && from.get() >= to.get()) {
      band.note("to", to.get().toString(), "more than from, which is " + from.get());
      return Optional.empty();
    }
    return Optional.of(new Band(from, to, change));
  }

  private static Optional<Double> bound(Section band, String key) {
    double value = band.decimal(key, 0, -BOUND_LIMIT, BOUND_LIMIT);
    return band.has(key) ? Optional.of(value) : Optional.empty();
  }

  private Optional<ScalingRule> schedule(Section rule) {
    int before = rule.problems().size();
    Optional<ZoneId> timezone = rule.value("timezone", RuleReader::timezone);
    Optional<Cron> start = rule.value("start", Cron::new);
    Optional<Cron> end = rule.value("end", Cron::new);
    int least = rule.integer("min", min, min, max);
    int most = rule.integer("max", max, min, max);
    requireTimes(rule);
    if (least > most) {
      rule.note("min", Integer.toString(least), "at most max, which is " + most);
      return Optional.empty();
    }
    if (timezone.isEmpty() || start.isEmpty() || end.isEmpty()) {
      return Optional.empty();
    }
    if (start.equals(end)) {
      rule.note("end", "'" + end.get() + "'", "other times than those of start");
      return Optional.empty();
    }
    if (start.get().within(end.get())) {
      rule.note(
          "start",
          "'" + start.get() + "'",
          Sentence.of(
              "times of which one at least is not also a time of end, '%s': it would never begin",
              end.get()));
      return Optional.empty();
    }
    // A limit out of its range has been noted, and its default stands here.
    if (least == min && most == max && rule.problems().size() == before) {
      String key = rule.has("max") && !rule.has("min") ? "max" : "min";
      rule.note(
          key,
          rule.string(key, "(none)"),
          Sentence.of("a min above %d, or a max below %d: it would change nothing", min, max));
      return Optional.empty();
    }
    return Optional.of(new Schedule(timezone.get(), start.get(), end.get(), least, most));
  }

  private static void requireTimes(Section schedule) {
    for (String key : List.of("timezone", "start", "end")) {
      if (!schedule.has(key)) {
        schedule.note(
            key,
            "(none)",
            key.equals("timezone") ? "a time zone, such as UTC" : "times, such as 0 8 * * mon-fri");
      }
    }
  }

  private static ZoneId timezone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException(
          "expected a time zone, such as UTC or Europe/Berlin", unknown);
    }
  }

  private static Optional<ScalingRule> predictive(Section rule) {
    Metric metric = metric(rule);
    double target = required(rule, "target");
    Duration day = Predictive.SEASON_DEFAULT;
    Duration second = Duration.ofSeconds(1);
    Duration interval = rule.duration("interval", Predictive.INTERVAL_DEFAULT, second, day);
    Duration season = rule.duration("season", day, second, day.multipliedBy(28));
    Duration horizon = rule.duration("horizon", interval, second, season);
    boolean act = rule.bool("act", false);
    if (!metric.isShared()) {
      noteUnshared(rule, metric);
    }
    new Reach(metric)
        .outgrows(target, 0)
        .ifPresent(expected -> rule.note("target", Double.toString(target), expected));
    if (interval.toNanosPart() != 0) {
      rule.note("interval", Durations.format(interval), "whole seconds");
      return Optional.empty();
    }
    try {
      return Optional.of(new Predictive(metric, target, season, interval, horizon, act));
    } catch (IllegalArgumentException contradiction) {
      boolean horizonIsWrong = horizon.compareTo(interval) < 0 || horizon.compareTo(season) > 0;
      rule.note(
          horizonIsWrong ? "horizon" : "season",
          Durations.format(horizonIsWrong ? horizon : season),
          Problem.expectation(contradiction));
      return Optional.empty();
    }
  }

  private Optional<ScalingRule> idle(Section rule) {
    Duration after = rule.duration("after", Idle.AFTER_DEFAULT, Idle.AFTER_MIN, Idle.AFTER_MAX);
    if (min > 0) {
      rule.note(
          "type",
          "'" + IDLE + "'",
          Sentence.of("servers.min 0, which is %d: the zone would never be without servers", min));
    }
    return Optional.of(new Idle(after));
  }

  private static Metric metric(Section rule) {
    return rule.value("metric", RuleReader::metric).orElse(Metric.CPU);
  }

  private static Metric metric(String name) {
    String written = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    if (!written.equals(name) && Metric.isName(written)) {
      throw new IllegalArgumentException(
          Sentence.of("expected %s; did you mean %s?", Metric.NAME_EXPECTED, written));
    }
    Metric known = Metric.ofWireName(name);
    if (name.equals("true") || name.equals("false")) {
      throw new IllegalArgumentException(
          Sentence.of("metric '%s': expected the name of a metric and no truth", name));
    }
    if (!known.name().equals(name)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "metric '%s': expected %s, which only reports call %s; did you mean %s?",
              name, known, name, known));
    }
    return known;
  }

  private static double required(Section rule, String key) {
    if (!rule.has(key)) {
      rule.note(key, "(none)", "a number above 0, in the metric's own unit");
    }
    return rule.decimal(key, TARGET_DEFAULT, TARGET_MIN, BOUND_LIMIT);
  }

  static Map<String, Object> describe(ScalingRule rule) {
    Map<String, Object> tree = new LinkedHashMap<>();
    switch (rule) {
      case Threshold(Metric metric, double above, double below) -> {
        tree.put("type", THRESHOLD);
        tree.put("metric", metric.name());
        tree.put("above", above);
        tree.put("below", below);
      }
      case Target(Metric metric, double target, double tolerance) -> {
        tree.put("type", TARGET);
        tree.put("metric", metric.name());
        tree.put("target", target);
        tree.put("tolerance", tolerance);
      }
      case Step(Metric metric, List<Band> bands) -> {
        tree.put("type", STEP);
        tree.put("metric", metric.name());
        tree.put("bands", bands.stream().map(RuleReader::describe).toList());
      }
      case Schedule schedule -> {
        tree.put("type", SCHEDULE);
        tree.put("timezone", schedule.timezone().getId());
        tree.put("start", schedule.start().toString());
        tree.put("end", schedule.end().toString());
        tree.put("min", schedule.min());
        tree.put("max", schedule.max());
      }
      case Predictive predictive -> tree.putAll(describe(predictive));
      case Idle(Duration after) -> {
        tree.put("type", IDLE);
        tree.put("after", Durations.format(after));
      }
    }
    return tree;
  }

  private static Map<String, Object> describe(Predictive rule) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("type", PREDICTIVE);
    tree.put("metric", rule.metric().name());
    tree.put("target", rule.target());
    tree.put("season", Durations.format(rule.season()));
    tree.put("interval", Durations.format(rule.interval()));
    tree.put("horizon", Durations.format(rule.horizon()));
    tree.put("act", rule.act());
    return tree;
  }

  private static Map<String, Object> describe(Band band) {
    Map<String, Object> tree = new LinkedHashMap<>();
    band.from().ifPresent(from -> tree.put("from", from));
    band.to().ifPresent(to -> tree.put("to", to));
    tree.put("change", band.change());
    return tree;
  }
}
