package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.http.BodyKind;
import io.sluice.balancer.http.ChunkedBody;
import io.sluice.balancer.http.DataSpans;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.RequestKeys;
import io.sluice.balancer.http.RequestMethod;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one request on their way to a server: the rewritten head, then the body as it comes.
 * What was sent is kept, up to a limit, as long as the request may have to be sent again.
 */
final class RequestRelay {
  private final Loop loop;
  private final ChunkedBody chunks;

  /** What was sent of the body, in one piece: many small ones would take a multiple in memory. */
  private @Nullable ByteBuf replay;

  private @Nullable ByteBuf head;

  /** Where the head begins in its buffer: whoever sends it moves on in there. */
  private int headFrom;

  private RequestMethod method = RequestMethod.OTHER;
  private boolean http10;
  private boolean persistent;
  private BodyKind kind = BodyKind.NONE;
  private long contentLength;
  private long remaining;
  private boolean complete;

  /** Whether the client sends nothing more until a server says that it shall. */
  private boolean awaitsContinue;

  private boolean left;
  private boolean kept;
  private boolean grpc;
  private long received;
  private String protocol = "";
  private boolean tunnel;

  RequestRelay(Loop loop) {
    this.loop = loop;
    this.chunks = new ChunkedBody(loop.config().heads(), loop.config().clients().bodyBytes());
  }

  void begin(RequestHead scanned, ByteBuf rewritten, String asked) {
    head = rewritten;
    headFrom = rewritten.readerIndex();
    protocol = asked;
    tunnel = false;
    method = scanned.method();
    http10 = scanned.http10();
    persistent = scanned.persistent();
    kind = scanned.bodyKind();
    contentLength = scanned.contentLength();
    remaining = contentLength;
    complete = kind == BodyKind.NONE;
    awaitsContinue = !complete && scanned.expectsContinue();
    left = false;
    kept = method.idempotent();
    grpc = RequestKeys.grpc(scanned);
    if (kind == BodyKind.CHUNKED) {
      chunks.reset();
    }
  }

  /** Lets go of everything that was kept. */
  void end() {
    stopReplay();
    ByteBuf whole = head;
    if (whole != null) {
      head = null;
      whole.release();
    }
  }

  /** Whether the whole request was taken from the client. */
  boolean complete() {
    return complete;
  }

  /** Whether it is the server's turn, though more of the body has to come. */
  boolean awaitsContinue() {
    return awaitsContinue;
  }

  /** The server has told the client to go on, or the client does without that. */
  void goesOn() {
    awaitsContinue = false;
  }

  /** Whether there was no body, so that nothing in it can have upset the server. */
  boolean bodiless() {
    return kind == BodyKind.NONE;
  }

  /** The protocol that the client asked for; empty: none. */
  String protocol() {
    return protocol;
  }

  /** From here on, whatever the client sends is passed on, until one side ends. */
  void becomeTunnel() {
    tunnel = true;
    kind = BodyKind.LENGTH;
    remaining = Long.MAX_VALUE;
    complete = false;
    awaitsContinue = false;
    persistent = false;
  }

  /** Whether the connection has been given over to another protocol. */
  boolean tunnel() {
    return tunnel;
  }

  /** Bytes of bodies that the client has sent, over all its requests. */
  long received() {
    return received;
  }

  boolean http10() {
    return http10;
  }

  boolean toHead() {
    return method == RequestMethod.HEAD;
  }

  /** Whether the client wants to send more requests after this one. */
  boolean persistent() {
    return persistent;
  }

  /** Whether it can be sent again whatever comes of it: all of it will be at hand. */
  boolean replayable() {
    boolean small =
        switch (kind) {
          case NONE -> true;
          case LENGTH -> contentLength <= loop.config().replayMaxBytes();
          case CHUNKED, UNTIL_CLOSE -> false;
        };
    return method.idempotent() && small;
  }

  /** Whether sending it again is safe and possible. */
  boolean repeatable() {
    return !left || (method.idempotent() && kept);
  }

  /** Whether sending it again is possible, whatever it does. */
  boolean atHand() {
    return !left || kept;
  }

  /** Whether it is a call of gRPC, which may be quiet for long in its middle, both ways. */
  boolean grpc() {
    return grpc;
  }

  /** Sends what there is so far: the head, and what was sent of the body on an earlier try. */
  void start(UpstreamConnection upstream) {
    ByteBuf whole = head;
    if (whole == null) {
      throw new IllegalStateException("request without a head: it has ended before");
    }
    // Of what it did not touch, a server of HTTP/2 says so: then it is sent again, whatever it is.
    kept |= !left && upstream.slot().target().http2();
    left = true;
    upstream.write(toSend(whole));
    ByteBuf again = replay;
    if (again != null) {
      // A copy, since more may be added to what is kept while this is on its way.
      upstream.write(again.copy());
    }
  }

  /** The head itself, from its beginning, unless it is still on its way in an earlier try. */
  private ByteBuf toSend(ByteBuf kept) {
    return kept.refCnt() == 1
        ? kept.readerIndex(headFrom).retain()
        : kept.copy(headFrom, kept.writerIndex() - headFrom);
  }

  /**
   * Passes on what belongs to the body.
   *
   * @return what is left over, to be released by the caller; null if nothing is
   */
  @Nullable ByteBuf pass(ByteBuf bytes, UpstreamConnection upstream) {
    int size = complete ? 0 : extent(bytes);
    boolean refused = kind == BodyKind.CHUNKED && chunks.state() == ChunkedBody.State.REFUSED;
    if (size == 0 || refused) {
      return bytes;
    }
    received += size;
    goesOn();
    boolean whole = size == bytes.readableBytes();
    ByteBuf part = whole ? bytes : bytes.readRetainedSlice(size);
    keep(part);
    upstream.write(part);
    return whole ? null : bytes;
  }

  private int extent(ByteBuf bytes) {
    if (kind == BodyKind.LENGTH) {
      int size = (int) Math.min(remaining, bytes.readableBytes());
      remaining -= size;
      complete = remaining == 0;
      return size;
    }
    int from = bytes.readerIndex();
    int to = chunks.scan(bytes::getByte, from, bytes.writerIndex(), DataSpans.IGNORED);
    complete = chunks.state() == ChunkedBody.State.DONE;
    return to - from;
  }

  /** The malformed chunk that ended the body, if one did. */
  ChunkedBody chunks() {
    return chunks;
  }

  boolean refused() {
    return kind == BodyKind.CHUNKED && chunks.state() == ChunkedBody.State.REFUSED;
  }

  private void keep(ByteBuf part) {
    if (!kept) {
      return;
    }
    int size = part.readableBytes();
    if (Buffers.readable(replay) + size > loop.config().replayMaxBytes()) {
      stopReplay();
      return;
    }
    ByteBuf before = replay;
    if (before == null) {
      before = loop.allocator().buffer(size);
      replay = before;
    }
    before.writeBytes(part, part.readerIndex(), size);
  }

  /** From here on the request can't be sent again. */
  void stopReplay() {
    kept = false;
    ByteBuf before = replay;
    if (before != null) {
      replay = null;
      before.release();
    }
  }

  long bufferedBytes() {
    return (long) Buffers.capacity(replay) + Buffers.capacity(head);
  }
}
