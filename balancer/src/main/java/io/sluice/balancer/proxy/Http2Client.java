package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.StreamHead;
import io.sluice.balancer.limit.FrameBudget;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection on which HTTP/2 is spoken: many requests at once, each a {@link
 * ClientStream}. Netty reads and writes frames, keeps windows and compresses heads; what heads
 * mean, and how much of what leads to nothing is borne, is decided here.
 *
 * <pre>
 *   OPEN ──leaving──▶ WARNED ──2 s──▶ LAST (no further streams) ──last stream ends──▶ closed
 * </pre>
 */
final class Http2Client implements Client {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Client.class);

  /** Above this much on its way over all streams, no server is read for any of them. */
  private static final long WAITING_MAX_BYTES = 1024 * 1024;

  /** So many streams' uploads may wait for slow servers before the others have to. */
  private static final int WINDOWS_PER_CONNECTION = 4;

  private static final int HEADER_TABLE_BYTES = 4096;

  private final Loop loop;
  private final SocketChannel channel;
  private final Hop hop;
  private final Http2ConnectionHandler handler;
  private final StreamHead streamHead = new StreamHead();
  private final IntObjectMap<ClientStream> open = new IntObjectHashMap<>();
  private final ArrayDeque<ClientStream> free = new ArrayDeque<>();
  private final IntObjectMap<Outflow> draining = new IntObjectHashMap<>();
  private final FrameBudget budget;
  private @Nullable ChannelHandlerContext context;
  private boolean settled;
  private boolean warned;
  private boolean last;
  private boolean closed;
  private boolean flushDue;
  private long waiting;
  private long idleSinceNanos;

  Http2Client(Loop loop, SocketChannel channel, Hop hop) {
    this.loop = loop;
    this.channel = channel;
    this.hop = hop;
    this.budget = new FrameBudget(loop.nowNanos());
    this.idleSinceNanos = loop.nowNanos();
    Http2Config config = loop.config().listener().http2();
    this.handler =
        new Http2ConnectionHandlerBuilder()
            .server(true)
            .initialSettings(
                new Http2Settings()
                    .maxConcurrentStreams(config.streamsMax())
                    .initialWindowSize(config.windowBytes())
                    .maxHeaderListSize(loop.config().heads().headMaxBytes()))
            // Those that are taken back cost more than a frame: they are counted here.
            .decoderEnforceMaxRstFramesPerWindow(0, 0)
            .decoderEnforceMaxConsecutiveEmptyDataFrames(0)
            .decoupleCloseAndGoAway(true)
            .frameListener(new Http2Frames(this))
            .build();
    handler.connection().addListener(new Closings());
  }

  /** What Netty calls for it. */
  ChannelHandler handler() {
    return handler;
  }

  /** It is in its pipeline. */
  void begin(ChannelHandlerContext ctx) throws Http2Exception {
    context = ctx;
    loop.counters().add(Count.HTTP2_CONNECTIONS);
    channel.config().setAutoRead(true);
    int window = loop.config().listener().http2().windowBytes() * WINDOWS_PER_CONNECTION;
    handler
        .connection()
        .local()
        .flowController()
        .incrementWindowSize(
            handler.connection().connectionStream(), window - Http2Config.WINDOW_LEAST_BYTES);
    ctx.flush();
    if (loop.closing()) {
      lastRequest();
    }
  }

  /** What ends by itself, in Netty's eyes. */
  private final class Closings extends Http2ConnectionAdapter {
    @Override
    public void onGoAwaySent(int lastStream, long code, ByteBuf why) {
      if (code == Http2Error.ENHANCE_YOUR_CALM.code()) {
        loop.counters().add(Count.HTTP2_FLOODS);
      }
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
      ClientStream mine = open.get(stream.id());
      if (mine != null) {
        mine.cancelled();
        ended(mine);
      }
    }
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext present = context;
    if (present == null) {
      throw new IllegalStateException("connection %s: not begun yet".formatted(channel));
    }
    return present;
  }

  StreamHead streamHead() {
    return streamHead;
  }

  /** A head came. */
  void head(int id, Http2Headers fields, boolean ends) throws Http2Exception {
    try {
      take(id, fields, ends);
    } catch (RuntimeException fault) {
      throw ours(fault);
    }
  }

  /** A fault of our own: the client has to go, so that at least it knows. */
  private Http2Exception ours(RuntimeException fault) {
    LOG.error("connection {} of a client failed by a fault of our own", channel, fault);
    return Http2Exception.connectionError(Http2Error.INTERNAL_ERROR, fault, "a fault of our own");
  }

  private void take(int id, Http2Headers fields, boolean ends) throws Http2Exception {
    ClientStream known = open.get(id);
    if (known != null) {
      known.receivedTrailers(fields, ends);
      return;
    }
    Http2Stream stream = handler.connection().stream(id);
    if (stream == null || stream.isHeadersSent()) {
      // Trailers of a request that was answered already.
      return;
    }
    Http2Config config = loop.config().listener().http2();
    boolean tooMany = handler.connection().numActiveStreams() > config.streamsMax();
    if (tooMany || loop.refusing()) {
      spend(FrameBudget.REQUEST_COST);
      reset(id, Http2Error.REFUSED_STREAM);
      flush();
      return;
    }
    ClientStream next = free.isEmpty() ? new ClientStream(loop, this, hop) : free.removeLast();
    open.put(id, next);
    next.begin(id, fields, ends);
  }

  /**
   * A part of a body came.
   *
   * @return how much of the window it takes no more
   */
  int body(int id, ByteBuf data, int padding, boolean ends) throws Http2Exception {
    int flow = data.readableBytes() + padding;
    if (!data.isReadable() && !ends) {
      spend(FrameBudget.FRAME_COST);
    }
    ClientStream stream = open.get(id);
    if (stream == null) {
      return flow;
    }
    try {
      stream.received(data, flow, ends);
    } catch (RuntimeException fault) {
      throw ours(fault);
    }
    return 0;
  }

  /** The client takes a request back. */
  void takenBack(int id) throws Http2Exception {
    ClientStream stream = open.get(id);
    if (stream != null) {
      stream.cancelled();
      ended(stream);
      spend(FrameBudget.REQUEST_COST);
    } else {
      spend(FrameBudget.FRAME_COST);
    }
  }

  /** The client said how it wants to be spoken to. */
  void settings() throws Http2Exception {
    // As much as is remembered for it costs us memory, too.
    var table = handler.encoder().configuration().headersConfiguration();
    table.maxHeaderTableSize(Math.min(table.maxHeaderTableSize(), HEADER_TABLE_BYTES));
    if (settled) {
      spend(FrameBudget.FRAME_COST);
    }
    settled = true;
  }

  /** A frame came that leads to nothing. */
  void idleFrame() throws Http2Exception {
    spend(FrameBudget.FRAME_COST);
  }

  /**
   * A frame came of a kind that nobody knows; the signature of who is told of it throws nothing.
   */
  void unknownFrame() {
    try {
      spend(FrameBudget.FRAME_COST);
    } catch (Http2Exception tooMuch) {
      handler.onError(context(), false, tooMuch);
    }
  }

  private void spend(int cost) throws Http2Exception {
    if (!budget.spend(cost, loop.nowNanos())) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "too much that leads to nothing");
    }
  }

  // What streams ask for.

  void consumed(int id, int size) {
    Http2Stream stream = handler.connection().stream(id);
    if (stream == null) {
      return;
    }
    try {
      if (handler.connection().local().flowController().consumeBytes(stream, size)) {
        flush();
      }
    } catch (Http2Exception fault) {
      handler.onError(context(), true, fault);
    }
  }

  void writeHead(int id, Http2Headers fields, boolean ends) {
    budget.earn(2);
    var _ = handler.encoder().writeHeaders(context(), id, fields, 0, ends, promise());
    flushDue = true;
  }

  void writeBody(Outflow out, ByteBuf bytes, boolean ends) {
    budget.earn(2 + bytes.readableBytes() / 1024);
    ChannelPromise promise = promise();
    promise.addListener(out.written(bytes.readableBytes(), this));
    var _ = handler.encoder().writeData(context(), out.id(), bytes, 0, ends, promise);
    flushDue = true;
  }

  void writeEnd(Outflow out) {
    writeBody(out, Unpooled.EMPTY_BUFFER, true);
  }

  void reset(int id, Http2Error error) {
    if (handler.connection().stream(id) != null) {
      var _ = handler.resetStream(context(), id, error.code(), promise());
      flushDue = true;
    }
  }

  private ChannelPromise promise() {
    return context().newPromise();
  }

  void flush() {
    if (flushDue || !closed) {
      flushDue = false;
      handler.flush(context());
    }
  }

  /** So much more waits to be sent; or less, below 0. */
  void waiting(int more) {
    boolean full = !roomy();
    waiting += more;
    if (full && roomy()) {
      streams().forEach(ClientStream::roomMade);
    }
  }

  /** Whether there is room for more, whichever stream's it is. */
  boolean roomy() {
    return waiting < WAITING_MAX_BYTES;
  }

  /** The stream is no more this one's. */
  void forget(int id) {
    var _ = open.remove(id);
  }

  /** The response was written to its end; the client may take its time to read it, but not any. */
  void drains(Outflow out) {
    if (out.waiting() > 0) {
      out.drains(loop);
      draining.put(out.id(), out);
    }
  }

  /** All of it has left, or never will. */
  void drained(Outflow out) {
    if (draining.remove(out.id()) != null) {
      closeIfOver();
    }
  }

  /** A stream ended; it may become another one. */
  void ended(ClientStream stream) {
    if (!closed && !free.contains(stream)) {
      free.addLast(stream);
    }
    closeIfOver();
  }

  private void closeIfOver() {
    if (idle()) {
      idleSinceNanos = loop.nowNanos();
      if (!closed && (last || loop.refusing())) {
        closeAfterAll();
      }
    }
  }

  // What the loop asks for.

  private List<ClientStream> streams() {
    return new ArrayList<>(open.values());
  }

  @Override
  public void sweep(long nowNanos) {
    streams().forEach(stream -> stream.sweep(nowNanos));
    for (Outflow out : List.copyOf(draining.values())) {
      if (out.tooSlow(nowNanos)) {
        loop.counters().add(Count.CLIENT_TIMEOUTS);
        reset(out.id(), Http2Error.CANCEL);
        flush();
      }
    }
    var timeouts = loop.config().timeouts();
    Duration most = settled ? timeouts.keepAliveIdle() : timeouts.clientHead();
    if (idle() && nowNanos - idleSinceNanos >= most.toNanos()) {
      if (closed) {
        close();
      } else {
        closeIdle();
        idleSinceNanos = nowNanos;
      }
    }
  }

  @Override
  public boolean idle() {
    return open.isEmpty() && draining.isEmpty();
  }

  @Override
  public void lastRequest() {
    if (warned || context == null) {
      return;
    }
    warned = true;
    // Streams may be on their way: the number of the last one is said once they are here.
    goAway(Integer.MAX_VALUE, Http2Error.NO_ERROR);
    var _ =
        loop.eventLoop()
            .schedule(this::noMoreStreams, Loop.SILENT_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void noMoreStreams() {
    if (!closed) {
      last = true;
      goAway(handler.connection().remote().lastStreamCreated(), Http2Error.NO_ERROR);
      closeIfOver();
    }
  }

  private void goAway(int lastStream, Http2Error why) {
    ChannelHandlerContext ctx = context();
    var _ = handler.goAway(ctx, lastStream, why.code(), Unpooled.EMPTY_BUFFER, ctx.newPromise());
    handler.flush(ctx);
  }

  @Override
  public void closeIdle() {
    if (!last && !closed) {
      last = true;
      goAway(handler.connection().remote().lastStreamCreated(), Http2Error.NO_ERROR);
    }
    closeIfOver();
  }

  private void closeAfterAll() {
    closed = true;
    var _ =
        channel
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
  }

  @Override
  public void close() {
    closed = true;
    var _ = channel.close();
  }

  @Override
  public void reset() {
    closed = true;
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.unsafe().close(channel.voidPromise());
    }
  }

  @Override
  public void cutOff() {
    close();
  }

  /** The connection is closed. */
  void gone() {
    closed = true;
    streams().forEach(ClientStream::cancelled);
    free.forEach(stream -> stream.exchange().closeOwn());
    free.clear();
  }

  @Override
  public void turnAway(Answer answer) {
    throw new IllegalStateException("who speaks HTTP/2 was let in before");
  }

  @Override
  public boolean turnedAway() {
    return false;
  }

  @Override
  public boolean tunnel() {
    return false;
  }

  @Override
  public void sayGoodbye() {
    // Each stream ends with its response.
  }

  @Override
  public long bufferedBytes() {
    long streams = streams().stream().mapToLong(ClientStream::bufferedBytes).sum();
    return streams + Buffers.outbound(channel);
  }
}
