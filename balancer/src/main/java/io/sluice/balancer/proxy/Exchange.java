package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.http.Refusal;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.retry.Failure;
import io.sluice.balancer.retry.Verdict;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: which servers are tried, over which connection, and how it ends.
 * Reused for request after request of one client connection.
 *
 * <pre>
 *   begin ─▶ choose ─▶ connect ─▶ send ─▶ responseStarted ─▶ complete
 *              ▲          │         │            │
 *              └─ retry ◀─┴─────────┘            └▶ truncated
 *                   └▶ wait for a server, or gave up (502, 503, 504)
 * </pre>
 */
final class Exchange {
  private final Loop loop;
  private final ClientConnection client;
  private final RequestRelay request;
  private final ResponseRelay response;
  private final Tries tries;
  private @Nullable ServerSlot slot;
  private @Nullable UpstreamConnection upstream;

  Exchange(Loop loop, ClientConnection client) {
    this.loop = loop;
    this.client = client;
    this.tries = new Tries(loop);
    this.request = new RequestRelay(loop);
    this.response = new ResponseRelay(loop, this, client);
  }

  RequestRelay request() {
    return request;
  }

  ResponseRelay response() {
    return response;
  }

  void begin(RequestHead head, ByteBuf rewritten) {
    request.begin(head, rewritten);
    response.begin();
    tries.begin();
    loop.counters().add(Count.REQUESTS);
    loop.retryBudget().deposit();
    otherServer();
  }

  private void otherServer() {
    ServerSlot next = loop.upstreams().choose(tries.servers());
    leaveServer();
    if (next == null) {
      unavailable();
      return;
    }
    slot = next;
    next.enter();
    tries.on(next);
    attempt(next, true);
  }

  private void attempt(ServerSlot server, boolean idleWelcome) {
    tries.count();
    long number = tries.advance();
    response.newTry();
    UpstreamConnection idle =
        idleWelcome ? loop.upstreams().idle(server, request.idempotent()) : null;
    if (idle != null) {
      send(idle);
      return;
    }
    client.waitForConnection();
    loop.upstreams().connect(server, new Connecting(this, server, number));
  }

  boolean current(long number) {
    return tries.current(number);
  }

  void notConnected(ServerSlot server, Throwable cause) {
    if (cause instanceof ConnectException && !ours(cause)) {
      loop.observations().unreachable(server.target().server(), text(cause));
    }
    retry(Failure.NOT_CONNECTED);
  }

  /** Whether we ran out of ports of our own, for which the server can't be blamed. */
  private static boolean ours(Throwable cause) {
    return text(cause).contains("Cannot assign requested address");
  }

  void send(UpstreamConnection connection) {
    upstream = connection;
    connection.bind(this);
    request.start(connection);
    client.connected();
  }

  /** Whether there is a server that can take more of the body. */
  boolean takesBody() {
    return !request.complete() && upstream != null && !stuck();
  }

  /** Passes on what belongs to the body; gives what is left over. */
  @Nullable ByteBuf pass(ByteBuf bytes) {
    UpstreamConnection present = upstream;
    return present == null ? bytes : request.pass(bytes, present);
  }

  /** Whether more of the request must not be read, since the server can't keep up. */
  boolean stuck() {
    UpstreamConnection present = upstream;
    return !request.complete() && present != null && !present.writable();
  }

  /** Sends what was written to the server. */
  void flush() {
    UpstreamConnection present = upstream;
    if (present != null) {
      present.flush();
    }
  }

  void upstreamWritabilityChanged() {
    UpstreamConnection present = upstream;
    if (present != null && present.writable()) {
      client.connected();
    }
  }

  void clientWritabilityChanged() {
    UpstreamConnection present = upstream;
    if (present != null && client.socket().writable()) {
      progressed();
      response.resume(present);
    }
  }

  /** The final head is about to be passed on: the request will not be sent again. */
  void responseStarted() {
    request.end();
  }

  /** Bytes moved: the wait for the next ones begins anew. */
  void progressed() {
    client.awaitProgress();
  }

  /** The response was passed on to its end. */
  void complete() {
    boolean reusable = response.serverPersistent() && request.complete();
    boolean next = response.clientPersistent();
    endTry(reusable);
    end();
    client.exchangeEnded(next);
  }

  /** The server's connection closed under the exchange. */
  void upstreamClosed(UpstreamConnection connection, Optional<Throwable> cause) {
    boolean reset = cause.filter(IOException.class::isInstance).isPresent();
    upstream = null;
    if (response.endsWithConnection() && !reset) {
      complete();
      return;
    }
    boolean stale = connection.reused() && !response.received();
    if (reset && !stale && request.complete()) {
      loop.observations().unreachable(connection.slot().target().server(), text(cause.get()));
    }
    if (response.started()) {
      truncated();
      return;
    }
    loop.counters().add(Count.UPSTREAM_RESETS);
    retry(stale ? Failure.STALE_CONNECTION : Failure.BROKEN);
  }

  /** The response broke off: the client sees it, since its connection breaks off too. */
  void truncated() {
    loop.counters().add(Count.TRUNCATED);
    boolean silent = response.endsSilently();
    endTry(false);
    end();
    client.abort(silent);
  }

  /** What the server sent is not HTTP as it should be. */
  void unintelligible(Refusal refusal) {
    fail(Answer.badResponse(refusal));
  }

  private void retry(Failure failure) {
    endTry(false);
    boolean repeatable = request.repeatable() && !response.interimSent();
    switch (tries.judge(failure, repeatable)) {
      case Verdict.SameServer(boolean atOnce, boolean _) -> sameServer(atOnce);
      case Verdict.OtherServer(boolean _) -> otherServer();
      case Verdict.GiveUp() -> giveUp(failure);
    }
  }

  private void giveUp(Failure failure) {
    if (failure == Failure.NOT_CONNECTED) {
      unavailable();
    } else {
      fail(Answer.BROKEN);
    }
  }

  /** Nobody can be reached: the request waits a little for somebody who can. */
  private void unavailable() {
    client.waitForConnection();
    if (!tries.awaitServer(this::otherServer)) {
      fail(Answer.UNAVAILABLE);
    }
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
    client.waitForConnection();
    tries.afterPause(() -> attempt(server, false));
  }

  /** The server took too long. */
  void serverTimedOut() {
    if (response.started()) {
      truncated();
    } else {
      fail(Answer.TIMED_OUT);
    }
  }

  private void fail(Answer answer) {
    endTry(false);
    boolean whole = request.complete();
    boolean toHead = request.toHead();
    boolean next = whole && request.persistent();
    boolean http10 = request.http10();
    end();
    client.answer(answer, toHead, next && !http10);
  }

  /** The client is gone, or broke the rules in the middle of its body. */
  void cancel() {
    endTry(false);
    end();
  }

  private void endTry(boolean reusable) {
    tries.advance();
    UpstreamConnection present = upstream;
    upstream = null;
    if (present != null) {
      present.unbind(reusable);
    }
  }

  private void end() {
    leaveServer();
    request.end();
  }

  private void leaveServer() {
    ServerSlot present = slot;
    slot = null;
    if (present != null) {
      present.leave();
    }
  }

  private static String text(Throwable cause) {
    return String.valueOf(cause.getMessage());
  }

  long bufferedBytes() {
    UpstreamConnection present = upstream;
    return request.bufferedBytes() + (present == null ? 0 : present.bufferedBytes());
  }
}
