package io.sluice.schemas.policy;

import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.util.Optional;

/**
 * What slows a zone's rules down.
 *
 * @param warmUp how long a server's load does not count after it has become ready, 0 to 1 h
 * @param stabilisationOut growing goes by the smallest wish of so long, 0 to 1 h
 * @param stabilisationIn shrinking goes by the largest wish of so long, 0 to 1 h
 * @param coolDownOut how long after a growth the zone does not grow again, 0 to 1 d
 * @param coolDownIn how long after a shrinkage the zone does not shrink again, 0 to 1 d
 * @param rateOut most servers added in one change, 1 or more; empty: any number
 * @param rateIn most servers removed in one change, 1 or more; empty: any number
 */
public record Limits(
    Duration warmUp,
    Duration stabilisationOut,
    Duration stabilisationIn,
    Duration coolDownOut,
    Duration coolDownIn,
    Optional<Integer> rateOut,
    Optional<Integer> rateIn) {
  /** One default window: by then the other servers' means show what the new one took over. */
  public static final Duration WARM_UP_DEFAULT = Duration.ofSeconds(10);

  /** A load that drops for less than a minute does not cost a server. */
  public static final Duration STABILISATION_IN_DEFAULT = Duration.ofSeconds(60);

  /** The longest warm-up and stabilisation; one hour as for the Kubernetes autoscaler. */
  public static final Duration WINDOW_MAX = Duration.ofHours(1);

  /** The longest cool-down. */
  public static final Duration COOL_DOWN_MAX = Duration.ofDays(1);

  /** No limit at all: every wish is followed at once. */
  public static final Limits NONE =
      new Limits(
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Duration.ZERO,
          Optional.empty(),
          Optional.empty());

  /** Quick to grow, slow to shrink. */
  public static final Limits DEFAULT =
      new Limits(
          WARM_UP_DEFAULT,
          Duration.ZERO,
          STABILISATION_IN_DEFAULT,
          Duration.ZERO,
          Duration.ZERO,
          Optional.empty(),
          Optional.empty());

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is exceeded
   */
  public Limits {
    require("warm-up", warmUp, WINDOW_MAX);
    require("stabilisation out", stabilisationOut, WINDOW_MAX);
    require("stabilisation in", stabilisationIn, WINDOW_MAX);
    require("cool-down out", coolDownOut, COOL_DOWN_MAX);
    require("cool-down in", coolDownIn, COOL_DOWN_MAX);
    require("rate out", rateOut);
    require("rate in", rateIn);
  }

  private static void require(String name, Duration duration, Duration max) {
    if (duration.isNegative() || duration.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          Sentence.of("%s %s: expected 0 to %s", name, duration, max));
    }
  }

  private static void require(String name, Optional<Integer> rate) {
    if (rate.isPresent() && (rate.get() < 1 || rate.get() > ZonePolicy.SERVERS_RECORDED_MAX)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "%s %d: expected 1 to %d", name, rate.get(), ZonePolicy.SERVERS_RECORDED_MAX));
    }
  }
}
