package io.sluice.balancer.proxy;

import io.sluice.balancer.retry.Attempts;
import io.sluice.balancer.retry.Failure;
import io.sluice.balancer.retry.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The tries of one request: on which servers, how often, and whether one more is allowed. */
final class Tries {
  private final Loop loop;
  private final List<ServerSlot> servers = new ArrayList<>(4);
  private int onServer;

  /** Grows with every try, so that what comes late for an earlier one is recognised. */
  private long number;

  private boolean held;
  private long heldUntilNanos;

  Tries(Loop loop) {
    this.loop = loop;
  }

  void begin() {
    servers.clear();
    held = false;
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

  /** Does this after the pause between two tries, unless the request has gone on by then. */
  void afterPause(Runnable again) {
    afterPause(again, () -> {});
  }

  /**
   * Begins anew after the pause, as long as the request may wait for a server.
   *
   * @return false if it has waited long enough, or too many others wait
   */
  boolean awaitServer(Runnable anew) {
    long now = loop.nowNanos();
    if (!held) {
      held = true;
      heldUntilNanos = now + loop.config().timeouts().hold().toNanos();
    }
    if (now - heldUntilNanos >= 0 || !loop.waiting().enter()) {
      return false;
    }
    Runnable again =
        () -> {
          servers.clear();
          anew.run();
        };
    afterPause(again, loop.waiting()::leave);
    return true;
  }

  private void afterPause(Runnable again, Runnable inAnyCase) {
    long of = advance();
    Runnable task =
        () -> {
          inAnyCase.run();
          if (current(of)) {
            again.run();
          }
        };
    long pauseMillis = loop.config().timeouts().retryPause().toMillis();
    var _ = loop.eventLoop().schedule(task, pauseMillis, TimeUnit.MILLISECONDS);
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
