package io.sluice.balancer.retry;

import java.time.Duration;

/**
 * A bucket of tokens: each request pays a share of a token in, each repetition takes a whole one
 * out, and a small trickle keeps quiet zones able to repeat. Soft state, one per event loop.
 */
public final class RetryBudget {
  private final RetryBudgetLimits limits;
  private double tokens;
  private long refilledNanos;

  /**
   * A bucket that starts with its initial tokens.
   *
   * @param nowNanos the time now, on the clock that {@link #withdraw} is given too
   */
  public RetryBudget(RetryBudgetLimits limits, long nowNanos) {
    this.limits = limits;
    this.tokens = limits.tokensInitial();
    this.refilledNanos = nowNanos;
  }

  /** Pays in for a request. */
  public void deposit() {
    tokens = Math.min(limits.tokensMax(), tokens + limits.share());
  }

  /**
   * Takes a token out for a repetition.
   *
   * @return whether there was one
   */
  public boolean withdraw(long nowNanos) {
    double seconds =
        Math.max(0, nowNanos - refilledNanos) / (double) Duration.ofSeconds(1).toNanos();
    refilledNanos = nowNanos;
    tokens = Math.min(limits.tokensMax(), tokens + seconds * limits.tricklePerSecond());
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }
}
