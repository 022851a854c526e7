package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.ScheduledFuture;
import io.sluice.balancer.http.HeadBytes;
import io.sluice.balancer.http.RequestHead;
import io.sluice.balancer.http.ResponseHead;
import io.sluice.balancer.pick.RoundRobin;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.retry.RetryBudget;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One event loop with all that belongs to it alone: connections, counters, scratch memory. */
final class Loop {
  /** Above the high mark a side that can't keep up makes the other one wait. */
  static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 128 * 1024);

  static final long SWEEP_MILLIS = 100;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private final EventLoop eventLoop;
  private final ProxyConfig config;
  private final Supplier<Routing> routing;
  private final Observations observations;
  private final Counters counters = new Counters();
  private final Upstreams upstreams;
  private final RetryBudget retryBudget;
  private final Waiting waiting = new Waiting();
  private final RequestHead requestHead;
  private final ResponseHead responseHead;
  private final HeadBytes out = new HeadBytes();
  private final byte[] scratch;
  private final byte[] requestId = new byte[32];
  private final SplittableRandom random = new SplittableRandom();
  private final Set<ClientConnection> clients = new LinkedHashSet<>();
  private byte[] date = new byte[0];
  private long dateSecond;
  private @Nullable ScheduledFuture<?> sweeping;
  private boolean closing;

  Loop(
      EventLoop eventLoop,
      int number,
      ProxyConfig config,
      Sockets sockets,
      Surroundings surroundings) {
    this.eventLoop = eventLoop;
    this.config = config;
    this.routing = surroundings.routing();
    this.observations = surroundings.observations();
    this.upstreams = new Upstreams(this, new RoundRobin(number), sockets);
    this.retryBudget = new RetryBudget(config.retryBudget().dividedBy(config.loops()), nowNanos());
    this.requestHead = new RequestHead(config.heads());
    this.responseHead = new ResponseHead(config.heads());
    this.scratch = new byte[config.heads().headMaxBytes() + 1];
  }

  /**
   * What the data path is connected with.
   *
   * @param routing gives the latest snapshot; called once per request
   * @param observations is told what happens to servers
   */
  record Surroundings(Supplier<Routing> routing, Observations observations) {}

  void start() {
    sweeping =
        eventLoop.scheduleAtFixedRate(
            this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    long now = nowNanos();
    List.copyOf(clients).forEach(client -> client.sweep(now));
    upstreams.sweep(now);
  }

  EventLoop eventLoop() {
    return eventLoop;
  }

  ProxyConfig config() {
    return config;
  }

  Routing routing() {
    return routing.get();
  }

  Observations observations() {
    return observations;
  }

  Counters counters() {
    return counters;
  }

  Upstreams upstreams() {
    return upstreams;
  }

  Waiting waiting() {
    return waiting;
  }

  RetryBudget retryBudget() {
    return retryBudget;
  }

  RequestHead requestHead() {
    return requestHead;
  }

  ResponseHead responseHead() {
    return responseHead;
  }

  HeadBytes out() {
    return out;
  }

  byte[] scratch() {
    return scratch;
  }

  long nowNanos() {
    return System.nanoTime();
  }

  /** Copies the readable bytes, as many as a head may have and one more, and says how many. */
  int toScratch(ByteBuf bytes) {
    int size = Math.min(bytes.readableBytes(), scratch.length);
    bytes.getBytes(bytes.readerIndex(), scratch, 0, size);
    return size;
  }

  /** A buffer with the head in {@link #out}, and room for this many bytes behind it. */
  ByteBuf outBuffer(int room) {
    return ByteBufAllocator.DEFAULT
        .directBuffer(out.length() + room)
        .writeBytes(out.array(), 0, out.length());
  }

  /** The value of {@code Date} now. */
  byte[] date() {
    long second = System.currentTimeMillis() / 1000;
    if (second != dateSecond) {
      dateSecond = second;
      date = DATE.format(Instant.ofEpochSecond(second)).getBytes(US_ASCII);
    }
    return date;
  }

  /** 128 random bits in hexadecimal; valid until the next call. */
  byte[] nextRequestId() {
    for (int half = 0; half < 2; half++) {
      long bits = random.nextLong();
      for (int i = 0; i < 16; i++) {
        requestId[half * 16 + i] = HEX[(int) (bits >>> (4 * i)) & 15];
      }
    }
    return requestId;
  }

  void opened(ClientConnection client) {
    counters.add(Count.CONNECTIONS);
    clients.add(client);
    if (closing) {
      client.socket().close();
    }
  }

  void closed(ClientConnection client) {
    clients.remove(client);
  }

  int openClients() {
    return clients.size();
  }

  boolean closing() {
    return closing;
  }

  /** Takes no more requests: connections close as soon as nothing is under way on them. */
  void beginClosing() {
    closing = true;
    List.copyOf(clients).stream()
        .filter(ClientConnection::idle)
        .forEach(client -> client.socket().close());
  }

  void closeNow() {
    List.copyOf(clients).forEach(client -> client.socket().close());
    upstreams.close();
    ScheduledFuture<?> present = sweeping;
    if (present != null) {
      present.cancel(false);
    }
  }

  long bufferedBytes() {
    return clients.stream().mapToLong(ClientConnection::bufferedBytes).sum();
  }
}
