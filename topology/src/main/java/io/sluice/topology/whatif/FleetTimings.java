package io.sluice.topology.whatif;

import io.sluice.schemas.text.Sentence;
import java.time.Duration;

/**
 * How long a modelled fleet takes. The model counts in whole seconds and rounds up.
 *
 * @param startUp from a server's start until it is ready, 0 to 1 h
 * @param drain from the order to drain a ready server until it is gone, 0 to 1 h
 */
public record FleetTimings(Duration startUp, Duration drain) {
  /** What a container with a virtual machine's runtime in it takes on a busy host. */
  public static final Duration START_UP_DEFAULT = Duration.ofSeconds(10);

  /** Longer than nearly every request. */
  public static final Duration DRAIN_DEFAULT = Duration.ofSeconds(5);

  /** The longest of either; as long as the longest start timeout of a template. */
  public static final Duration MAX = Duration.ofHours(1);

  /** What holds if nobody knows better. */
  public static final FleetTimings DEFAULT = new FleetTimings(START_UP_DEFAULT, DRAIN_DEFAULT);

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is exceeded
   */
  public FleetTimings {
    require("start-up", startUp);
    require("drain", drain);
  }

  long startUpSeconds() {
    return seconds(startUp);
  }

  long drainSeconds() {
    return seconds(drain);
  }

  private static long seconds(Duration duration) {
    return duration.toSeconds() + (duration.toNanosPart() > 0 ? 1 : 0);
  }

  private static void require(String what, Duration duration) {
    if (duration.isNegative() || duration.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          Sentence.of("%s %s: expected 0 to %s", what, duration, MAX));
    }
  }
}
