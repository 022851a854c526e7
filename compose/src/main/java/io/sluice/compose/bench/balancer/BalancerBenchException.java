package io.sluice.compose.bench.balancer;

/** The benchmark can't run here, or its subjects don't do what they should. */
public final class BalancerBenchException extends RuntimeException {
  BalancerBenchException(String message) {
    super(message);
  }

  BalancerBenchException(String message, Exception cause) {
    super(message, cause);
  }
}
