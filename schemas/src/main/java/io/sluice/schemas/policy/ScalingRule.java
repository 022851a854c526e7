package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.Optional;

/** One way to derive a wished number of servers. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ScalingRule.Threshold.class, name = "threshold"),
  @JsonSubTypes.Type(value = ScalingRule.Target.class, name = "target"),
  @JsonSubTypes.Type(value = ScalingRule.Step.class, name = "step"),
  @JsonSubTypes.Type(value = ScalingRule.Schedule.class, name = "schedule"),
  @JsonSubTypes.Type(value = ScalingRule.Predictive.class, name = "predictive"),
  @JsonSubTypes.Type(value = ScalingRule.Idle.class, name = "idle")
})
public sealed interface ScalingRule {
  /** A rule that goes by the zone's mean of a metric. */
  sealed interface OnMetric extends ScalingRule permits Threshold, Target, Step, Predictive {
    /** The metric that the rule looks at. */
    Metric metric();
  }

  /**
   * One server more while the zone's mean is above a bound, one less while it is below another.
   *
   * @param metric the metric whose mean over the zone's ready servers is compared
   * @param above a mean above this wishes for one more; in the metric's own unit
   * @param below a mean below this wishes for one less; lower than {@code above}
   */
  record Threshold(Metric metric, double above, double below) implements OnMetric {
    /** The bound above which a server is added, in percent; the origin's figure. */
    public static final double ABOVE_DEFAULT = 70;

    /** The bound below which a server is removed, in percent; the origin's figure. */
    public static final double BELOW_DEFAULT = 10;

    /** The origin's rule: processor use, 70 and 10 percent. */
    public static final Threshold DEFAULT = new Threshold(Metric.CPU, ABOVE_DEFAULT, BELOW_DEFAULT);

    /**
     * Validates the bounds.
     *
     * @throws IllegalArgumentException if they are not finite or not in order
     */
    public Threshold {
      if (!Double.isFinite(above) || !Double.isFinite(below) || below >= above) {
        throw new IllegalArgumentException(
            Sentence.of(
                "threshold on %s: above is %s and below is %s: expected finite numbers, below < above",
                metric, above, below));
      }
    }
  }

  /**
   * As many servers as bring the zone's mean to a value, as the Kubernetes Horizontal Pod
   * Autoscaler does it: servers × mean ÷ target, rounded up.
   *
   * @param metric a metric that halves when the servers double
   * @param target the mean to reach, more than 0, in the metric's own unit
   * @param tolerance nothing is done while mean ÷ target is within 1 ± this; 0 to 1
   */
  record Target(Metric metric, double target, double tolerance) implements OnMetric {
    /** The tolerance of the Kubernetes Horizontal Pod Autoscaler. */
    public static final double TOLERANCE_DEFAULT = 0.1;

    /**
     * Validates the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Target {
      requirePositive("target on " + metric, target);
      if (!(tolerance >= 0 && tolerance <= 1)) {
        throw new IllegalArgumentException(
            Sentence.of("target on %s: tolerance is %s: expected 0 to 1", metric, tolerance));
      }
    }
  }

  /**
   * A change for each band of the zone's mean; outside of all bands nothing changes.
   *
   * @param metric the metric whose mean over the zone's ready servers is looked up
   * @param bands from the lowest to the highest, without overlap; a higher band never changes less
   */
  record Step(Metric metric, List<Band> bands) implements OnMetric {
    /**
     * Validates the bands.
     *
     * @throws IllegalArgumentException if there is none, or they overlap, are not in order, or a
     *     higher one changes less than a lower one
     */
    public Step {
      bands = List.copyOf(bands);
      if (bands.isEmpty()) {
        throw new IllegalArgumentException(
            Sentence.of("step on %s: no bands: expected one or more", metric));
      }
      for (int i = 1; i < bands.size(); i++) {
        Optional<String> fault = bands.get(i).faultAfter(bands.get(i - 1));
        if (fault.isPresent()) {
          throw new IllegalArgumentException(
              Sentence.of("step on %s: band %d: expected %s", metric, i + 1, fault.get()));
        }
      }
    }
  }

  /**
   * A range of values and what it changes.
   *
   * @param from the lowest value of the band; empty: no lower end
   * @param to the first value above the band; empty: no upper end
   * @param change how many servers more, or fewer if negative
   */
  record Band(Optional<Double> from, Optional<Double> to, int change) {
    /** A guard against slips of the keyboard. */
    public static final int CHANGE_LIMIT = 10_000;

    /**
     * Validates the ends.
     *
     * @throws IllegalArgumentException if they are not finite or not in order
     */
    public Band {
      double low = from.orElse(-Double.MAX_VALUE);
      double high = to.orElse(Double.MAX_VALUE);
      if (!Double.isFinite(low) || !Double.isFinite(high) || low >= high) {
        throw new IllegalArgumentException(
            Sentence.of("band from %s to %s: expected finite numbers, from < to", low, high));
      }
    }

    /** Whether the value lies in the band. */
    public boolean holds(double value) {
      return (from.isEmpty() || value >= from.get()) && (to.isEmpty() || value < to.get());
    }

    /** What is wrong with this band if it is the next after another one; empty if nothing. */
    Optional<String> faultAfter(Band before) {
      if (before.to.isEmpty() || from.isEmpty() || from.get() < before.to.get()) {
        return Optional.of("a 'from' that is not below the 'to' of the band before");
      }
      return change < before.change
          ? Optional.of(
              Sentence.of("a change of at least %d, that of the lower band", before.change))
          : Optional.empty();
    }
  }

  /**
   * Other limits at certain times: while it is active, the zone has at least {@code min} and at
   * most {@code max} servers. It is active from each time of {@code start} to the next one of
   * {@code end}; where both fall on one minute, it ends.
   *
   * @param timezone whose wall clock the times are of, such as {@code Europe/Berlin}
   * @param start when it begins
   * @param end when it ends; another expression than {@code start}
   * @param min fewest servers, within the policy's limits
   * @param max most servers, within the policy's limits
   */
  record Schedule(ZoneId timezone, Cron start, Cron end, int min, int max) implements ScalingRule {
    /**
     * Validates the limits.
     *
     * @throws IllegalArgumentException if they are out of their range, or start and end are one
     */
    public Schedule {
      if (min < 0 || max < min || max > ZonePolicy.SERVERS_RECORDED_MAX) {
        throw new IllegalArgumentException(
            Sentence.of("schedule of servers from %d to %d: expected 0 <= min <= max", min, max));
      }
      if (start.equals(end)) {
        throw new IllegalArgumentException(
            Sentence.of("schedule that ends when it starts, at '%s': expected another end", end));
      }
    }

    /** Whether it is active at this moment. */
    public boolean active(Instant time) {
      LocalDateTime local = wallClock(time);
      Optional<LocalDateTime> started = start.lastUntil(local);
      Optional<LocalDateTime> ended = end.lastUntil(local);
      return started.isPresent() && (ended.isEmpty() || started.get().isAfter(ended.get()));
    }

    /**
     * The wall clock, but where it is put back it waits just before the hour that it shows next,
     * until that has come: what has begun or ended must not be undone, and nothing is early.
     */
    private LocalDateTime wallClock(Instant time) {
      LocalDateTime local = LocalDateTime.ofInstant(time, timezone);
      ZoneOffsetTransition last = timezone.getRules().previousTransition(time.plusNanos(1));
      return last != null && last.isOverlap() && local.isBefore(last.getDateTimeBefore())
          ? last.getDateTimeBefore().minusNanos(1)
          : local;
    }
  }

  /**
   * As many servers as a forecast of the zone's load asks for. The forecast has a level, a trend
   * and a season, fitted to the zone's own history.
   *
   * @param metric a metric that halves when the servers double
   * @param target the mean to reach, more than 0, in the metric's own unit
   * @param season after how long the load repeats; 2 to 288 intervals
   * @param interval the forecast's step; whole seconds, at least 1 s
   * @param horizon how far ahead to look; one interval to one season
   * @param act false: the forecast is recorded only, and its wish does not count
   */
  record Predictive(
      Metric metric,
      double target,
      Duration season,
      Duration interval,
      Duration horizon,
      boolean act)
      implements OnMetric {
    /** A day: what most services follow. */
    public static final Duration SEASON_DEFAULT = Duration.ofDays(1);

    /** Ten minutes: longer than a start takes, and 144 of them are a day. */
    public static final Duration INTERVAL_DEFAULT = Duration.ofMinutes(10);

    /** A season of more intervals would cost more to keep than it tells. */
    public static final int INTERVALS_MAX = 288;

    /**
     * Validates the numbers.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public Predictive {
      requirePositive("predictive on " + metric, target);
      if (interval.compareTo(Duration.ofSeconds(1)) < 0 || interval.toNanosPart() != 0) {
        throw new IllegalArgumentException(
            Sentence.of("interval %s: expected whole seconds, at least one", interval));
      }
      long intervals = season.dividedBy(interval);
      if (intervals < 2
          || intervals > INTERVALS_MAX
          || !interval.multipliedBy(intervals).equals(season)) {
        throw new IllegalArgumentException(
            Sentence.of(
                "season %s of intervals of %s: expected 2 to %d whole intervals",
                season, interval, INTERVALS_MAX));
      }
      if (horizon.compareTo(interval) < 0 || horizon.compareTo(season) > 0) {
        throw new IllegalArgumentException(
            Sentence.of(
                "horizon %s: expected one interval (%s) to one season (%s)",
                horizon, interval, season));
      }
    }

    /** How many intervals a season has. */
    public int intervals() {
      return Math.toIntExact(season.dividedBy(interval));
    }

    /** How many intervals ahead the forecast looks, rounded up. */
    public int steps() {
      long millis = interval.toMillis();
      return Math.toIntExact((horizon.toMillis() + millis - 1) / millis);
    }
  }

  /**
   * No server once the zone's balancers have had no request for a while: none finished, none under
   * way, none waiting and no WebSocket open. Until then one server stays, whatever other rules wish
   * for. A request that is held wakes the zone.
   *
   * @param after for how long there must have been none, {@link #AFTER_MIN} to {@link #AFTER_MAX}
   */
  record Idle(Duration after) implements ScalingRule {
    /** A zone that sleeps sooner would sleep between two clicks. */
    public static final Duration AFTER_DEFAULT = Duration.ofMinutes(15);

    /** As long as a mean reaches back by default. */
    public static final Duration AFTER_MIN = Duration.ofSeconds(10);

    /** Whoever waits longer waits for good. */
    public static final Duration AFTER_MAX = Duration.ofDays(7);

    /**
     * Validates the time.
     *
     * @throws IllegalArgumentException if it is out of its range
     */
    public Idle {
      if (after.compareTo(AFTER_MIN) < 0 || after.compareTo(AFTER_MAX) > 0) {
        throw new IllegalArgumentException(
            Sentence.of("idle after %s: expected %s to %s", after, AFTER_MIN, AFTER_MAX));
      }
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          Sentence.of("%s: target is %s: expected a number above 0", what, value));
    }
  }
}
