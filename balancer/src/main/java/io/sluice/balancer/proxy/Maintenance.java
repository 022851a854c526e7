package io.sluice.balancer.proxy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What clients are told while nobody serves them.
 *
 * @param on whether requests are answered with a 503 instead of being served, until somebody says
 *     otherwise
 * @param page file of the page that goes with a 503 for want of a server, at most 1 MiB; empty: a
 *     sentence
 * @param retryAfter when clients are told to come again meanwhile, 1 s to 1 d
 */
public record Maintenance(boolean on, Optional<Path> page, Duration retryAfter) {
  /** Requests are served; a sentence; a minute. */
  public static final Maintenance DEFAULT =
      new Maintenance(false, Optional.empty(), Duration.ofMinutes(1));

  /**
   * Validates the range.
   *
   * @throws IllegalArgumentException if a value is out of it
   */
  public Maintenance {
    if (retryAfter.compareTo(Duration.ofSeconds(1)) < 0
        || retryAfter.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "Retry-After of maintenance %s: expected 1 s to 1 d".formatted(retryAfter));
    }
  }
}
