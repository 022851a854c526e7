package io.sluice.balancer;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a server is asked whether it is well.
 *
 * @param kind what it is asked
 * @param path what is got from it, with a query or not; for {@link Kind#HTTP}
 * @param host the {@code Host} of the question; empty: the server's own address
 * @param statuses the answers of a server that is well, at least one range
 * @param timeout for the whole answer, 10 ms to 60 s
 */
public record HealthCheck(
    Kind kind, String path, Optional<String> host, List<Statuses> statuses, Duration timeout) {
  /** What a server is asked. */
  public enum Kind {
    /** {@code GET}, of which the status counts. */
    HTTP,
    /** Whether it takes connections. */
    TCP
  }

  /**
   * A range of statuses.
   *
   * @param from the first, 200 to {@code to}
   * @param to the last, up to 599
   */
  public record Statuses(int from, int to) {
    /**
     * Validates the range.
     *
     * @throws IllegalArgumentException if it is none of final statuses
     */
    public Statuses {
      if (from < 200 || to < from || to > 599) {
        throw new IllegalArgumentException(
            "statuses %d-%d: expected a range within 200-599".formatted(from, to));
      }
    }

    @Override
    public String toString() {
      return from == to ? Integer.toString(from) : from + "-" + to;
    }
  }

  /** Below 500: an image that has no such path answers 404, and is well nevertheless. */
  public static final HealthCheck DEFAULT =
      new HealthCheck(
          Kind.HTTP,
          "/health_check",
          Optional.empty(),
          List.of(new Statuses(200, 499)),
          Duration.ofSeconds(2));

  /**
   * Validates the texts.
   *
   * @throws IllegalArgumentException if the path or the host can't stand in a request
   */
  public HealthCheck {
    statuses = List.copyOf(statuses);
    if (statuses.isEmpty()) {
      throw new IllegalArgumentException("no statuses: expected at least one, such as 200-399");
    }
    if (!path.matches("/[\\x21-\\x7e&&[^#]]*")) {
      throw new IllegalArgumentException(
          "health path '%s': expected a path of a URI, such as /health".formatted(path));
    }
    if (!host.map(name -> name.matches("[A-Za-z0-9._:\\[\\]-]{1,255}")).orElse(true)) {
      throw new IllegalArgumentException(
          "host '%s' of health checks: expected a name, with a port or not".formatted(host.get()));
    }
  }

  /**
   * The statuses in a text such as {@code 200-399,404}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static List<Statuses> statuses(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).map(HealthCheck::range).toList();
  }

  private static Statuses range(String text) {
    if (!text.matches("\\d{3}(-\\d{3})?")) {
      throw new IllegalArgumentException(
          "statuses '%s': expected numbers and ranges, such as 200-399,404".formatted(text));
    }
    int from = Integer.parseInt(text.substring(0, 3));
    return new Statuses(from, Integer.parseInt(text.substring(text.length() - 3)));
  }

  /** The same with this path and host. */
  HealthCheck with(String path, Optional<String> host) {
    return new HealthCheck(kind, path, host, statuses, timeout);
  }

  /** Whether a server that answers so is well. */
  boolean well(int status) {
    return statuses.stream().anyMatch(range -> range.from() <= status && status <= range.to());
  }

  /** The statuses as they are written in a configuration. */
  String expected() {
    return statuses.stream().map(Statuses::toString).collect(Collectors.joining(","));
  }
}
