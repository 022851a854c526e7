package io.sluice.balancer.retry;

/**
 * How much repeating may cost.
 *
 * @param share repetitions per request in the long run, 0 to 1
 * @param tricklePerSecond repetitions per second that are free whatever the load, 0 or more
 * @param tokensInitial repetitions that are free at the start, 0 to {@code tokensMax}
 * @param tokensMax the largest burst of repetitions, 1 or more
 */
public record RetryBudgetLimits(
    double share, double tricklePerSecond, int tokensInitial, int tokensMax) {
  /** 20 % of the requests, 10 per second, 100 at the start, 5,000 at most at once. */
  public static final RetryBudgetLimits DEFAULT = new RetryBudgetLimits(0.2, 10, 100, 5_000);

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public RetryBudgetLimits {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("retry share %s: expected 0 to 1".formatted(share));
    }
    if (!(tricklePerSecond >= 0)) {
      throw new IllegalArgumentException(
          "retries per second %s: expected 0 or more".formatted(tricklePerSecond));
    }
    if (tokensMax < 1 || tokensInitial < 0 || tokensInitial > tokensMax) {
      throw new IllegalArgumentException(
          "retry tokens %d of %d: expected 0 to a maximum of 1 or more"
              .formatted(tokensInitial, tokensMax));
    }
  }

  /** The same budget split over this many independent buckets. */
  public RetryBudgetLimits dividedBy(int buckets) {
    int max = Math.max(1, tokensMax / buckets);
    return new RetryBudgetLimits(
        share, tricklePerSecond / buckets, Math.min(max, tokensInitial / buckets), max);
  }
}
