package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.sluice.balancer.access.RequestError;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.Refusal;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestMethod;
import io.sluice.balancer.http.ResponseHead;
import io.sluice.balancer.http.ResponseRewrite;
import io.sluice.balancer.http.ResponseRewrite.Persistence;
import io.sluice.balancer.http.Scan;
import io.sluice.balancer.http.StreamHead;
import io.sluice.balancer.limit.FrameBudget;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A stream of HTTP/2: one request and its response. Its request is written down as one of HTTP/1.1
 * and goes the way of all others from there: the head is judged as theirs are, the body becomes
 * chunks where its length was not said. Reused for stream after stream of one connection.
 *
 * <pre>
 *   FREE ──HEADERS──▶ OPEN ──response over, reset or cancelled──▶ FREE
 *           │          ▲
 *           └▶ WAITING ┘ for its turn, if many begin at once
 * </pre>
 */
final class ClientStream implements Downstream, Beginner {
  private final Loop loop;
  private final Http2Client connection;
  private final Http2Codec codec;
  private final Hop hop;
  private final Exchange exchange;
  private final Patience patience;
  private final Inbox inbox = new Inbox();
  private final StreamBody body = new StreamBody(inbox);

  /** What is on its way to the client; null: no stream is open. */
  private @Nullable Outflow out;

  /** Bytes that were sent over all streams so far. */
  private long sentBefore;

  /** Bytes of the window that were used and not given back. */
  private int unconsumed;

  /** The head of a request that waits for its turn, as it was written down; null: none does. */
  private byte @Nullable [] waitingHead;

  private boolean waitingEnds;
  private boolean passing;

  /** Whether the server waits until there is room. */
  private boolean stopped;

  private final HeldBack held;

  ClientStream(Loop loop, Http2Client connection, Hop hop) {
    this.loop = loop;
    this.connection = connection;
    this.codec = connection.codec();
    this.held = new HeldBack(codec);
    this.hop = hop;
    this.exchange = new Exchange(loop, this, hop);
    exchange.account().speaks("HTTP/2.0");
    this.patience = new Patience(loop);
  }

  Exchange exchange() {
    return exchange;
  }

  private Outflow out() {
    Outflow present = out;
    if (present == null) {
      throw new IllegalStateException("no stream is open");
    }
    return present;
  }

  /**
   * A request begins.
   *
   * @param ends whether it has no body
   */
  void begin(int id, Http2Headers fields, boolean ends) {
    out = new Outflow(id, this);
    inbox.clear();
    unconsumed = 0;
    stopped = false;
    patience.forHead();
    StreamHead written = connection.streamHead();
    written.reset();
    fields.forEach(field -> written.add(field.getKey(), field.getValue()));
    Refusal malformed = written.write(ends);
    if (malformed != null && malformed != Refusal.METHOD_NOT_ALLOWED) {
      refuseMalformed();
      return;
    }
    body.begin(written.length(), ends);
    RequestHead head = loop.requestHead();
    int size = written.bytes().length();
    Scan scan = malformed == null ? head.scan(written.bytes().array(), 0, size) : Scan.REFUSED;
    if (scan != Scan.COMPLETE) {
      Refusal why = scan == Scan.REFUSED ? head.refusal() : Refusal.HEAD_TOO_LARGE;
      boolean page = !RequestMethod.HEAD.name().contentEquals(fields.method());
      say(Answer.refusal(malformed == null ? why : malformed), page, false, ends);
    } else if (loop.mayBegin(this)) {
      begin(head, ends);
    } else {
      waitingHead = Arrays.copyOf(written.bytes().array(), size);
      waitingEnds = ends;
    }
  }

  @Override
  public void takeTurn() {
    byte[] written = waitingHead;
    if (written != null) {
      waitingHead = null;
      patience.forHead();
      RequestHead head = loop.requestHead();
      Scan scan = head.scan(written, 0, written.length);
      if (scan != Scan.COMPLETE) {
        throw new IllegalStateException("a head that was understood before is " + scan);
      }
      begin(head, waitingEnds);
    }
  }

  /** Begins with a head that was understood. */
  private void begin(RequestHead head, boolean ends) {
    loop.counters().add(Count.HTTP2_REQUESTS);
    Answer notLetIn = loop.admission().refusal(head, hop, loop.nowNanos());
    if (notLetIn != null) {
      loop.counters().add(Count.REQUESTS);
      exchange.account().begin(head);
      say(notLetIn, head.method() != RequestMethod.HEAD, true, ends);
      return;
    }
    String protocol = loop.rewrite(head, hop);
    exchange.begin(head, loop.outBuffer(0), protocol);
    exchange.flush();
  }

  /** A request that is none: the stream is an error (RFC 9113 section 8.1.1). */
  private void refuseMalformed() {
    loop.counters().add(Count.REFUSED);
    end(Http2Error.PROTOCOL_ERROR);
    connection.charge(FrameBudget.FRAME_COST);
  }

  /**
   * A part of the body comes.
   *
   * @param flow how much of the window it took
   */
  void received(ByteBuf data, int flow, boolean ends) {
    unconsumed += flow;
    if (body.add(data, ends)) {
      pass();
    } else {
      breach();
    }
  }

  /** The request ends with trailers. */
  void receivedTrailers(Http2Headers fields, boolean ends) {
    StreamHead written = connection.streamHead();
    if (ends && written.writeTrailers(fields) && body.end(written.bytes())) {
      pass();
    } else {
      breach();
    }
  }

  /** Passes on what is there of the body, if there is somebody to take it. */
  private void pass() {
    if (passing || out == null) {
      return;
    }
    passing = true;
    if (!inbox.isEmpty() && exchange.takesBody()) {
      inbox.giveBack(exchange.pass(inbox.take()));
      if (exchange.request().refused()) {
        passing = false;
        refuseBody(Answer.refusal(exchange.request().chunks().refusal()));
        return;
      }
      awaitProgress();
    }
    passing = false;
    exchange.flush();
    giveWindowBack();
  }

  /** What was passed on may come anew, unless the server can't keep up. */
  private void giveWindowBack() {
    if (unconsumed > 0 && inbox.isEmpty() && !exchange.stuck() && out != null) {
      int passed = unconsumed;
      unconsumed = 0;
      codec.consumed(out.id(), passed);
    }
  }

  private void refuseBody(Answer answer) {
    if (exchange.response().started()) {
      loop.counters().add(answer.count());
      broken(Http2Error.CANCEL, answer.error());
    } else {
      exchange.drop();
      say(answer, !exchange.request().toHead(), true, false);
    }
    connection.charge(FrameBudget.REQUEST_COST);
  }

  /** The client broke a rule in the middle of its request: to take it back costs the same. */
  private void breach() {
    broken(Http2Error.PROTOCOL_ERROR, RequestError.REFUSED);
    connection.charge(FrameBudget.REQUEST_COST);
  }

  /** The client broke a rule, is too slow to be waited for, or has to go. */
  private void broken(Http2Error error, RequestError why) {
    if (waitingHead == null) {
      exchange.cancel(why);
    }
    end(error);
  }

  /** The client takes its request back, or is gone. */
  void cancelled() {
    Outflow present = out;
    if (present != null) {
      loop.counters().add(Count.CLIENT_ABORTS);
      if (waitingHead == null) {
        exchange.cancel();
      }
      forget();
      connection.giveUp(present);
    }
  }

  @Override
  public BodyEnd bodyEnd() {
    return BodyEnd.FRAME;
  }

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public void interim(ResponseHead head) {
    ResponseRewrite.writeInterim(head, loop.out());
    var _ = codec.writeHead(out().id(), StreamFields.of(loop.out()), false);
  }

  @Override
  public void head(ResponseHead head, boolean unchunked, byte[] binding, ByteBuf first) {
    ResponseRewrite.Extras extras = new ResponseRewrite.Extras(loop.date(), binding);
    ResponseRewrite.write(head, Persistence.IMPLIED, unchunked, extras, loop.out());
    held.head(StreamFields.of(loop.out()));
    if (first.isReadable()) {
      hold(first.readRetainedSlice(first.readableBytes()));
    }
  }

  @Override
  public void switched(ResponseHead head, String protocol) {
    throw new IllegalStateException("no stream asks for another protocol");
  }

  @Override
  public void body(ByteBuf bytes) {
    hold(bytes);
  }

  private void hold(ByteBuf bytes) {
    if (out == null) {
      // Nobody is there to read it; what is held here would be sent to the next one.
      bytes.release();
      return;
    }
    held.body(out, bytes);
  }

  @Override
  public void trailers(byte[] lines) {
    held.trailers(StreamFields.of(lines));
  }

  @Override
  public void flush() {
    if (out != null) {
      held.send(out);
      codec.flush();
    }
  }

  @Override
  public boolean writable() {
    Outflow present = out;
    boolean room = present == null || (present.roomy() && connection.roomy());
    stopped |= !room;
    return room;
  }

  /** Bytes of this response left, or of one before it. */
  void roomMade(Outflow of) {
    if (of == out) {
      roomMade();
    }
  }

  /**
   * There is room again, perhaps; if the server was made to wait for it, it has gone on waiting.
   */
  void roomMade() {
    if (stopped && out != null && writable()) {
      stopped = false;
      exchange.clientWritabilityChanged();
    }
  }

  @Override
  public void endAfterAll() {
    throw new IllegalStateException("no stream is a tunnel");
  }

  @Override
  public void ended(boolean persistent) {
    boolean whole = exchange.request().complete();
    over(whole, held.end(out()));
  }

  /** The response was sent to its end; who sends on need not. */
  private void over(boolean whole, ChannelFuture sent) {
    Outflow present = out();
    forget();
    connection.drains(present);
    if (!whole) {
      codec.endsAfter(sent, present.id());
    }
    codec.flush();
    connection.ended(this);
  }

  @Override
  public void answer(Answer answer, boolean toHead, boolean persistent) {
    say(answer, !toHead, true, exchange.request().complete());
  }

  private void say(Answer answer, boolean body, boolean understood, boolean whole) {
    loop.counters().add(answer.count());
    exchange.account().answered(answer, understood);
    Outflow present = out();
    Page page = answer.page(loop);
    Http2Headers head = new DefaultHttp2Headers(false);
    head.status(Integer.toString(answer.status()));
    StreamFields.add(head, answer.fields(loop).getBytes(US_ASCII));
    head.add("content-type", page.contentType());
    head.add("content-length", Integer.toString(page.bytes().length));
    ChannelFuture sent = codec.writeHead(present.id(), head, !body);
    if (body) {
      sent = codec.writeBody(present, Unpooled.wrappedBuffer(page.bytes()), true);
    }
    over(whole, sent);
  }

  @Override
  public void abort(boolean silent) {
    Outflow present = out;
    if (present != null) {
      held.send(present);
    }
    end(Http2Error.INTERNAL_ERROR);
  }

  @Override
  public void reset() {
    broken(Http2Error.INTERNAL_ERROR, RequestError.CUT_OFF);
  }

  /** Ends the stream by this error. */
  private void end(Http2Error error) {
    Outflow present = out;
    if (present != null) {
      forget();
      codec.reset(present.id(), error);
      connection.giveUp(present);
      codec.flush();
      connection.ended(this);
    }
  }

  private void forget() {
    Outflow present = out;
    if (present != null) {
      sentBefore += present.sent();
      out = null;
      connection.forget(present.id());
    }
    inbox.clear();
    waitingHead = null;
    held.clear();
  }

  @Override
  public void bodyWanted() {
    awaitProgress();
    pass();
  }

  @Override
  public void waitForConnection() {
    patience.forConnection();
  }

  @Override
  public void awaitProgress() {
    patience.forProgress(exchange);
  }

  /** Acts if the time is up, or the client is too slow. */
  void sweep(long nowNanos) {
    Outflow present = out;
    if (present == null || waitingHead != null) {
      return;
    }
    boolean sends = exchange.awaitsBody();
    long received = exchange.request().received();
    long sent = sentBefore + present.sent();
    Patience.Wait wait = patience.look(sends, received, present.waiting(), sent, nowNanos);
    if (wait == Patience.Wait.GOES_ON) {
      exchange.overdue().check(patience.answeringNanos(nowNanos), nowNanos);
      return;
    }
    if (exchange.clientTimedOut(wait, present.waiting())) {
      refuseBody(Answer.CLIENT_TIMED_OUT);
    } else {
      exchange.serverTimedOut();
    }
  }

  /** Bytes that are held in memory for it. */
  long bufferedBytes() {
    Outflow present = out;
    return inbox.size()
        + exchange.bufferedBytes()
        + held.size()
        + (present == null ? 0 : present.waiting());
  }
}
