package io.sluice.balancer.proxy;

import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.retry.Attempts;
import io.sluice.balancer.retry.Failure;
import io.sluice.balancer.retry.Verdict;
import io.sluice.schemas.failure.FailureCause;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The tries of one request: on which servers, how often, and whether one more is allowed. */
final class Tries {
  private final Loop loop;
  private final Exchange exchange;
  private final Affinity affinity;
  private final List<ServerSlot> servers = new ArrayList<>(4);
  private @Nullable ServerSlot slot;
  private int onServer;

  /** Grows with every try, so that what comes late for an earlier one is recognised. */
  private long number;

  private boolean held;

  /** Whether only a server will do that the request was not sent to before. */
  private boolean awaitsUntried;

  private long heldUntilNanos;
  private long arrival;

  Tries(Loop loop, Exchange exchange, Affinity affinity) {
    this.loop = loop;
    this.exchange = exchange;
    this.affinity = affinity;
  }

  void begin(RequestHead head) {
    servers.clear();
    held = false;
    awaitsUntried = false;
    affinity.begin(head);
    otherServer();
  }

  /** The server that the last try went to, if there was one. */
  @Nullable ServerSlot server() {
    return slot;
  }

  /** How many servers were tried before the present one. */
  int before() {
    return servers.size() - 1;
  }

  /** Makes everything that belongs to earlier tries late; gives the number of the next one. */
  long advance() {
    return ++number;
  }

  boolean current(long of) {
    return of == number;
  }

  /** When the request began to wait, as a number in the order of arrival. */
  long arrival() {
    return arrival;
  }

  private void otherServer() {
    ServerSlot next = affinity.choose(servers);
    leave();
    if (next == null) {
      awaitServer();
      return;
    }
    slot = next;
    next.enter();
    servers.add(next);
    onServer = 0;
    attempt(next, true);
  }

  private void attempt(ServerSlot server, boolean idleWelcome) {
    onServer++;
    long now = advance();
    exchange.response().newTry();
    UpstreamConnection idle =
        idleWelcome ? loop.upstreams().idle(server, exchange.request().idempotent()) : null;
    if (idle != null) {
      exchange.send(idle);
      return;
    }
    exchange.waitsForConnection();
    loop.upstreams().connect(server, new Connecting(exchange, server, now));
  }

  void notConnected(ServerSlot server, Throwable cause) {
    if (unreachable(cause) && !ours(cause)) {
      loop.observations().unreachable(server.target().server(), FailureCause.of(cause));
      affinity.gone(server);
    }
    failed(Failure.NOT_CONNECTED);
  }

  /** Whether nobody is there: refused, no way to it, no address, or no answer in time. */
  private static boolean unreachable(Throwable cause) {
    return cause instanceof ConnectException
        || cause instanceof NoRouteToHostException
        || cause instanceof UnknownHostException
        || cause instanceof TimeoutException;
  }

  /** Whether we ran out of ports of our own, for which the server can't be blamed. */
  private static boolean ours(Throwable cause) {
    return String.valueOf(cause.getMessage()).contains("Cannot assign requested address");
  }

  /** The last try failed, and nothing of it was passed on. */
  void failed(Failure failure) {
    switch (judge(failure)) {
      case Verdict.SameServer(boolean atOnce, boolean _) -> sameServer(atOnce);
      case Verdict.OtherServer(boolean _) -> otherServer();
      case Verdict.AwaitServer(boolean untried) -> {
        awaitsUntried |= untried;
        awaitServer();
      }
      case Verdict.GiveUp() -> exchange.fail(Answer.BROKEN);
    }
  }

  /**
   * Whether another server is to be asked after this one's failure; then {@link #goElsewhere} has
   * to follow.
   *
   * @return false if what this one says, or may still say, has to do
   */
  boolean elsewhere(Failure failure) {
    return switch (judge(failure)) {
      case Verdict.OtherServer(boolean _) -> true;
      case Verdict.SameServer(boolean _, boolean _),
          Verdict.AwaitServer(boolean _),
          Verdict.GiveUp() ->
          false;
    };
  }

  /** Makes the try that {@link #elsewhere} granted. */
  void goElsewhere() {
    otherServer();
  }

  /** What becomes of the request, the budget considered. */
  private Verdict judge(Failure failure) {
    boolean repeatable = exchange.request().repeatable() && !exchange.response().interimSent();
    Attempts attempts = new Attempts(onServer, servers.size());
    boolean others =
        failure == Failure.NO_ANSWER
            ? loop.upstreams().othersAlive(servers)
            : loop.upstreams().others(servers);
    Verdict verdict = loop.config().retry().judge(failure, attempts, repeatable, others);
    return switch (verdict) {
      case Verdict.SameServer(boolean _, boolean budgeted) ->
          paid(verdict, budgeted, Count.RETRIES_SAME_SERVER);
      case Verdict.OtherServer(boolean budgeted) ->
          paid(verdict, budgeted, Count.RETRIES_OTHER_SERVER);
      case Verdict.AwaitServer(boolean _), Verdict.GiveUp() -> verdict;
    };
  }

  private Verdict paid(Verdict verdict, boolean budgeted, Count count) {
    boolean paid = !budgeted || loop.retryBudget().withdraw(loop.nowNanos());
    loop.counters().add(paid ? count : Count.RETRIES_DENIED);
    return paid ? verdict : new Verdict.GiveUp();
  }

  private void sameServer(boolean atOnce) {
    ServerSlot server = slot;
    if (server == null) {
      throw new IllegalStateException("retry without a server");
    }
    if (atOnce) {
      attempt(server, false);
      return;
    }
    exchange.waitsForConnection();
    long of = advance();
    Runnable again =
        () -> {
          if (current(of)) {
            attempt(server, false);
          }
        };
    long pauseMillis = loop.config().timeouts().retryPause().toMillis();
    var _ = loop.eventLoop().schedule(again, pauseMillis, TimeUnit.MILLISECONDS);
  }

  /** Nobody can be reached: the request waits a little for somebody who can. */
  private void awaitServer() {
    leave();
    exchange.waitsForConnection();
    long now = loop.nowNanos();
    if (!held) {
      held = true;
      heldUntilNanos = now + loop.config().timeouts().hold().toNanos();
      arrival = loop.nextArrival();
    }
    if (now - heldUntilNanos >= 0 || !loop.waiting().enter(this, advance())) {
      exchange.fail(inVain());
    }
  }

  private Answer inVain() {
    return awaitsUntried ? Answer.BROKEN : Answer.UNAVAILABLE;
  }

  /**
   * Ends the waiting if a server is there, or if it has been long enough.
   *
   * @param pauseOver whether the pause after a try in vain has passed
   * @return false if it has to go on
   */
  boolean resume(boolean pauseOver) {
    boolean late = loop.nowNanos() - heldUntilNanos >= 0;
    if (!awaitsUntried && pauseOver) {
      servers.clear();
    }
    boolean ready = loop.upstreams().others(servers);
    if (ready) {
      otherServer();
    } else if (late) {
      exchange.fail(inVain());
    }
    return ready || late;
  }

  /** The request has nothing to do with a server any more. */
  void leave() {
    ServerSlot present = slot;
    slot = null;
    if (present != null) {
      present.leave();
      loop.waiting().roomMade();
    }
  }
}
