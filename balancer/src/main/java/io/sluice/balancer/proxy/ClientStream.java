package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
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
import org.jspecify.annotations.Nullable;

/**
 * A stream of HTTP/2: one request and its response. Its request is written down as one of HTTP/1.1
 * and goes the way of all others from there: the head is judged as theirs are, the body becomes
 * chunks where its length was not said. Reused for stream after stream of one connection.
 *
 * <pre>
 *   FREE ──HEADERS──▶ OPEN ──response over, reset or cancelled──▶ FREE
 * </pre>
 */
final class ClientStream implements Downstream {
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

  private final Loop loop;
  private final Http2Client connection;
  private final Hop hop;
  private final Exchange exchange;
  private final Patience patience;
  private final Inbox inbox = new Inbox();

  /** What is on its way to the client; null: no stream is open. */
  private @Nullable Outflow out;

  /** Bytes that were sent over all streams so far. */
  private long sentBefore;

  private boolean chunked;

  /** How much of the body is still to come; below 0: its length was not said. */
  private long expected;

  /** Bytes of the window that were used and not given back. */
  private int unconsumed;

  private boolean passing;

  /** A head that is not sent before it is known whether the stream ends with it. */
  private @Nullable Http2Headers heldHead;

  /** The last part of the body so far; as the head. */
  private @Nullable ByteBuf heldBody;

  private @Nullable Http2Headers trailers;

  ClientStream(Loop loop, Http2Client connection, Hop hop) {
    this.loop = loop;
    this.connection = connection;
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
    patience.forHead();
    StreamHead written = connection.streamHead();
    written.reset();
    fields.forEach(field -> written.add(field.getKey(), field.getValue()));
    Refusal malformed = written.write(ends);
    if (malformed != null && malformed != Refusal.METHOD_NOT_ALLOWED) {
      refuseMalformed();
      return;
    }
    chunked = written.length() < 0 && !ends;
    expected = written.length();
    RequestHead head = loop.requestHead();
    Scan scan =
        malformed == null
            ? head.scan(written.bytes().array(), 0, written.bytes().length())
            : Scan.REFUSED;
    if (scan != Scan.COMPLETE) {
      Refusal why = malformed == null ? refusal(head, scan) : malformed;
      say(Answer.refusal(why), true, false, ends);
      return;
    }
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

  private static Refusal refusal(RequestHead head, Scan scan) {
    return scan == Scan.REFUSED ? head.refusal() : Refusal.HEAD_TOO_LARGE;
  }

  /** A request that is none: the stream is an error (RFC 9113 section 8.1.1). */
  private void refuseMalformed() {
    loop.counters().add(Count.REFUSED);
    end(Http2Error.PROTOCOL_ERROR);
  }

  /**
   * A part of the body comes.
   *
   * @param flow how much of the window it took
   */
  void received(ByteBuf data, int flow, boolean ends) {
    unconsumed += flow;
    int size = data.readableBytes();
    if (expected >= 0) {
      expected -= size;
      if (expected < 0 || (ends && expected > 0)) {
        broken(Http2Error.PROTOCOL_ERROR, RequestError.REFUSED);
        return;
      }
      if (size > 0) {
        inbox.add(ByteBufAllocator.DEFAULT, data.retainedSlice());
      }
    } else if (chunked) {
      byte[] head =
          size == 0 ? new byte[0] : (Integer.toHexString(size) + "\r\n").getBytes(US_ASCII);
      ByteBuf chunk = ByteBufAllocator.DEFAULT.buffer(head.length + size + 2 + LAST_CHUNK.length);
      if (size > 0) {
        chunk.writeBytes(head).writeBytes(data, data.readerIndex(), size).writeBytes(CRLF);
      }
      inbox.add(ByteBufAllocator.DEFAULT, ends ? chunk.writeBytes(LAST_CHUNK) : chunk);
    }
    pass();
  }

  /** The request ends with trailers. */
  void receivedTrailers(Http2Headers fields, boolean ends) {
    StreamHead written = connection.streamHead();
    if (!ends || expected > 0 || !written.writeTrailers(fields)) {
      broken(Http2Error.PROTOCOL_ERROR, RequestError.REFUSED);
      return;
    }
    if (chunked) {
      ByteBuf end = ByteBufAllocator.DEFAULT.buffer(3 + written.bytes().length());
      end.writeBytes(LAST_CHUNK, 0, 3);
      end.writeBytes(written.bytes().array(), 0, written.bytes().length());
      inbox.add(ByteBufAllocator.DEFAULT, end);
    }
    pass();
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
      connection.consumed(out.id(), passed);
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
  }

  /** The client broke a rule, is too slow to be waited for, or has to go. */
  private void broken(Http2Error error, RequestError why) {
    exchange.cancel(why);
    end(error);
  }

  /** The client takes its request back, or is gone. */
  void cancelled() {
    if (out != null) {
      loop.counters().add(Count.CLIENT_ABORTS);
      exchange.cancel();
      forget();
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
    connection.writeHead(out().id(), StreamFields.of(loop.out()), false);
  }

  @Override
  public void head(ResponseHead head, boolean unchunked, byte[] binding, ByteBuf first) {
    ResponseRewrite.Extras extras = new ResponseRewrite.Extras(loop.date(), binding);
    ResponseRewrite.write(head, Persistence.IMPLIED, unchunked, extras, loop.out());
    heldHead = StreamFields.of(loop.out());
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
    sendHead(false);
    ByteBuf before = heldBody;
    heldBody = bytes;
    if (before != null) {
      connection.writeBody(out(), before, false);
    }
  }

  private void sendHead(boolean ends) {
    Http2Headers head = heldHead;
    if (head != null) {
      heldHead = null;
      connection.writeHead(out().id(), head, ends);
    }
  }

  @Override
  public void trailers(byte[] lines) {
    trailers = StreamFields.of(lines);
  }

  @Override
  public void flush() {
    if (out != null) {
      sendHeld();
      connection.flush();
    }
  }

  private void sendHeld() {
    sendHead(false);
    ByteBuf last = heldBody;
    if (last != null) {
      heldBody = null;
      connection.writeBody(out(), last, false);
    }
  }

  @Override
  public boolean writable() {
    Outflow present = out;
    return present == null || (present.roomy() && connection.roomy());
  }

  /** There is room again, perhaps. */
  void roomMade() {
    if (out != null && writable()) {
      exchange.clientWritabilityChanged();
    }
  }

  @Override
  public void endAfterAll() {
    throw new IllegalStateException("no stream is a tunnel");
  }

  @Override
  public void ended(boolean persistent) {
    Outflow present = out();
    boolean whole = exchange.request().complete();
    Http2Headers last = trailers;
    if (last != null) {
      sendHeld();
      connection.writeHead(present.id(), last, true);
    } else if (heldBody != null) {
      ByteBuf body = heldBody;
      heldBody = null;
      sendHead(false);
      connection.writeBody(present, body, true);
    } else if (heldHead != null) {
      sendHead(true);
    } else {
      connection.writeEnd(present);
    }
    over(whole);
  }

  /** The response was sent to its end; who sends on need not. */
  private void over(boolean whole) {
    Outflow present = out();
    forget();
    connection.drains(present);
    if (!whole) {
      connection.reset(present.id(), Http2Error.NO_ERROR);
    }
    connection.flush();
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
    connection.writeHead(present.id(), head, !body);
    if (body) {
      connection.writeBody(present, Unpooled.wrappedBuffer(page.bytes()), true);
    }
    over(whole);
  }

  @Override
  public void abort(boolean silent) {
    sendHeld();
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
      connection.reset(present.id(), error);
      connection.flush();
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
    heldHead = null;
    trailers = null;
    ByteBuf body = heldBody;
    if (body != null) {
      heldBody = null;
      body.release();
    }
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
    if (present == null) {
      return;
    }
    boolean sends = exchange.awaitsBody();
    long received = exchange.request().received();
    long sent = sentBefore + present.sent();
    if (!patience.over(sends, received, present.waiting(), sent, nowNanos)) {
      exchange.overdue().check(patience.answeringNanos(nowNanos), nowNanos);
      return;
    }
    boolean started = exchange.response().started();
    if (started ? present.waiting() > 0 : sends) {
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
        + Buffers.readable(heldBody)
        + (present == null ? 0 : present.waiting());
  }
}
