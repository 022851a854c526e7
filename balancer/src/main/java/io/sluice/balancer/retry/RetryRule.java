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
 * was done. When nobody is left to try, it waits for a server: a zone whose only server died gets
 * another one within seconds. So does one of which the server says itself that it did nothing about
 * it (HTTP/2), as long as its body is still at hand. One that may have left is repeated only if
 * that is safe (idempotent, and its body still at hand). A stale connection is not the server's
 * fault: the first repetition goes to the same server, over a new connection, free of charge.
 * Everything else is paid for from the budget, so that a zone in trouble is not asked more and
 * more. Who answered, or has not yet, is not asked a second time: it would say the same, or is
 * asked already.
 *
 * <p>A request under which a connection broke may be what broke the server. It goes to one other
 * server at most: one that kills whoever gets it takes two servers with it, not all. If nobody else
 * is there, it is sent to the one up to {@link #SENT_MAX} times, and then waits for another: the
 * port of a container that was killed takes connections for a moment, and breaks them.
 *
 * @param triesPerServerMax how often one server is tried, 1 to 10; the seed's figure is 3
 * @param otherServersMax how many further servers are tried, 0 to 10; the seed's figure is 3
 * @param statuses responses after which another server is asked, if the request can be repeated;
 *     500 to 599; none by default: an application's error is mostly the same everywhere
 */
public record RetryRule(int triesPerServerMax, int otherServersMax, Set<Integer> statuses) {
  /** 3 tries per server, 3 other servers; what a server answers is the answer. */
  public static final RetryRule DEFAULT = new RetryRule(3, 3, Set.of());

  /** How often a request is sent to one server under which connections break. */
  static final int SENT_MAX = 3;

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
   * @param repeatable whether sending it twice is safe; after {@link Failure#REFUSED}: possible
   * @param othersLeft whether there is a server that was not tried; an alive one, if the last one
   *     may still answer
   */
  public Verdict judge(Failure failure, Attempts attempts, boolean repeatable, boolean othersLeft) {
    boolean again = attempts.onServer() < triesPerServerMax;
    boolean others = othersLeft && attempts.servers() <= otherServersMax;
    return switch (failure) {
      case NOT_CONNECTED -> others ? new OtherServer(false) : new AwaitServer();
      case REFUSED -> {
        if (!repeatable) {
          yield new GiveUp();
        }
        yield others ? new OtherServer(false) : new AwaitServer();
      }
      case STALE_CONNECTION -> {
        if (!repeatable) {
          yield new GiveUp();
        }
        yield again && attempts.broken() == 1
            ? new SameServer(true, false)
            : broken(attempts, others, again);
      }
      case ERROR_STATUS, UNINTELLIGIBLE, NO_ANSWER ->
          repeatable && others ? new OtherServer(true) : new GiveUp();
      case BROKEN -> repeatable ? broken(attempts, others, again) : new GiveUp();
    };
  }

  private static Verdict broken(Attempts attempts, boolean others, boolean again) {
    if (attempts.brokenServers() > 1) {
      return new GiveUp();
    }
    if (others) {
      return new OtherServer(true);
    }
    boolean oncemore = again && attempts.broken() < SENT_MAX;
    return oncemore ? new SameServer(false, true) : new AwaitServer();
  }
}
