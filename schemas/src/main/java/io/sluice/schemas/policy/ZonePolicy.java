package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a zone scales.
 *
 * @param min fewest servers, 0 to {@code max}
 * @param max most servers, 1 to {@value #SERVERS_LIMIT}
 * @param window how far back the means of the metrics reach, 1 s to 1 h
 * @param rules the rules; the largest wish of them holds; without rules the zone keeps its number
 * @param limits what slows the rules down
 * @param victims which servers go first when the zone shrinks
 * @param dryRun true: commands are recorded and never executed
 */
public record ZonePolicy(
    int min,
    int max,
    Duration window,
    List<ScalingRule> rules,
    Limits limits,
    Victims victims,
    boolean dryRun) {
  /** The origin keeps at least one server. */
  public static final int MIN_DEFAULT = 1;

  /** The origin's compose file had room for three servers a zone. */
  public static final int MAX_DEFAULT = 3;

  /** The origin averages over ten seconds. */
  public static final Duration WINDOW_DEFAULT = Duration.ofSeconds(10);

  /** The shortest window: one pane. */
  public static final Duration WINDOW_MIN = Duration.ofSeconds(1);

  /** The longest window; more panes would cost memory for no better decision. */
  public static final Duration WINDOW_MAX = Duration.ofHours(1);

  /** A guard against slips of the keyboard, not a limit of the system. */
  public static final int SERVERS_LIMIT = 1_000_000;

  /** The origin's policy: one to three servers by the threshold rule on processor use. */
  public static final ZonePolicy DEFAULT =
      new ZonePolicy(
          MIN_DEFAULT, MAX_DEFAULT, WINDOW_DEFAULT, List.of(ScalingRule.Threshold.DEFAULT));

  /**
   * Validates the limits.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ZonePolicy {
    if (min < 0 || max < 1 || min > max || max > SERVERS_LIMIT) {
      throw new IllegalArgumentException(
          "servers from %d to %d: expected 0 <= min <= max, 1 <= max <= %d"
              .formatted(min, max, SERVERS_LIMIT));
    }
    if (window.compareTo(WINDOW_MIN) < 0
        || window.compareTo(WINDOW_MAX) > 0
        || window.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "window %s: expected whole seconds from %s to %s"
              .formatted(window, WINDOW_MIN, WINDOW_MAX));
    }
    rules = List.copyOf(rules);
    for (ScalingRule rule : rules) {
      if (rule instanceof ScalingRule.Schedule schedule
          && (schedule.min() > max || schedule.max() < min)) {
        throw new IllegalArgumentException(
            "schedule of servers from %d to %d: expected limits within the policy's, %d to %d"
                .formatted(schedule.min(), schedule.max(), min, max));
      }
    }
  }

  /** A policy with the default limits. */
  public ZonePolicy(int min, int max, Duration window, List<ScalingRule> rules) {
    this(min, max, window, rules, Limits.DEFAULT, Victims.NEWEST, false);
  }

  /** Reads a policy of any version: what the first one did not have is the default. */
  @JsonCreator
  static ZonePolicy read(
      @JsonProperty("min") int min,
      @JsonProperty("max") int max,
      @JsonProperty("window") Duration window,
      @JsonProperty("rules") List<ScalingRule> rules,
      @JsonProperty("limits") Optional<Limits> limits,
      @JsonProperty("victims") Optional<Victims> victims,
      @JsonProperty("dryRun") Optional<Boolean> dryRun) {
    return new ZonePolicy(
        min,
        max,
        window,
        rules,
        limits.orElse(Limits.DEFAULT),
        victims.orElse(Victims.NEWEST),
        dryRun.orElse(false));
  }

  /** The same policy with other limits. */
  public ZonePolicy with(Limits other) {
    return new ZonePolicy(min, max, window, rules, other, victims, dryRun);
  }
}
