package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.sluice.balancer.http.ChunkedBody;
import io.sluice.balancer.http.StreamResponse;
import io.sluice.balancer.limit.FrameBudget;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server on which HTTP/2 is spoken: many requests at once, each a {@link
 * ServerStream}. It counts as made once the server has said its settings, so that no more streams
 * are begun than it allows, and that a server which speaks something else is found out before a
 * request is sent.
 *
 * <pre>
 *   MAKING ──SETTINGS──▶ READY ◀──answer── ASKED (was idle: is it still there?)
 *     │                  │   └──────────────▲
 *     ▼                  ▼ GOAWAY, or not needed any more
 *   CLOSED ◀──────── LEAVING (its last streams go on)
 * </pre>
 */
final class Http2Server {
  /** Streams of one connection: more of them would wait for each other's bytes. */
  static final int STREAMS_MAX = 128;

  /** How much of a response may come before it is passed on. */
  static final int WINDOW_BYTES = 128 * 1024;

  /** Quiet for longer, with streams open, it is asked: servers of gRPC allow for every five. */
  private static final Duration PING_AFTER = Duration.ofMinutes(6);

  private static final Duration PING_MAX = Duration.ofSeconds(20);

  /** For a server to say that a response ends, all of which is there. */
  private static final Duration ENDING_MAX = Duration.ofSeconds(1);

  private final Http2Connector connector;
  private final ServerSlot slot;
  private final ProxyConfig config;
  private final Http2ServerCodec codec;
  private final StreamResponse response = new StreamResponse();
  private final FrameBudget budget;
  private final ArrayDeque<Order> orders = new ArrayDeque<>();
  private final IntObjectMap<ServerStream> open = new IntObjectHashMap<>();
  private final Set<ServerStream> unused = new LinkedHashSet<>();

  /** Streams whose response is whole, and whose end the server has not said yet. */
  private final IntObjectMap<ServerStream> ending = new IntObjectHashMap<>();

  private State state = State.MAKING;
  private Optional<Throwable> failure = Optional.empty();
  private long sinceNanos;
  private long heardNanos;

  /** When it was asked whether it is there; meaningful while it is {@link #asked}. */
  private long askedNanos;

  private boolean asked;

  private enum State {
    MAKING,
    READY,
    ASKED,
    LEAVING,
    CLOSED
  }

  /** A stream that somebody waits for. */
  record Order(
      InetSocketAddress address,
      UpstreamConnection connection,
      Consumer<Optional<Throwable>> whenDone) {}

  Http2Server(Http2Connector connector, ServerSlot slot, ProxyConfig config) {
    long now = System.nanoTime();
    this.connector = connector;
    this.slot = slot;
    this.config = config;
    this.budget = new FrameBudget(now);
    this.sinceNanos = now;
    this.heardNanos = now;
    this.codec = Http2ServerCodec.of(this, config);
  }

  Http2ServerCodec codec() {
    return codec;
  }

  ServerSlot slot() {
    return slot;
  }

  StreamResponse response() {
    return response;
  }

  // Streams are asked for.

  /** Whether one more stream can be had, now or once it is known how many. */
  boolean takes() {
    return switch (state) {
      case MAKING -> orders.size() < STREAMS_MAX;
      case READY, ASKED -> streams() + orders.size() < max();
      case LEAVING, CLOSED -> false;
    };
  }

  private int streams() {
    return codec.connection().local().numActiveStreams() + unused.size();
  }

  private int max() {
    return Math.min(STREAMS_MAX, codec.connection().local().maxActiveStreams());
  }

  /** Gives a stream, now or later. */
  void take(Order order, long nowNanos) {
    orders.addLast(order);
    boolean idle = streams() == 0 && orders.size() == 1;
    if (state == State.READY && idle && nowNanos - heardNanos >= reuseNanos()) {
      // A request that can't be repeated must not go into a connection that may be gone.
      state = State.ASKED;
      ping(nowNanos);
    }
    serve();
  }

  private long reuseNanos() {
    return config.timeouts().unsafeReuse().toNanos();
  }

  private void serve() {
    while (state == State.READY && !orders.isEmpty()) {
      Order order = orders.removeFirst();
      if (streams() >= max()) {
        connector.place(order);
        continue;
      }
      ServerStream stream =
          new ServerStream(this, order.connection(), new ChunkedBody(config.heads()));
      unused.add(stream);
      order.whenDone().accept(Optional.empty());
    }
  }

  private void placeElsewhere() {
    List<Order> waiting = new ArrayList<>(orders);
    orders.clear();
    waiting.forEach(connector::place);
  }

  // What streams ask for.

  /** Begins a stream; gives its number. */
  int begin(ServerStream stream, Http2Headers fields, boolean ends) {
    unused.remove(stream);
    int id = codec.connection().local().incrementAndGetNextStreamId();
    if (id < 0) {
      // All numbers are used up: another connection has new ones.
      leave();
      later(() -> stream.lost("the connection has no further streams", true));
      return Integer.MAX_VALUE;
    }
    open.put(id, stream);
    var _ = codec.writeHead(id, fields, ends);
    if (codec.connection().stream(id) == null) {
      open.remove(id);
      later(() -> stream.lost("the connection takes no further streams", true));
    }
    return id;
  }

  private void later(Runnable action) {
    connector.eventLoop().execute(action);
  }

  ChannelFuture data(int id, ByteBuf bytes, boolean ends) {
    // Windows and pings of a server come with what it reads.
    budget.earn(4);
    return codec.writeBody(id, bytes, ends);
  }

  void trailers(int id, Http2Headers fields) {
    var _ = codec.writeHead(id, fields, true);
  }

  void flush() {
    codec.flush();
  }

  void consumed(int id, int size) {
    codec.consumed(id, size);
  }

  boolean open() {
    return switch (state) {
      case READY, ASKED, LEAVING -> true;
      case MAKING, CLOSED -> false;
    };
  }

  /** The stream has nothing more to do here. */
  void leave(ServerStream stream) {
    if (stream.unused()) {
      unused.remove(stream);
    } else if (!stream.ended() && stream.whole() && stream.requestEnded()) {
      ending.put(stream.id(), stream);
      var _ = open.remove(stream.id());
      sinceNanos = System.nanoTime();
      return;
    } else if (!stream.ended()) {
      reset(stream, stream.whole() ? Http2Error.NO_ERROR : Http2Error.CANCEL);
    } else {
      var _ = open.remove(stream.id());
    }
    settle();
  }

  void reset(ServerStream stream, Http2Error error) {
    var _ = open.remove(stream.id());
    codec.reset(stream.id(), error);
  }

  /** Notes that a stream has ended, which may have been the last one. */
  private void settle() {
    if (open.isEmpty() && unused.isEmpty()) {
      sinceNanos = System.nanoTime();
      if (state == State.LEAVING && ending.isEmpty()) {
        codec.close();
      }
    }
  }

  // What the server says.

  /** Its settings came. */
  void settings() {
    codec.limitTable();
    if (state != State.MAKING) {
      charge(FrameBudget.FRAME_COST);
      serve();
      return;
    }
    if (max() <= 0) {
      fail(new ConnectException("the server takes no streams of HTTP/2"));
      return;
    }
    state = State.READY;
    connector.made();
    serve();
  }

  void head(int id, Http2Headers fields, boolean ends) {
    ServerStream stream = stream(id);
    if (stream != null) {
      budget.earn(2);
      stream.received(fields, ends);
      over(id, ends);
    }
  }

  int body(int id, ByteBuf data, int padding, boolean ends) {
    int flow = data.readableBytes() + padding;
    if (!data.isReadable() && !ends) {
      charge(FrameBudget.FRAME_COST);
    }
    ServerStream stream = stream(id);
    if (stream == null) {
      return flow;
    }
    budget.earn(2);
    int consumed = stream.received(data, flow, ends);
    over(id, ends);
    return consumed;
  }

  private @Nullable ServerStream stream(int id) {
    ServerStream stream = open.get(id);
    return stream == null ? ending.get(id) : stream;
  }

  private void over(int id, boolean ends) {
    if (ends) {
      ServerStream early = open.get(id);
      if (early != null) {
        // Only what is not as long as was said is not over with its end.
        early.lost("the response ended before its body was whole", false);
        var _ = open.remove(id);
      }
      var _ = ending.remove(id);
      settle();
    }
  }

  /** A stream is reset. */
  void reset(int id, long code) {
    var _ = ending.remove(id);
    ServerStream stream = open.remove(id);
    if (stream != null) {
      boolean untouched = code == Http2Error.REFUSED_STREAM.code();
      stream.lost("the server reset the stream: " + name(code), untouched);
    } else {
      charge(FrameBudget.FRAME_COST);
    }
    settle();
  }

  private static String name(long code) {
    Http2Error known = code >= 0 && code <= 0xd ? Http2Error.valueOf(code) : null;
    return known == null ? "error " + code : known.name();
  }

  /** A stream ended in Netty's eyes, which may be since the server broke a rule. */
  void closed(int id) {
    ServerStream stream = open.get(id);
    if (stream != null) {
      // Not at once: it may be in the middle of writing to this very stream.
      later(() -> {
        if (open.get(id) == stream) {
          var _ = open.remove(id);
          stream.lost("the stream broke a rule of HTTP/2", false);
          settle();
        }
      });
    }
  }

  /** The server takes no streams behind this one. */
  void goAway(int last) {
    leave();
    for (ServerStream stream : new ArrayList<>(open.values())) {
      if (stream.id() > last) {
        var _ = open.remove(stream.id());
        // Not at once: Netty is in the middle of ending them.
        later(() -> stream.lost("the server goes away", true));
      }
    }
    later(this::settle);
  }

  /** Takes no further streams; those that are open go on. */
  private void leave() {
    if (state != State.CLOSED) {
      state = State.LEAVING;
      connector.forget(this);
      List.copyOf(unused).forEach(ServerStream::close);
      placeElsewhere();
    }
  }

  void pinged(long nowNanos) {
    asked = false;
    heardNanos = nowNanos;
    if (state == State.ASKED) {
      state = State.READY;
    }
    serve();
  }

  private void ping(long nowNanos) {
    if (!asked) {
      asked = true;
      askedNanos = nowNanos;
      codec.ping();
    }
  }

  /** It says something, whatever it is. */
  void heard() {
    heardNanos = System.nanoTime();
    slot.heard();
  }

  void readComplete() {
    List.copyOf(open.values()).forEach(ServerStream::readComplete);
  }

  /** Takes the cost of what the server provoked, which has to end if that is too much. */
  void charge(int cost) {
    if (state != State.CLOSED && !budget.spend(cost, System.nanoTime())) {
      failed(new IOException("the server sends too much that leads to nothing"));
      codec.calm();
      gone();
    }
  }

  // How it ends.

  /** Why it will end is known before it does. */
  void failed(Throwable why) {
    if (failure.isEmpty()) {
      failure = Optional.of(why);
    }
  }

  private void fail(Throwable why) {
    failed(why);
    codec.close();
    gone();
  }

  /** The connection is closed, or did not come about. */
  void gone() {
    if (state == State.CLOSED) {
      return;
    }
    boolean made = state != State.MAKING;
    state = State.CLOSED;
    connector.forget(this);
    Throwable why = failure.orElseGet(() -> new IOException("the server closed the connection"));
    if (made) {
      placeElsewhere();
    } else {
      List<Order> inVain = new ArrayList<>(orders);
      orders.clear();
      inVain.forEach(order -> order.whenDone().accept(Optional.of(why)));
    }
    List<ServerStream> streams = new ArrayList<>(open.values());
    streams.addAll(unused);
    open.clear();
    unused.clear();
    ending.clear();
    streams.forEach(stream -> stream.gone(why));
  }

  /** Whether nothing of it is left. */
  boolean over() {
    return state == State.CLOSED;
  }

  /** Acts if it is time; called ten times a second. */
  void sweep(long nowNanos) {
    switch (state) {
      case MAKING -> {
        if (nowNanos - sinceNanos >= config.timeouts().connect().toNanos()) {
          fail(new ConnectException("the server did not begin to speak HTTP/2 in time"));
        }
      }
      case ASKED -> {
        if (nowNanos - askedNanos >= config.timeouts().connect().toNanos()) {
          fail(new IOException("the server did not answer a ping in time"));
        }
      }
      case READY, LEAVING -> look(nowNanos);
      case CLOSED -> {}
    }
  }

  private void look(long nowNanos) {
    if (!ending.isEmpty() && nowNanos - sinceNanos >= ENDING_MAX.toNanos()) {
      List<ServerStream> late = new ArrayList<>(ending.values());
      ending.clear();
      late.forEach(stream -> codec.reset(stream.id(), Http2Error.NO_ERROR));
      settle();
    }
    if (open.isEmpty() && unused.isEmpty()) {
      long idleMax = config.timeouts().upstreamIdle().toNanos();
      if (!slot.routable() || nowNanos - sinceNanos >= idleMax) {
        leave();
        codec.close();
      }
    } else if (asked && nowNanos - askedNanos >= PING_MAX.toNanos()) {
      fail(new IOException("the server did not answer a ping in time"));
    } else if (nowNanos - heardNanos >= PING_AFTER.toNanos()) {
      ping(nowNanos);
    }
  }
}
