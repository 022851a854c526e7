package io.sluice.balancer.retry;

/**
 * What a request has tried so far.
 *
 * @param onServer tries on the server that failed last, 1 or more
 * @param servers servers that were tried, 1 or more
 */
public record Attempts(int onServer, int servers) {
  /**
   * Validates the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Attempts {
    if (onServer < 1 || servers < 1) {
      throw new IllegalArgumentException(
          "%d tries on %d servers: expected 1 or more of both".formatted(onServer, servers));
    }
  }
}
