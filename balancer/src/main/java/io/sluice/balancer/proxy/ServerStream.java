package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.sluice.balancer.http.ChunkedBody;
import io.sluice.balancer.http.HeadBytes;
import io.sluice.balancer.http.Refusal;
import io.sluice.balancer.http.StreamResponse;

/**
 * A stream of HTTP/2 to a server, as the wire of one request. What is written on it is the request
 * as HTTP/1.1 has it, and becomes a head, a body and trailers of HTTP/2; what comes back is written
 * down as HTTP/1.1, so that it is judged, repeated and passed on like any other. It takes one
 * request, and is closed with its response.
 *
 * <pre>
 *   UNUSED ──head──▶ OPEN ──the response's end, a reset, close──▶ CLOSED
 * </pre>
 */
final class ServerStream implements Wire {
  /** Above this much that has not left, the client is not read. */
  private static final int MOST_BYTES = 128 * 1024;

  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

  private final Http2Server server;
  private final Listener listener;
  private final ChunkedBody chunks;

  /** Its number; 0: nothing was sent yet. */
  private int id;

  private boolean toHead;

  /** How much of the request's body is to come; below 0: it comes in chunks. */
  private long toSend;

  private boolean requestEnded;
  private boolean responseBegun;

  /** How much of the response's body is to come; below 0: that was not said. */
  private long toCome;

  private boolean chunked;
  private boolean responseEnded;
  private boolean closed;
  private boolean reading = true;
  private int unconsumed;
  private boolean unread;
  private boolean full;
  private long waiting;
  private long written;

  ServerStream(Http2Server server, UpstreamConnection connection, ChunkedBody chunks) {
    this.server = server;
    this.chunks = chunks;
    this.listener = connection.over(this);
  }

  int id() {
    return id;
  }

  /** Whether nothing was sent over it yet. */
  boolean unused() {
    return id == 0;
  }

  /** Whether the whole request was sent. */
  boolean requestEnded() {
    return requestEnded;
  }

  /** Whether both sides have said all that they will. */
  boolean ended() {
    return requestEnded && responseEnded;
  }

  /** Whether the response is whole, even if the server has not said that it ends. */
  boolean whole() {
    return responseEnded || (responseBegun && toCome == 0);
  }

  // To the server.

  @Override
  public void write(ByteBuf bytes) {
    try {
      if (closed || requestEnded) {
        return;
      }
      if (unused()) {
        begin(bytes);
      } else {
        body(bytes);
      }
    } finally {
      bytes.release();
    }
  }

  /** Sends the head, which is written in one piece. */
  private void begin(ByteBuf bytes) {
    byte[] head = new byte[bytes.readableBytes()];
    bytes.getBytes(bytes.readerIndex(), head);
    StreamFields.Request request = StreamFields.ofRequest(head);
    toHead = request.toHead();
    toSend = request.length();
    requestEnded = toSend == 0;
    id = server.begin(this, request.fields(), requestEnded);
  }

  private void body(ByteBuf bytes) {
    if (toSend >= 0) {
      toSend -= bytes.readableBytes();
      data(bytes.retainedSlice(), toSend <= 0);
      return;
    }
    int from = bytes.readerIndex();
    int to = bytes.writerIndex();
    int _ =
        chunks.scan(
            bytes::getByte,
            from,
            to,
            (start, end) -> data(bytes.retainedSlice(start, end - start), false));
    if (chunks.state() == ChunkedBody.State.DONE) {
      byte[] trailers = chunks.trailers();
      if (trailers.length == 0) {
        data(Unpooled.EMPTY_BUFFER, true);
      } else {
        requestEnded = true;
        server.trailers(id, StreamFields.of(trailers));
      }
    }
  }

  private void data(ByteBuf bytes, boolean ends) {
    int size = bytes.readableBytes();
    requestEnded = ends;
    waiting += size;
    written += size;
    server.data(id, bytes, ends).addListener(done -> left(size));
  }

  private void left(int size) {
    waiting -= size;
    if (full && waiting <= MOST_BYTES / 2) {
      full = false;
      if (!closed) {
        listener.writabilityChanged();
      }
    }
  }

  @Override
  public void flush() {
    if (!closed) {
      server.flush();
    }
  }

  @Override
  public boolean writable() {
    full |= waiting > MOST_BYTES;
    return !full;
  }

  // From the server.

  /** A head came, or trailers. */
  void received(Http2Headers fields, boolean ends) {
    if (closed) {
      responseEnded |= ends;
    } else if (responseBegun) {
      trailers(fields, ends);
    } else {
      head(fields, ends);
    }
  }

  private void head(Http2Headers fields, boolean ends) {
    StreamResponse written = server.response();
    Refusal refusal = written.write(fields, ends, toHead);
    if (refusal != null) {
      broken("the server's response can't be passed on: " + refusal.sentence());
      return;
    }
    if (!written.interim()) {
      responseBegun = true;
      chunked = written.chunked();
      toCome = written.length();
      responseEnded = ends;
    }
    pass(copy(written.bytes()));
  }

  private void trailers(Http2Headers fields, boolean ends) {
    StreamResponse written = server.response();
    if (!ends || toCome > 0 || !written.writeTrailers(fields)) {
      broken("the server's trailers can't be passed on");
      return;
    }
    responseEnded = true;
    if (chunked) {
      pass(copy(written.bytes()));
    }
  }

  private static ByteBuf copy(HeadBytes bytes) {
    return ByteBufAllocator.DEFAULT
        .buffer(bytes.length())
        .writeBytes(bytes.array(), 0, bytes.length());
  }

  /**
   * A part of the body came.
   *
   * @return how much of the window it takes no more
   */
  int received(ByteBuf data, int flow, boolean ends) {
    int size = data.readableBytes();
    if (closed) {
      responseEnded |= ends;
      return flow;
    }
    boolean fits = toCome < 0 || (size <= toCome && (!ends || size == toCome));
    if (!responseBegun || !fits) {
      broken("the server's body is not as long as it said");
      return flow;
    }
    toCome -= toCome < 0 ? 0 : size;
    responseEnded = ends;
    if (chunked) {
      pass(chunk(data, ends));
    } else if (size > 0) {
      pass(data.retainedSlice());
    }
    if (reading || closed) {
      return flow;
    }
    unconsumed += flow;
    return 0;
  }

  private static ByteBuf chunk(ByteBuf data, boolean ends) {
    int size = data.readableBytes();
    byte[] head = (Integer.toHexString(size) + "\r\n").getBytes(US_ASCII);
    ByteBuf chunk =
        ByteBufAllocator.DEFAULT.buffer(head.length + size + CRLF.length + LAST_CHUNK.length);
    if (size > 0) {
      chunk.writeBytes(head).writeBytes(data, data.readerIndex(), size).writeBytes(CRLF);
    }
    return ends ? chunk.writeBytes(LAST_CHUNK) : chunk;
  }

  private void pass(ByteBuf bytes) {
    unread = true;
    listener.received(bytes);
  }

  /** That was all for now. */
  void readComplete() {
    if (unread && !closed) {
      unread = false;
      listener.readComplete();
    }
  }

  /** The server, or who looks after its frames, ended it. */
  void lost(String why, boolean untouched) {
    if (!closed) {
      closed = true;
      listener.failed(new ServerStreamException(why, untouched));
      listener.closed();
    }
  }

  /** Its connection is gone. */
  void gone(Throwable why) {
    if (!closed) {
      closed = true;
      listener.failed(why);
      listener.closed();
    }
  }

  private void broken(String why) {
    server.reset(this, Http2Error.PROTOCOL_ERROR);
    lost(why, false);
  }

  @Override
  public void read(boolean wanted) {
    reading = wanted;
    if (wanted && unconsumed > 0) {
      int size = unconsumed;
      unconsumed = 0;
      server.consumed(id, size);
    }
  }

  @Override
  public boolean open() {
    // It takes one request only.
    return !closed && unused() && server.open();
  }

  @Override
  public boolean inputEnded() {
    return false;
  }

  @Override
  public void endsOneSideAtATime() {
    throw new IllegalStateException("no stream is a tunnel");
  }

  @Override
  public void endAfterAll() {
    throw new IllegalStateException("no stream is a tunnel");
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      server.leave(this);
      listener.closed();
    }
  }

  @Override
  public void closeAfterAll() {
    close();
  }

  @Override
  public void reset() {
    close();
  }

  @Override
  public long bufferedBytes() {
    return waiting;
  }

  @Override
  public long left() {
    return written - waiting;
  }
}
