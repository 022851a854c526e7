package io.sluice.balancer.proxy;

import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.retry.Attempts;
import io.sluice.balancer.retry.Failure;
import io.sluice.balancer.retry.Verdict;
import io.sluice.schemas.failure.FailureCause;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The tries of one request: on which servers, how often, and whether one more is allowed. */
final class Tries {
  private final Loop loop;
  private final Exchange exchange;
  private final Affinity affinity;
  private final List<ServerSlot> servers = new ArrayList<>(4);

  /** The servers on which a connection broke under the request, once for each time. */
  private final List<ServerSlot> broken = new ArrayList<>(0);

  /** Servers to which the request does not come back: it broke there as often as it may. */
  private List<ServerSlot> passedOver = List.of();

  /** What the client is told if no server comes. */
  private Answer inVain = Answer.UNAVAILABLE;

  private @Nullable ServerSlot slot;
  private int onServer;

  /** Grows with every try, so that what comes late for an earlier one is recognised. */
  private long number;

  private long heldUntilNanos;

  /** The place in the order of those who wait; 0: it has not waited yet. */
  private long arrival;

  /** Whether it is counted among those who wait, in the queue or while it finds out. */
  private boolean waits;

  Tries(Loop loop, Exchange exchange, Affinity affinity) {
    this.loop = loop;
    this.exchange = exchange;
    this.affinity = affinity;
  }

  void begin(RequestHead head) {
    servers.clear();
    broken.clear();
    passedOver = List.of();
    inVain = Answer.UNAVAILABLE;
    arrival = 0;
    affinity.begin(head);
    if (ownServer()) {
      return;
    }
    // Whoever waits for any server came before.
    if (loop.waiting().anyServerWillDo()) {
      awaitServer();
    } else {
      otherServer();
    }
  }

  /** Goes on over the connection that belongs to the client, if there is one that is of use. */
  private boolean ownServer() {
    Optional<UpstreamConnection> own = exchange.takeOwn();
    if (own.isEmpty()) {
      return false;
    }
    UpstreamConnection connection = own.get();
    if (!connection.slot().routable() || !connection.slot().enter()) {
      connection.close();
      return false;
    }
    loop.upstreams().bound(connection.slot());
    slot = connection.slot();
    servers.add(connection.slot());
    onServer = 1;
    advance();
    exchange.response().newTry();
    send(connection);
    return true;
  }

  /** Whether a connection has broken under the request. */
  boolean broke() {
    return !broken.isEmpty();
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

  /** The place in the order of those who wait; 0: it has not waited yet. */
  long arrival() {
    return arrival;
  }

  void arrive(long number) {
    arrival = number;
  }

  /** Whether it is counted among those who wait, in the queue or while it finds out. */
  boolean waits() {
    return waits;
  }

  void waits(boolean counted) {
    waits = counted;
  }

  /** Step 1. */
  private void otherServer() {
    exchange.enter(Stage.CHOOSING);
    ServerSlot next = affinity.choose(servers);
    while (next != null && !next.enter()) {
      next = affinity.choose(servers);
    }
    leaveServer();
    if (next == null) {
      awaitServer();
      return;
    }
    slot = next;
    servers.add(next);
    onServer = 0;
    // What broke with one connection goes over a new one: a second one that is stale would look
    // like a second server that broke.
    attempt(next, broken.isEmpty());
  }

  /** Step 3. */
  private void attempt(ServerSlot server, boolean idleWelcome) {
    onServer++;
    long now = advance();
    exchange.response().newTry();
    UpstreamConnection idle =
        idleWelcome ? loop.upstreams().idle(server, exchange.request().replayable()) : null;
    if (idle != null) {
      send(idle);
      return;
    }
    exchange.enter(Stage.CONNECTING);
    exchange.waitsForConnection();
    loop.upstreams().connect(server, new Connecting(exchange, server, now));
  }

  /** There is a connection: the request waits no more. */
  void send(UpstreamConnection connection) {
    loop.waiting().leave(this);
    exchange.send(connection);
  }

  void notConnected(ServerSlot server, Throwable cause) {
    if (!ours(cause)) {
      loop.observations().unreachable(server.target().server(), FailureCause.of(cause));
      affinity.gone(server);
    }
    failed(Failure.NOT_CONNECTED);
  }

  /** Whether we ran out of ports or files of our own, for which the server can't be blamed. */
  private static boolean ours(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    return !(cause instanceof IOException || cause instanceof UnresolvedAddressException)
        || message.contains("Cannot assign requested address")
        || message.contains("Too many open files");
  }

  /** The last try failed, and nothing of it was passed on. */
  void failed(Failure failure) {
    ServerSlot present = slot;
    boolean broke = failure == Failure.STALE_CONNECTION || failure == Failure.BROKEN;
    if (broke && present != null) {
      broken.add(present);
      inVain = failure == Failure.BROKEN ? Answer.BROKEN : inVain;
    }
    switch (judge(failure)) {
      case Verdict.SameServer(boolean atOnce, boolean _) -> sameServer(atOnce);
      case Verdict.OtherServer(boolean _) -> otherServer();
      case Verdict.AwaitServer() -> {
        passedOver = broke ? broken.stream().distinct().toList() : passedOver;
        awaitServer();
      }
      case Verdict.GiveUp() ->
          exchange.fail(broken.isEmpty() ? Answer.NOT_CONNECTED : Answer.BROKEN);
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
      case Verdict.SameServer(boolean _, boolean _), Verdict.AwaitServer(), Verdict.GiveUp() ->
          false;
    };
  }

  /** Makes the try that {@link #elsewhere} granted. */
  void goElsewhere() {
    otherServer();
  }

  /** Whether sending it again is safe, possible, and would not be noticed. */
  boolean repeatable() {
    return exchange.request().repeatable() && !exchange.response().interimSent();
  }

  /** What was not touched is as good as never sent, if all of it is still at hand. */
  private boolean repeatable(Failure failure) {
    return failure == Failure.REFUSED
        ? exchange.request().atHand() && !exchange.response().interimSent()
        : repeatable();
  }

  /** What becomes of the request, the budget considered. */
  private Verdict judge(Failure failure) {
    int brokenServers = Math.toIntExact(broken.stream().distinct().count());
    Attempts attempts = new Attempts(onServer, servers.size(), broken.size(), brokenServers);
    boolean others =
        failure == Failure.NO_ANSWER
            ? loop.upstreams().othersAlive(servers)
            : loop.upstreams().others(servers);
    Verdict verdict =
        exchange.terms().retry().judge(failure, attempts, repeatable(failure), others);
    return switch (verdict) {
      case Verdict.SameServer(boolean _, boolean budgeted) ->
          paid(verdict, budgeted, Count.RETRIES_SAME_SERVER);
      case Verdict.OtherServer(boolean budgeted) ->
          paid(verdict, budgeted, Count.RETRIES_OTHER_SERVER);
      case Verdict.AwaitServer(), Verdict.GiveUp() -> verdict;
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
    exchange.enter(Stage.CONNECTING);
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

  /**
   * Step 2: nobody can be reached: the request waits a little for somebody who can, but not for
   * those that it passes over.
   */
  private void awaitServer() {
    exchange.enter(Stage.WAITING);
    leaveServer();
    servers.clear();
    servers.addAll(passedOver);
    exchange.waitsForConnection();
    advance();
    long now = loop.nowNanos();
    if (arrival == 0) {
      heldUntilNanos = now + loop.config().timeouts().hold().toNanos();
    }
    if (now - heldUntilNanos >= 0 || !loop.waiting().enter(this)) {
      exchange.fail(inVain);
    }
  }

  /**
   * Ends the waiting if a server is there, or if it has been long enough.
   *
   * @return false if it has to go on
   */
  boolean resume() {
    boolean late = loop.nowNanos() - heldUntilNanos >= 0;
    boolean ready = loop.upstreams().others(servers);
    if (ready) {
      otherServer();
    } else if (late) {
      exchange.fail(inVain);
    }
    return ready || late;
  }

  /** Whether there are servers that it does not wait for, though others may. */
  boolean choosy() {
    return !passedOver.isEmpty();
  }

  /** A fault of our own: the client has to go, so that at least it knows. */
  void abandon() {
    exchange.abandon();
  }

  /** The request has nothing to do with a server any more, and waits for none. */
  void leave() {
    loop.waiting().leave(this);
    leaveServer();
  }

  private void leaveServer() {
    ServerSlot present = slot;
    slot = null;
    if (present != null) {
      present.leave();
    }
  }
}
