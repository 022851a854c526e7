package io.sluice.balancer;

import io.sluice.schemas.policy.Statuses;
import java.time.Duration;
import java.util.Optional;

/**
 * How a server is asked whether it is well.
 *
 * @param kind what it is asked
 * @param path what is got from it, with a query or not; for {@link Kind#HTTP}
 * @param host the {@code Host} of the question; empty: the server's own address
 * @param statuses the answers of a server that is well
 * @param timeout for the whole answer, 10 ms to 60 s
 */
public record HealthCheck(
    Kind kind, String path, Optional<String> host, Statuses statuses, Duration timeout) {
  /** What a server is asked. */
  public enum Kind {
    /** {@code GET}, of which the status counts. */
    HTTP,
    /** Whether it takes connections. */
    TCP
  }

  /** Below 500: an image that has no such path answers 404, and is well nevertheless. */
  public static final HealthCheck DEFAULT =
      new HealthCheck(
          Kind.HTTP,
          "/health_check",
          Optional.empty(),
          Statuses.of("200-499"),
          Duration.ofSeconds(2));

  /**
   * Validates the texts.
   *
   * @throws IllegalArgumentException if the path or the host can't stand in a request
   */
  public HealthCheck {
    if (!path.matches("/[\\x21-\\x7e&&[^#]]*")) {
      throw new IllegalArgumentException(
          "health path '%s': expected a path of a URI, such as /health".formatted(path));
    }
    if (!host.map(name -> name.matches("[A-Za-z0-9._:\\[\\]-]{1,255}")).orElse(true)) {
      throw new IllegalArgumentException(
          "host '%s' of health checks: expected a name, with a port or not".formatted(host.get()));
    }
  }

  /** The same with this path and host. */
  HealthCheck with(String path, Optional<String> host) {
    return new HealthCheck(kind, path, host, statuses, timeout);
  }

  /** Whether a server that answers so is well. */
  boolean well(int status) {
    return statuses.contain(status);
  }
}
