package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.balancer.http.BodyKind;
import io.sluice.balancer.http.ChunkedBody;
import io.sluice.balancer.http.DataSpans;
import io.sluice.balancer.http.Refusal;
import io.sluice.balancer.http.ResponseHead;
import io.sluice.balancer.http.ResponseRewrite.Persistence;
import io.sluice.balancer.http.WebSocketFrames;
import java.util.Optional;

/** The bytes of one response on their way to the client: heads rewritten, the body as it comes. */
final class ResponseRelay {
  /** Up to this much of a body travels in one buffer with its head: copying is cheaper then. */
  private static final int JOINED_BODY_MAX_BYTES = 4 * 1024;

  /** A server that says more often than this that it will answer, will not. */
  private static final int INTERIM_MAX = 32;

  private static final int CONTINUE = 100;

  /** "Going away", as a server says that shuts down. */
  private static final byte[] GOODBYE = WebSocketFrames.close(1001, "going away");

  private static final byte[] NO_TRAILERS = new byte[0];

  private final Loop loop;
  private final Exchange exchange;
  private final Downstream client;
  private final ChunkedBody chunks;
  private final HeadReader reader;
  private boolean stream;
  private boolean received;
  private int interims;
  private int status;
  private long passed;
  private boolean started;
  private BodyKind kind = BodyKind.NONE;
  private long remaining;
  private boolean unchunk;
  private boolean endsSilently;
  private boolean serverPersistent;
  private boolean clientPersistent;
  private Optional<WebSocketFrames> frames = Optional.empty();
  private boolean goodbyeDue;

  ResponseRelay(Loop loop, Exchange exchange, Downstream client) {
    this.loop = loop;
    this.exchange = exchange;
    this.client = client;
    this.chunks = new ChunkedBody(loop.config().heads());
    this.reader = new HeadReader(loop);
  }

  void begin() {
    stream = false;
    received = false;
    interims = 0;
    status = 0;
    passed = 0;
    started = false;
    serverPersistent = false;
    clientPersistent = false;
    frames = Optional.empty();
    goodbyeDue = false;
  }

  /** Whether any byte came from the server in this try. */
  boolean received() {
    return received;
  }

  void newTry() {
    received = false;
    reader.reset();
  }

  /** Whether its body is a stream of events. */
  boolean stream() {
    return stream;
  }

  /** The status of the final response; 0: there is none yet. */
  int status() {
    return status;
  }

  /** How many bytes of its body were passed on. */
  long passed() {
    return passed;
  }

  /** Whether an interim response was passed on. */
  boolean interimSent() {
    return interims > 0;
  }

  /** Whether the final head was passed on: from here on, the client sees how it ends. */
  boolean started() {
    return started;
  }

  /** Whether the end of the connection is the end of the body. */
  boolean endsWithConnection() {
    return started && kind == BodyKind.UNTIL_CLOSE;
  }

  /** Whether the client can't tell from the body that it broke off. */
  boolean endsSilently() {
    return started && endsSilently;
  }

  /** Whether the server keeps its connection open after this response. */
  boolean serverPersistent() {
    return serverPersistent;
  }

  /** Whether the client was told that it can send its next request. */
  boolean clientPersistent() {
    return clientPersistent;
  }

  /** What a client of HTTP/1 is told about its connection. */
  Persistence told() {
    if (!clientPersistent) {
      return Persistence.CLOSE;
    }
    return exchange.request().http10() ? Persistence.KEEP_ALIVE : Persistence.IMPLIED;
  }

  void read(UpstreamConnection upstream, ByteBuf bytes) {
    received = true;
    if (started) {
      body(upstream, bytes);
    } else {
      heads(upstream, upstream.join(bytes));
    }
  }

  /** Interim heads are passed on as they come; the final one starts the response. */
  private void heads(UpstreamConnection upstream, ByteBuf bytes) {
    ResponseHead head = loop.responseHead();
    head.expectUpgrade(exchange.request().protocol());
    boolean toHead = exchange.request().toHead();
    while (true) {
      switch (reader.read(bytes, size -> head.scan(loop.scratch(), 0, size, toHead))) {
        case INCOMPLETE -> {
          upstream.await(bytes);
          return;
        }
        case REFUSED -> {
          bytes.release();
          exchange.unintelligible(head.refusal());
          return;
        }
        case COMPLETE -> {
          bytes.skipBytes(head.end());
          reader.reset();
          if (!head.interim()) {
            if (exchange.saidBefore(upstream, head) || exchange.answeredElsewhere(head.status())) {
              bytes.release();
              return;
            }
            start(upstream, head, bytes);
            return;
          }
          if (!interim(head)) {
            bytes.release();
            exchange.unintelligible(Refusal.INTERIM_WITHOUT_END);
            return;
          }
        }
      }
      if (!bytes.isReadable()) {
        bytes.release();
        return;
      }
    }
  }

  /** Passes an interim head on; false if there were too many. */
  private boolean interim(ResponseHead head) {
    if (++interims > INTERIM_MAX) {
      return false;
    }
    if (exchange.request().http10()) {
      return true;
    }
    client.interim(head);
    client.flush();
    if (head.status() == CONTINUE) {
      exchange.request().goesOn();
    }
    loop.counters().add(Count.INTERIM);
    exchange.progressed();
    return true;
  }

  private void start(UpstreamConnection upstream, ResponseHead head, ByteBuf bytes) {
    RequestRelay request = exchange.request();
    started = true;
    kind = head.bodyKind();
    remaining = head.contentLength();
    Downstream.BodyEnd end = client.bodyEnd();
    unchunk = kind == BodyKind.CHUNKED && end != Downstream.BodyEnd.CHUNKS;
    serverPersistent = head.persistent();
    boolean delimited =
        end == Downstream.BodyEnd.FRAME || (kind != BodyKind.UNTIL_CLOSE && !unchunk);
    endsSilently = !delimited;
    clientPersistent =
        delimited && request.persistent() && request.complete() && client.persistent();
    chunks.reset();
    status = head.status();
    stream = head.eventStream();
    loop.counters().add(Count.responses(status));
    exchange.responseStarted(head, stream || head.switches());
    if (head.switches()) {
      client.switched(head, request.protocol());
      beginTunnel(request, upstream);
    } else {
      client.head(head, unchunk, exchange.binding(), joined(bytes));
    }
    body(upstream, bytes);
  }

  private void beginTunnel(RequestRelay request, UpstreamConnection upstream) {
    frames =
        Optional.of(request.protocol()).filter("websocket"::equals).map(_ -> new WebSocketFrames());
    exchange.tunnelBegins(upstream);
  }

  /** What of the body is passed on with the head. */
  private ByteBuf joined(ByteBuf bytes) {
    int size = bytes.readableBytes();
    if (kind != BodyKind.LENGTH || size > Math.min(remaining, JOINED_BODY_MAX_BYTES)) {
      return Unpooled.EMPTY_BUFFER;
    }
    remaining -= size;
    passed += size;
    return bytes;
  }

  /** Passes on what belongs to the body; what comes behind its end ends the trust in the server. */
  private void body(UpstreamConnection upstream, ByteBuf bytes) {
    int from = bytes.readerIndex();
    int to = bytes.writerIndex();
    int end =
        switch (kind) {
          case NONE -> from;
          case LENGTH -> (int) Math.min(to, from + remaining);
          case CHUNKED -> chunks.scan(bytes::getByte, from, to, spans(bytes));
          case UNTIL_CLOSE -> to;
        };
    remaining -= end - from;
    passed += end - from;
    if (kind == BodyKind.CHUNKED && chunks.state() == ChunkedBody.State.REFUSED) {
      bytes.release();
      exchange.truncated();
      return;
    }
    serverPersistent &= end == to;
    frames.ifPresent(passing -> passing.pass(bytes::getByte, from, end));
    if (end == from || unchunk) {
      bytes.release();
    } else {
      client.body(end == to ? bytes : bytes.writerIndex(end));
    }
    if (over()) {
      byte[] trailers = unchunk ? chunks.trailers() : NO_TRAILERS;
      if (trailers.length > 0) {
        client.trailers(trailers);
      }
      exchange.complete();
    } else {
      sayGoodbyeIfDue();
      waitForClient(upstream);
    }
  }

  /**
   * Tells the client of a WebSocket that this end goes away, as soon as that can be put in between
   * two frames of the server's. The client answers, and the server hears it. Of another protocol
   * nothing is known that could be said.
   */
  void sayGoodbye() {
    goodbyeDue = frames.isPresent();
    sayGoodbyeIfDue();
  }

  private void sayGoodbyeIfDue() {
    if (goodbyeDue && frames.map(WebSocketFrames::open).orElse(false)) {
      goodbyeDue = false;
      client.body(Unpooled.wrappedBuffer(GOODBYE.clone()));
      client.flush();
    }
  }

  /** Sends what is written when that has become much, and stops reading if it can't be sent. */
  private void waitForClient(UpstreamConnection upstream) {
    if (!client.writable()) {
      client.flush();
      if (!client.writable()) {
        upstream.pause();
      }
    }
  }

  private DataSpans spans(ByteBuf bytes) {
    return unchunk
        ? (from, to) -> client.body(bytes.retainedSlice(from, to - from))
        : DataSpans.IGNORED;
  }

  private boolean over() {
    return switch (kind) {
      case NONE -> true;
      case LENGTH -> remaining == 0;
      case CHUNKED -> chunks.state() == ChunkedBody.State.DONE;
      case UNTIL_CLOSE -> false;
    };
  }

  /** A batch of reads is over: what was written in it leaves now. */
  void readComplete(UpstreamConnection upstream) {
    if (started) {
      client.flush();
      exchange.progressed();
      waitForClient(upstream);
    }
  }

  /** The client can take more. */
  void resume(UpstreamConnection upstream) {
    upstream.resume();
  }
}
