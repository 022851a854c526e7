package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.access.RequestError;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.Refusal;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestKeys;
import io.sluice.balancer.http.ResponseHead;
import io.sluice.balancer.retry.Failure;
import io.sluice.schemas.failure.FailureCause;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: which servers are tried, over which connection, and how it ends.
 * Reused for request after request of one client. {@link Stage} says at which of these steps it is;
 * the numbers stand where they are taken.
 *
 * <ol>
 *   <li>A server is chosen: the client's own, the one of its cookie, or whom the pick takes.
 *   <li>If nobody takes the request, it waits for somebody who does, as long as requests are held.
 *   <li>An idle connection is taken, or one is made. If none comes about, the same server is tried
 *       again after a pause, or another one (step 1).
 *   <li>The head is sent, then the body as it comes. If the connection breaks, or the server hangs,
 *       the request goes back to step 1, or 3, where that is safe.
 *   <li>The response's head is passed on, then its body as it comes. From here on the client sees
 *       what becomes of it.
 *   <li>If both sides agreed on another protocol, bytes are passed on both ways, until both have
 *       ended.
 *   <li>It ends: {@link #complete}, {@link #fail} with an answer of our own, {@link #truncated}, or
 *       {@link #cancel}. The connection is kept if nothing is left to be said on it.
 * </ol>
 */
final class Exchange {
  private final Loop loop;
  private final Downstream client;
  private final Hop hop;
  private final ZoneTerms terms;
  private final RequestRelay request;
  private final ResponseRelay response;
  private final Affinity affinity;
  private final Tries tries;
  private final Overdue overdue;
  private final Account account;
  private @Nullable UpstreamConnection upstream;

  /** A connection on which this client's user has shown who he is: no other client gets it. */
  private @Nullable UpstreamConnection own;

  /** Whether the present connection is to become such a one. */
  private boolean binds;

  /** The address of the client that the request is of. */
  private String origin = "";

  private Stage stage = Stage.IDLE;
  private boolean clientEnded;
  private boolean serverEnded;

  Exchange(Loop loop, Downstream client, Hop hop) {
    this.loop = loop;
    this.client = client;
    this.hop = hop;
    this.terms = loop.config().terms();
    this.affinity = new Affinity(loop, hop);
    this.tries = new Tries(loop, this, affinity);
    this.account = new Account(loop, hop);
    this.request = new RequestRelay(loop);
    this.response = new ResponseRelay(loop, this, client);
    this.overdue = new Overdue(loop, this, tries);
  }

  RequestRelay request() {
    return request;
  }

  /** Where the request stands. */
  Stage stage() {
    return stage;
  }

  /**
   * The request is there now.
   *
   * @throws IllegalStateException if it can't have come there: a fault of our own
   */
  void enter(Stage next) {
    if (!stage.mayBecome(next)) {
      throw new IllegalStateException("a request at %s can't come to %s".formatted(stage, next));
    }
    stage = next;
  }

  ResponseRelay response() {
    return response;
  }

  /** What is noted of the request. */
  Account account() {
    return account;
  }

  /**
   * Begins with a request.
   *
   * @param protocol to which the client wants to change; empty: it does not, or may not
   */
  void begin(RequestHead head, ByteBuf rewritten, String protocol) {
    account.begin(head);
    origin = hop.client(head);
    binds = own != null || RequestKeys.bindsConnection(head);
    clientEnded = false;
    serverEnded = false;
    request.begin(head, rewritten, protocol);
    response.begin();
    loop.counters().add(Count.REQUESTS);
    loop.retryBudget().deposit();
    enter(Stage.CHOOSING);
    tries.begin(head);
  }

  /** The client's own connection, for its next request. */
  Optional<UpstreamConnection> takeOwn() {
    Optional<UpstreamConnection> present = Optional.ofNullable(own);
    own = null;
    return present;
  }

  /** The client is gone, and with it the user whose the connection is. */
  void closeOwn() {
    takeOwn().ifPresent(UpstreamConnection::close);
  }

  /** The server closed the client's own connection. */
  void ownClosed(UpstreamConnection connection) {
    if (own == connection) {
      own = null;
    }
  }

  boolean current(long number) {
    return tries.current(number);
  }

  void connected(UpstreamConnection connection) {
    tries.send(connection);
  }

  void notConnected(ServerSlot server, Throwable cause) {
    tries.notConnected(server, cause);
  }

  void waitsForConnection() {
    client.waitForConnection();
  }

  /** Step 4: there is a connection. */
  void send(UpstreamConnection connection) {
    enter(Stage.SENT);
    upstream = connection;
    connection.bind(this);
    overdue.begin();
    introduce(connection);
    request.start(connection);
    client.bodyWanted();
  }

  /** A server that wants to know for whom a connection is gets one for each client. */
  private void introduce(UpstreamConnection connection) {
    ProxyHeaders headers = loop.config().servers().proxyHeaders();
    if (headers != ProxyHeaders.NONE && "http".equals(connection.slot().target().scheme())) {
      binds = true;
      connection.introduce(headers.of(hop));
    }
  }

  /** The client sends no more over a connection that was given over; the server may still. */
  void clientEnded() {
    if (clientEnded) {
      return;
    }
    clientEnded = true;
    UpstreamConnection present = upstream;
    if (serverEnded) {
      complete();
    } else if (present != null) {
      present.endAfterAll();
      progressed();
    }
  }

  /** The server sends no more over a connection that was given over; the client may still. */
  void serverEnded() {
    serverEnded = true;
    if (clientEnded) {
      complete();
    } else {
      client.endAfterAll();
      progressed();
    }
  }

  /** Whether one side of a tunnel has said all that it will. */
  boolean halfEnded() {
    return clientEnded || serverEnded;
  }

  /** Whether there is a server that can take more of the body. */
  boolean takesBody() {
    return stage.withServer() && !request.complete() && !stuck();
  }

  /** Whether more of a body has to come from the client, and the server can take it. */
  boolean lacksBody() {
    return takesBody() && !request.tunnel() && !request.grpc();
  }

  /**
   * Whether the client has to send more of a body before anything else can come. Once a response
   * has begun it may take its time: the two sides may talk in turns.
   */
  boolean awaitsBody() {
    return lacksBody() && !response.started() && !request.awaitsContinue();
  }

  /**
   * Whether it is the client's fault, rather than the server's, that the waiting is over.
   *
   * @param buffered bytes that wait to be sent to it
   */
  boolean clientTimedOut(Patience.Wait how, long buffered) {
    return switch (how) {
      case SENDS_SLOWLY, READS_SLOWLY -> true;
      case TIME_IS_UP -> response.started() ? buffered > 0 || lacksBody() : awaitsBody();
      case GOES_ON -> false;
    };
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
      client.bodyWanted();
    }
  }

  void clientWritabilityChanged() {
    UpstreamConnection present = upstream;
    if (present != null && client.writable()) {
      progressed();
      response.resume(present);
    }
  }

  /** Step 5: the final head is about to be passed on; the request will not be sent again. */
  void responseStarted(ResponseHead head, boolean goesOn) {
    enter(Stage.ANSWERING);
    account.answering(head.status(), goesOn, tries.server());
    binds |= head.bindsConnection();
    request.end();
  }

  /**
   * Takes a response for what was said before our request came, if it looks like that: a server
   * that gives up an idle connection may say so (RFC 9110 section 15.5.9), and some say 400.
   */
  boolean saidBefore(UpstreamConnection connection, ResponseHead head) {
    boolean farewell = head.status() == 408 || (head.status() == 400 && !head.persistent());
    if (!farewell || !connection.reused() || tries.broke() || !tries.repeatable()) {
      return false;
    }
    endTry(false);
    tries.failed(Failure.STALE_CONNECTION);
    return true;
  }

  /** Bytes moved: the wait for the next ones begins anew. */
  void progressed() {
    client.awaitProgress();
  }

  /** Step 6: both sides have agreed on another protocol. */
  void tunnelBegins(UpstreamConnection connection) {
    enter(Stage.TUNNEL);
    request.becomeTunnel();
    connection.endsOneSideAtATime();
    client.bodyWanted();
  }

  /** Step 7: the response was passed on to its end. */
  void complete() {
    boolean reusable = response.serverPersistent() && request.complete();
    boolean next = response.clientPersistent();
    account.end(response.status(), response.passed(), tries.server(), RequestError.NONE);
    endTry(reusable);
    end();
    client.ended(next);
  }

  /** The server's connection closed under the exchange. */
  void upstreamClosed(UpstreamConnection connection, Optional<Throwable> cause) {
    boolean ofStream = cause.filter(ServerStreamException.class::isInstance).isPresent();
    boolean reset = !ofStream && cause.filter(IOException.class::isInstance).isPresent();
    upstream = null;
    if (response.endsWithConnection() && (!reset || serverEnded)) {
      complete();
      return;
    }
    boolean stale = connection.reused() && !response.received();
    // With a body, the client may have provoked it: a server that refuses to read one resets.
    boolean odd = !stale && request.bodiless() && (reset || !response.started());
    String error = reset ? FailureCause.of(cause.get()) : "connection broke before a response";
    if (odd) {
      loop.observations().broke(connection.slot().target().server(), error);
    }
    if (response.started()) {
      truncated();
      return;
    }
    if (cause.filter(Exchange::untouched).isPresent()) {
      endTry(false);
      tries.failed(Failure.REFUSED);
      return;
    }
    loop.counters().add(Count.UPSTREAM_RESETS);
    ServerSlot server = tries.server();
    if (odd && server != null) {
      loop.outcomes().broke(server, origin, error);
    }
    endTry(false);
    tries.failed(stale ? Failure.STALE_CONNECTION : Failure.BROKEN);
  }

  private static boolean untouched(Throwable cause) {
    return cause instanceof ServerStreamException ended && ended.untouched();
  }

  /** The response broke off: the client sees it, since its connection breaks off too. */
  void truncated() {
    loop.counters().add(Count.TRUNCATED);
    boolean silent = response.endsSilently();
    account.end(response.status(), response.passed(), tries.server(), RequestError.TRUNCATED);
    endTry(false);
    end();
    client.abort(silent);
  }

  /** What the server sent is not HTTP as it should be. */
  void unintelligible(Refusal refusal) {
    gatewayFailed(refusal.sentence());
    if (!leftFor(Failure.UNINTELLIGIBLE)) {
      fail(Answer.badResponse(refusal));
    }
  }

  /** Takes the request to another server after this failure; false: this one's word has to do. */
  boolean leftFor(Failure failure) {
    if (!tries.elsewhere(failure)) {
      return false;
    }
    endTry(false);
    tries.goElsewhere();
    return true;
  }

  /** What holds for the request where it is. */
  ZoneTerms terms() {
    ServerSlot server = tries.server();
    return server == null ? terms : server.terms();
  }

  /** What is done while the server does not answer. */
  Overdue overdue() {
    return overdue;
  }

  /**
   * Asks another server if this one's error need not be the last word.
   *
   * @return false if the response has to be passed on
   */
  boolean answeredElsewhere(int status) {
    ServerSlot server = tries.server();
    if (server != null) {
      loop.outcomes().answered(server, status);
    }
    return terms().retry().retries(status) && leftFor(Failure.ERROR_STATUS);
  }

  /** The field that binds the client to the server of this response; empty if none is needed. */
  byte[] binding() {
    return affinity.binding(tries.server());
  }

  /** The server took too long. */
  void serverTimedOut() {
    if (request.tunnel()) {
      complete();
      return;
    }
    if (response.started()) {
      // Whether a server that has begun and is quiet is well, its health check says.
      truncated();
      return;
    }
    ServerSlot server = tries.server();
    if (server != null) {
      loop.outcomes().unanswered(server, server.terms().timeouts().responseHead());
    }
    fail(Answer.TIMED_OUT);
  }

  private void gatewayFailed(String error) {
    ServerSlot server = tries.server();
    if (server != null) {
      loop.outcomes().failed(server, error);
    }
  }

  void fail(Answer answer) {
    endTry(false);
    boolean toHead = request.toHead();
    boolean next = request.complete() && request.persistent();
    boolean http10 = request.http10();
    end();
    client.answer(answer, toHead, next && !http10);
  }

  /** The client is gone. */
  void cancel() {
    // One that has ended a tunnel had all that it wanted.
    cancel(stage == Stage.TUNNEL ? RequestError.NONE : RequestError.CLIENT_LEFT);
  }

  /** The client has to go for this reason, and nothing more is said to it. */
  void cancel(RequestError error) {
    account.end(response.status(), response.passed(), tries.server(), error);
    drop();
  }

  /** A fault of our own befell the request. */
  void abandon() {
    client.reset();
  }

  /** The request is given up; what is said to the client is noted elsewhere. */
  void drop() {
    endTry(false);
    end();
  }

  private void endTry(boolean reusable) {
    tries.advance();
    UpstreamConnection present = upstream;
    upstream = null;
    if (present == null) {
      return;
    }
    if (request.tunnel()) {
      present.closeAfterAll();
    } else if (binds && reusable && present.keepFor(this)) {
      own = present;
    } else {
      present.unbind(reusable && !binds);
    }
  }

  /** Step 7: whatever came of it, nothing of it is left. */
  private void end() {
    enter(Stage.IDLE);
    tries.leave();
    request.end();
  }

  long bufferedBytes() {
    UpstreamConnection present = upstream;
    return request.bufferedBytes() + (present == null ? 0 : present.bufferedBytes());
  }
}
