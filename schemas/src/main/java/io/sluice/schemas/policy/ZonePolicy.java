package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a zone scales.
 *
 * @param min fewest servers, 0 to {@code max}
 * @param max most servers, 1 to {@value #SERVERS_LIMIT}; up to {@value #SERVERS_RECORDED_MAX} in
 *     what earlier releases recorded
 * @param window how far back the means of the metrics reach, 1 s to 1 h
 * @param rules the rules; the largest wish of them holds; without rules the zone keeps its number
 * @param limits what slows the rules down
 * @param victims which servers go first when the zone shrinks
 * @param dryRun true: commands are recorded and never executed
 * @param canary how the first server of a new template is watched
 */
public record ZonePolicy(
    int min,
    int max,
    Duration window,
    List<ScalingRule> rules,
    Limits limits,
    Victims victims,
    boolean dryRun,
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = UsualCanary.class)
        CanaryPolicy canary) {
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

  /**
   * The most servers that a zone can be set to, since what is kept of a zone has to fit into one
   * record of at most 16 MiB (16,777,216 bytes).
   *
   * <p>A server takes some 300 bytes of it, and at most about 800 with a zone's longest name (40
   * characters), a container's id and an error of {@value io.sluice.schemas.fleet.Server#ERROR_MAX}
   * characters cut short. When all of them die at once, the dead ones are kept beside the new ones
   * until they are removed: 20,000 servers, twice, at 400 bytes are 16,000,000 bytes. A command
   * starts and stops only so many at once ({@code Decide.SERVERS_AT_ONCE}), so that it always fits.
   */
  public static final int SERVERS_LIMIT = 20_000;

  /** What earlier releases let a policy and a person ask for; a journal may still say so. */
  public static final int SERVERS_RECORDED_MAX = 1_000_000;

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
    if (min < 0 || max < 1 || min > max || max > SERVERS_RECORDED_MAX) {
      throw new IllegalArgumentException(
          Sentence.of(
              "servers from %d to %d: expected 0 <= min <= max, 1 <= max <= %d",
              min, max, SERVERS_RECORDED_MAX));
    }
    if (window.compareTo(WINDOW_MIN) < 0
        || window.compareTo(WINDOW_MAX) > 0
        || window.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          Sentence.of(
              "window %s: expected whole seconds from %s to %s", window, WINDOW_MIN, WINDOW_MAX));
    }
    rules = List.copyOf(rules);
    for (ScalingRule rule : rules) {
      if (rule instanceof ScalingRule.Schedule schedule
          && (schedule.min() > max || schedule.max() < min)) {
        throw new IllegalArgumentException(
            Sentence.of(
                "schedule of servers from %d to %d: expected limits within the policy's, %d to %d",
                schedule.min(), schedule.max(), min, max));
      }
    }
  }

  /** A policy with the default limits. */
  public ZonePolicy(int min, int max, Duration window, List<ScalingRule> rules) {
    this(min, max, window, rules, Limits.DEFAULT, Victims.NEWEST, false);
  }

  /** A policy that watches the first server of a new template in the usual way. */
  public ZonePolicy(
      int min,
      int max,
      Duration window,
      List<ScalingRule> rules,
      Limits limits,
      Victims victims,
      boolean dryRun) {
    this(min, max, window, rules, limits, victims, dryRun, CanaryPolicy.DEFAULT);
  }

  /** Whether it depends on the wall clocks of time zones. */
  public boolean isScheduled() {
    return rules.stream().anyMatch(ScalingRule.Schedule.class::isInstance);
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
      @JsonProperty("dryRun") Optional<Boolean> dryRun,
      @JsonProperty("canary") Optional<CanaryPolicy> canary) {
    return new ZonePolicy(
        min,
        max,
        window,
        rules,
        limits.orElse(Limits.DEFAULT),
        victims.orElse(Victims.NEWEST),
        dryRun.orElse(false),
        canary.orElse(CanaryPolicy.DEFAULT));
  }

  /** The same policy with other limits. */
  public ZonePolicy with(Limits other) {
    return new ZonePolicy(min, max, window, rules, other, victims, dryRun, canary);
  }

  /** The same policy with another watch over new templates. */
  public ZonePolicy with(CanaryPolicy other) {
    return new ZonePolicy(min, max, window, rules, limits, victims, dryRun, other);
  }

  /** Is equal to the watch that is not written, so that an earlier release reads the policy. */
  static final class UsualCanary {
    @Override
    public boolean equals(@Nullable Object other) {
      return CanaryPolicy.DEFAULT.equals(other);
    }

    @Override
    public int hashCode() {
      return CanaryPolicy.DEFAULT.hashCode();
    }
  }
}
