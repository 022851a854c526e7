package io.sluice.balancer.retry;

import io.sluice.balancer.retry.Verdict.AwaitServer;
import io.sluice.balancer.retry.Verdict.GiveUp;
import io.sluice.balancer.retry.Verdict.OtherServer;
import io.sluice.balancer.retry.Verdict.SameServer;
import java.util.Set;

/**
 * When a request is sent again.
 *
 * <p>A request that never left can always be repeated, and costs no budget: connecting is all that
 * was done. One that may have left is repeated only if that is safe (idempotent, and its body still
 * at hand). A stale connection is not the server's fault: its first repetition goes to the same
 * server, over a new connection, free of charge. Everything else is paid for from the budget, so
 * that a zone in trouble is not asked more and more. Who answered, or has not yet, is not asked a
 * second time: it would say the same, or is asked already. When nobody is left, what can be
 * repeated waits for a server: a zone whose only server died gets another one within seconds.
 *
 * @param triesPerServerMax how often one server is tried, 1 to 10; the seed's figure is 3
 * @param otherServersMax how many further servers are tried, 0 to 10; the seed's figure is 3
 * @param statuses responses after which another server is asked, if the request can be repeated;
 *     500 to 599
 */
public record RetryRule(int triesPerServerMax, int otherServersMax, Set<Integer> statuses) {
  /** 3 tries per server, 3 other servers; 500, 502, 503 and 504 are asked again elsewhere. */
  public static final RetryRule DEFAULT = new RetryRule(3, 3, Set.of(500, 502, 503, 504));

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public RetryRule {
    statuses = Set.copyOf(statuses);
    for (int status : statuses) {
      if (status < 500 || status > 599) {
        throw new IllegalArgumentException(
            "retried status %d: expected 500 to 599".formatted(status));
      }
    }
    if (triesPerServerMax < 1 || triesPerServerMax > 10) {
      throw new IllegalArgumentException(
          "tries per server %d: expected 1 to 10".formatted(triesPerServerMax));
    }
    if (otherServersMax < 0 || otherServersMax > 10) {
      throw new IllegalArgumentException(
          "other servers %d: expected 0 to 10".formatted(otherServersMax));
    }
  }

  /** Whether another server is asked after this status. */
  public boolean retries(int status) {
    return status >= 500 && statuses.contains(status);
  }

  /**
   * What becomes of the request.
   *
   * @param failure how the last try failed
   * @param attempts what was tried, the last one included
   * @param repeatable whether sending it twice is safe
   * @param othersLeft whether there is a server that was not tried; an alive one, if the last one
   *     may still answer
   */
  public Verdict judge(Failure failure, Attempts attempts, boolean repeatable, boolean othersLeft) {
    boolean again = attempts.onServer() < triesPerServerMax;
    boolean others = othersLeft && attempts.servers() <= otherServersMax;
    return switch (failure) {
      case NOT_CONNECTED -> elsewhere(others, again, false, new AwaitServer(false));
      case STALE_CONNECTION -> {
        if (!repeatable) {
          yield new GiveUp();
        }
        yield again && attempts.onServer() == 1
            ? new SameServer(true, false)
            : elsewhere(others, again, true, atLast(attempts));
      }
      case ERROR_STATUS, UNINTELLIGIBLE, NO_ANSWER ->
          repeatable && others ? new OtherServer(true) : new GiveUp();
      case BROKEN -> repeatable ? elsewhere(others, again, true, atLast(attempts)) : new GiveUp();
    };
  }

  private static Verdict elsewhere(
      boolean others, boolean again, boolean budgeted, Verdict otherwise) {
    if (others) {
      return new OtherServer(budgeted);
    }
    return again ? new SameServer(false, budgeted) : otherwise;
  }

  private Verdict atLast(Attempts attempts) {
    return attempts.servers() <= otherServersMax ? new AwaitServer(true) : new GiveUp();
  }
}
