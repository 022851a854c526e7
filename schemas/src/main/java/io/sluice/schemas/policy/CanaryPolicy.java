package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;

/**
 * How the first server of a new template is watched beside the others before more are replaced.
 *
 * @param watch for how long, 0 to {@link #WATCH_MAX}; 0: not at all
 * @param maxErrorIncrease by how many percentage points more of its requests may fail, 0 to 100
 * @param maxLatencyFactor how many times the others' p95 its own may be, 1 to {@value #FACTOR_MAX}
 */
public record CanaryPolicy(Duration watch, double maxErrorIncrease, double maxLatencyFactor) {
  /** Long enough for a few hundred requests where there are ten a second. */
  public static final Duration WATCH_DEFAULT = Duration.ofSeconds(30);

  /** As the longest window of a policy: a zone should not have two templates for longer. */
  public static final Duration WATCH_MAX = Duration.ofHours(1);

  /** One request in a hundred more. */
  public static final double ERROR_INCREASE_DEFAULT = 1;

  /** Twice as slow is a fault, and less may be a cold cache. */
  public static final double FACTOR_DEFAULT = 2;

  /** More is no limit. */
  public static final double FACTOR_MAX = 1_000;

  /** All of them failed. */
  public static final double PERCENT_MAX = 100;

  /** What holds where nothing else is said. */
  public static final CanaryPolicy DEFAULT =
      new CanaryPolicy(WATCH_DEFAULT, ERROR_INCREASE_DEFAULT, FACTOR_DEFAULT);

  /** Servers are replaced as soon as the next one is ready. */
  public static final CanaryPolicy OFF =
      new CanaryPolicy(Duration.ZERO, ERROR_INCREASE_DEFAULT, FACTOR_DEFAULT);

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is exceeded
   */
  public CanaryPolicy {
    if (watch.isNegative() || watch.compareTo(WATCH_MAX) > 0) {
      throw new IllegalArgumentException(
          Sentence.of("canary's watch %s: expected 0 to %s", watch, WATCH_MAX));
    }
    if (!(maxErrorIncrease >= 0 && maxErrorIncrease <= PERCENT_MAX)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "canary's error increase %s: expected 0 to %s percentage points",
              maxErrorIncrease, PERCENT_MAX));
    }
    if (!(maxLatencyFactor >= 1 && maxLatencyFactor <= FACTOR_MAX)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "canary's latency factor %s: expected 1 to %s", maxLatencyFactor, FACTOR_MAX));
    }
  }

  /** Whether any server is watched. */
  @JsonIgnore
  public boolean isOn() {
    return watch.isPositive();
  }
}
