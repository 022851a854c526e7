package io.sluice.provisioner.history;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of time, cut into steps.
 *
 * @param from its beginning
 * @param to its end, after the beginning
 * @param step how long each point of it stands for, 1 s or more, whole seconds
 */
public record Span(Instant from, Instant to, Duration step) {
  /** As many points as Prometheus gives out for one series. */
  public static final int POINTS_MAX = 11_000;

  /** About as many points as a chart has room for. */
  private static final int POINTS_DEFAULT = 300;

  /**
   * Validates the figures.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Span {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException(
          "from %s to %s: expected a beginning before the end".formatted(from, to));
    }
    if (step.toSeconds() < 1 || step.toNanosPart() != 0) {
      throw new IllegalArgumentException(
          "step %s: expected whole seconds, 1 s or more".formatted(step));
    }
    long points = Duration.between(from, to).dividedBy(step);
    if (points > POINTS_MAX) {
      throw new IllegalArgumentException(
          "%d points from %s to %s: expected a step of at least %d s"
              .formatted(
                  points, from, to, Duration.between(from, to).toSeconds() / POINTS_MAX + 1));
    }
  }

  /** A span in steps that a chart has room for. */
  public static Span of(Instant from, Instant to) {
    long seconds = Duration.between(from, to).toSeconds();
    return new Span(from, to, Duration.ofSeconds(Math.max(1, seconds / POINTS_DEFAULT)));
  }
}
