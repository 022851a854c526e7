package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection on which HTTP/2 is spoken: many requests at once, each a {@link
 * ClientStream}. Netty reads and writes frames, keeps windows and compresses heads; what heads
 * mean, and how much of what leads to nothing is borne, is decided here.
 *
 * <pre>
 *   OPEN ──leaving──▶ WARNED ──2 s──▶ LAST (no further streams) ──last stream ends──▶ ENDED
 *   ENDED (our side; what still comes is thrown away) ──the client ends, or lingers──▶ closed
 * </pre>
 */
final class Http2Client implements Client {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Client.class);

  /** Above this much on its way over all streams, no server is read for any of them. */
  private static final long WAITING_MAX_BYTES = 1024 * 1024;

  /** So many streams' uploads may wait for slow servers before the others have to. */
  private static final int WINDOWS_PER_CONNECTION = 4;

  private static final int HEADER_TABLE_BYTES = 4096;

  private final int number;
  private final Loop loop;
  private final Wire wire;
  private final SocketChannel channel;
  private final Hop hop;
  private final Http2Codec codec;
  private final StreamHead streamHead = new StreamHead();
  private final IntObjectMap<ClientStream> open = new IntObjectHashMap<>();
  private final ArrayDeque<ClientStream> free = new ArrayDeque<>();
  private final IntObjectMap<Outflow> draining = new IntObjectHashMap<>();
  private final FrameBudget budget;
  private boolean begun;
  private boolean settled;
  private boolean warned;
  private boolean last;
  private boolean closed;
  private long waiting;
  private long idleSinceNanos;
  private long endedNanos;

  /**
   * A connection that speaks HTTP/2 from now on.
   *
   * @param wire the channel as a wire
   */
  Http2Client(Loop loop, Wire wire, SocketChannel channel, Hop hop) {
    this.number = loop.clients().number();
    this.loop = loop;
    this.wire = wire;
    this.channel = channel;
    this.hop = hop;
    this.budget = new FrameBudget(loop.nowNanos());
    this.idleSinceNanos = loop.nowNanos();
    this.codec = Http2Codec.of(this, loop.config());
    codec.connection().addListener(new Closings());
  }

  /** What Netty calls for it. */
  ChannelHandler handler() {
    return codec;
  }

  /** It is in its pipeline. */
  void begin(ChannelHandlerContext ctx) throws Http2Exception {
    codec.begin(ctx);
    begun = true;
    loop.counters().add(Count.HTTP2_CONNECTIONS);
    channel.config().setAutoRead(true);
    int window = loop.config().listener().http2().windowBytes() * WINDOWS_PER_CONNECTION;
    codec
        .connection()
        .local()
        .flowController()
        .incrementWindowSize(
            codec.connection().connectionStream(), window - Http2Config.WINDOW_LEAST_BYTES);
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
        // Not at once: it may be in the middle of writing to this very stream.
        loop.eventLoop().execute(() -> lost(stream.id(), mine));
      }
    }

    private void lost(int id, ClientStream stream) {
      if (open.get(id) == stream) {
        stream.cancelled();
        ended(stream);
      }
    }
  }

  Http2Codec codec() {
    return codec;
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
    if (closed) {
      return;
    }
    ClientStream known = open.get(id);
    if (known != null) {
      known.receivedTrailers(fields, ends);
      return;
    }
    Http2Stream stream = codec.connection().stream(id);
    if (stream == null || stream.isHeadersSent()) {
      // Trailers of a request that was answered already.
      return;
    }
    Http2Config config = loop.config().listener().http2();
    boolean tooMany = codec.connection().numActiveStreams() > config.streamsMax();
    if (tooMany || loop.refusing()) {
      spend(FrameBudget.REQUEST_COST);
      codec.reset(id, Http2Error.REFUSED_STREAM);
      codec.flush();
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
      spend(draining.containsKey(id) ? FrameBudget.REQUEST_COST : FrameBudget.FRAME_COST);
    }
  }

  /** The client broke a rule, for which Netty resets the stream. */
  void broke(int id) {
    boolean ours = open.containsKey(id) || draining.containsKey(id);
    charge(ours ? FrameBudget.REQUEST_COST : FrameBudget.FRAME_COST);
  }

  /** The client said how it wants to be spoken to. */
  void settings() throws Http2Exception {
    // As much as is remembered for it costs us memory, too.
    var table = codec.encoder().configuration().headersConfiguration();
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
    charge(FrameBudget.FRAME_COST);
  }

  /** Takes the cost of what the client provoked; who provokes too much has to go. */
  void charge(int cost) {
    try {
      spend(cost);
    } catch (Http2Exception tooMuch) {
      codec.onError(tooMuch);
    }
  }

  private void spend(int cost) throws Http2Exception {
    if (!budget.spend(cost, loop.nowNanos())) {
      throw Http2Exception.connectionError(
          Http2Error.ENHANCE_YOUR_CALM, "too much that leads to nothing");
    }
  }

  // What streams ask for.

  /** Something was done that had to be done for the client. */
  void earn(int amount) {
    budget.earn(amount);
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

  /** The stream was reset; what of it is in the channel already has to leave, like any. */
  void giveUp(Outflow out) {
    if (out.waiting() > 0) {
      out.giveUp(loop);
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
    if (!closed && idle()) {
      idleSinceNanos = loop.nowNanos();
      if ((last || loop.refusing())) {
        closeAfterAll();
      }
    }
  }

  // What the loop asks for.

  private List<ClientStream> streams() {
    return new ArrayList<>(open.values());
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public void sweep(long nowNanos) {
    streams().forEach(stream -> stream.sweep(nowNanos));
    for (Outflow out : List.copyOf(draining.values())) {
      if (out.tooSlow(nowNanos)) {
        if (out.givenUp()) {
          // It reads nothing at all: not even the reset reaches it.
          reset();
          return;
        }
        loop.counters().add(Count.CLIENT_TIMEOUTS);
        out.giveUp(loop);
        codec.reset(out.id(), Http2Error.CANCEL);
        codec.flush();
      }
    }
    if (idle() && nowNanos - idleSinceNanos >= idleMax().toNanos()) {
      if (closed) {
        close();
      } else {
        closeIdle();
      }
    }
  }

  private Duration idleMax() {
    var timeouts = loop.config().timeouts();
    if (closed) {
      return timeouts.linger();
    }
    return settled ? timeouts.keepAliveIdle() : timeouts.clientHead();
  }

  @Override
  public boolean idle() {
    return open.isEmpty() && draining.isEmpty();
  }

  @Override
  public void lastRequest() {
    if (warned || closed || !begun) {
      return;
    }
    warned = true;
    // Streams may be on their way: the number of the last one is said once they are here.
    codec.goAway(Integer.MAX_VALUE);
    var _ =
        loop.eventLoop()
            .schedule(this::noMoreStreams, Loop.SILENT_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void noMoreStreams() {
    if (!closed) {
      sayLast();
      closeIfOver();
    }
  }

  @Override
  public void closeIdle() {
    if (!closed) {
      sayLast();
    }
    closeIfOver();
  }

  private void sayLast() {
    if (!last) {
      last = true;
      codec.goAway(codec.connection().remote().lastStreamCreated());
    }
  }

  /**
   * Ends our side only. Clients go on sending windows and pings while they read the last response:
   * a socket that is closed meanwhile answers them by a reset, which throws away what has not
   * arrived yet.
   */
  private void closeAfterAll() {
    sayLast();
    closed = true;
    endedNanos = loop.nowNanos();
    idleSinceNanos = endedNanos;
    wire.endAfterAll();
  }

  /** Whether what comes is thrown away. Who still sends still reads, and is waited for a while. */
  boolean discards() {
    long now = loop.nowNanos();
    if (closed && now - endedNanos < loop.config().timeouts().bodyIdle().toNanos()) {
      idleSinceNanos = now;
    }
    return closed;
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
