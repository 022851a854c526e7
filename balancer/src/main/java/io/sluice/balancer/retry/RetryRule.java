package io.sluice.balancer.retry;

import io.sluice.balancer.retry.Verdict.GiveUp;
import io.sluice.balancer.retry.Verdict.OtherServer;
import io.sluice.balancer.retry.Verdict.SameServer;

/**
 * When a request is sent again.
 *
 * <p>A request that never left can always be repeated, and costs no budget: connecting is all that
 * was done. One that may have left is repeated only if that is safe (idempotent, and its body still
 * at hand). A stale connection is not the server's fault: its first repetition goes to the same
 * server, over a new connection, free of charge. Everything else is paid for from the budget, so
 * that a zone in trouble is not asked more and more.
 *
 * @param triesPerServerMax how often one server is tried, 1 to 10; the seed's figure is 3
 * @param otherServersMax how many further servers are tried, 0 to 10; the seed's figure is 3
 */
public record RetryRule(int triesPerServerMax, int otherServersMax) {
  /** 3 tries per server, 3 other servers. */
  public static final RetryRule DEFAULT = new RetryRule(3, 3);

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public RetryRule {
    if (triesPerServerMax < 1 || triesPerServerMax > 10) {
      throw new IllegalArgumentException(
          "tries per server %d: expected 1 to 10".formatted(triesPerServerMax));
    }
    if (otherServersMax < 0 || otherServersMax > 10) {
      throw new IllegalArgumentException(
          "other servers %d: expected 0 to 10".formatted(otherServersMax));
    }
  }

  /**
   * What becomes of the request.
   *
   * @param failure how the last try failed
   * @param attempts what was tried, the last one included
   * @param repeatable whether sending it twice is safe
   * @param othersLeft whether there is a server that was not tried
   */
  public Verdict judge(Failure failure, Attempts attempts, boolean repeatable, boolean othersLeft) {
    boolean again = attempts.onServer() < triesPerServerMax;
    boolean others = othersLeft && attempts.servers() <= otherServersMax;
    return switch (failure) {
      case NOT_CONNECTED -> elsewhere(others, again, false);
      case STALE_CONNECTION -> {
        if (!repeatable) {
          yield new GiveUp();
        }
        yield again && attempts.onServer() == 1
            ? new SameServer(true, false)
            : elsewhere(others, again, true);
      }
      case BROKEN -> repeatable ? elsewhere(others, again, true) : new GiveUp();
    };
  }

  private static Verdict elsewhere(boolean others, boolean again, boolean budgeted) {
    if (others) {
      return new OtherServer(budgeted);
    }
    return again ? new SameServer(false, budgeted) : new GiveUp();
  }
}
