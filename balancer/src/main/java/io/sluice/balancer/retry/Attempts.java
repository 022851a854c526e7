package io.sluice.balancer.retry;

/**
 * What a request has tried so far.
 *
 * @param onServer tries on the server that failed last, 1 or more
 * @param servers servers that were tried, 1 or more
 * @param broken how often a connection broke under the request before a response, 0 or more
 * @param brokenServers on how many servers that was, 0 to {@code broken}
 */
public record Attempts(int onServer, int servers, int broken, int brokenServers) {
  /**
   * Validates the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Attempts {
    if (onServer < 1 || servers < 1) {
      throw new IllegalArgumentException(
          "%d tries on %d servers: expected 1 or more of both".formatted(onServer, servers));
    }
    if (brokenServers < 0 || broken < brokenServers) {
      throw new IllegalArgumentException(
          "broken %d times on %d servers: expected 0 or more, on as many servers at most"
              .formatted(broken, brokenServers));
    }
  }
}
