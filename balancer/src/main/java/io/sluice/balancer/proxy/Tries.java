package io.sluice.balancer.proxy;

import io.sluice.balancer.retry.Attempts;
import io.sluice.balancer.retry.Failure;
import io.sluice.balancer.retry.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The tries of one request: on which servers, how often, and whether one more is allowed. */
final class Tries {
  private final Loop loop;
  private final List<ServerSlot> servers = new ArrayList<>(4);
  private int onServer;

  /** Grows with every try, so that what comes late for an earlier one is recognised. */
  private long number;

  Tries(Loop loop) {
    this.loop = loop;
  }

  void begin() {
    servers.clear();
  }

  /** The servers that were tried. */
  List<ServerSlot> servers() {
    return servers;
  }

  /** From here on, tries are made on this server. */
  void on(ServerSlot server) {
    servers.add(server);
    onServer = 0;
  }

  /** Counts a try. */
  void count() {
    onServer++;
  }

  /** Makes everything that belongs to earlier tries late; gives the number of the next one. */
  long advance() {
    return ++number;
  }

  boolean current(long of) {
    return of == number;
  }

  /** What becomes of the request, the budget considered. */
  Verdict judge(Failure failure, boolean repeatable) {
    Attempts attempts = new Attempts(onServer, servers.size());
    boolean others = loop.upstreams().others(servers);
    Verdict verdict = loop.config().retry().judge(failure, attempts, repeatable, others);
    return switch (verdict) {
      case Verdict.SameServer(boolean _, boolean budgeted) ->
          paid(verdict, budgeted, Count.RETRIES_SAME_SERVER);
      case Verdict.OtherServer(boolean budgeted) ->
          paid(verdict, budgeted, Count.RETRIES_OTHER_SERVER);
      case Verdict.GiveUp() -> verdict;
    };
  }

  private Verdict paid(Verdict verdict, boolean budgeted, Count count) {
    boolean paid = !budgeted || loop.retryBudget().withdraw(loop.nowNanos());
    loop.counters().add(paid ? count : Count.RETRIES_DENIED);
    return paid ? verdict : new Verdict.GiveUp();
  }
}
