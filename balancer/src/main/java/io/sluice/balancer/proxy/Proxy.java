package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import io.sluice.balancer.access.AccessFormat;
import io.sluice.balancer.access.AccessLog;
import io.sluice.balancer.access.AccessLogConfig;
import io.sluice.balancer.access.RequestError;
import io.sluice.balancer.http.Hop;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.balancer.spill.SpillRule;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The running data path: listens, and passes requests on to the servers of the snapshot. */
public final class Proxy implements AutoCloseable {
  /** Over which WebSockets are ended that outlast a hand-over. */
  static final Duration GOODBYES_MAX = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(10);

  private final MultiThreadIoEventLoopGroup group;
  private final Map<EventExecutor, Loop> loops = new java.util.LinkedHashMap<>();
  private final Listeners listeners;
  private final Occupancy occupancy = new Occupancy();
  private final Optional<Spill> spill;
  private final Optional<AccessLog> accessLog;
  private final Optional<Tls> tls;
  private final Names names = new Names();
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Starts to listen.
   *
   * @param routing gives the latest snapshot; read once per request, by every loop
   * @param observations is told what happens to servers
   * @throws ProxyException if the port is taken or the transport is not there
   */
  public Proxy(ProxyConfig config, Supplier<Routing> routing, Observations observations) {
    this(config, routing, observations, Optional.empty(), List.of());
  }

  /**
   * Starts to listen, or takes over the sockets of a predecessor, which are made use of from {@link
   * #accept} on.
   *
   * @param routing gives the latest snapshot; read once per request, by every loop
   * @param observations is told what happens to servers
   * @param spill which zone takes a request; empty: all servers are of one zone
   * @param inherited file descriptors of listening sockets; empty: it opens its own
   * @throws ProxyException if the port is taken, the sockets are of no use or the transport is not
   *     there
   */
  public Proxy(
      ProxyConfig config,
      Supplier<Routing> routing,
      Observations observations,
      Optional<SpillRule> spill,
      List<Integer> inherited) {
    Sockets sockets = Sockets.of(config.transport());
    this.spill = spill.map(Spill::new);
    this.tls = config.listener().tls().map(files -> new Tls(files, config.timeouts().clientHead()));
    var threads = new DefaultThreadFactory("balancer-loop", true);
    Turns.Factory turns = new Turns.Factory(sockets.handler(), Ticker.systemTicker());
    this.group = new MultiThreadIoEventLoopGroup(config.loops(), threads, turns);
    this.accessLog = accessLog(config.listener().accessLog());
    var surroundings =
        new Loop.Surroundings(routing, observations, occupancy, accessLog, this.spill, names);
    for (EventExecutor executor : group) {
      EventLoop eventLoop = (EventLoop) executor;
      Loop.Engine engine =
          new Loop.Engine(
              eventLoop,
              turns.of(eventLoop),
              new ChannelConnector(eventLoop, sockets, config.timeouts()),
              ByteBufAllocator.DEFAULT,
              new SplittableRandom());
      loops.put(executor, new Loop(engine, loops.size(), config, surroundings));
    }
    this.listeners = new Listeners(config, sockets, group, List.copyOf(loops.values()), accepted());
    try {
      if (inherited.isEmpty()) {
        listeners.open();
      } else {
        listeners.adopt(inherited);
      }
    } catch (RuntimeException failed) {
      closeNow();
      throw failed;
    }
    loops.values().forEach(Loop::start);
  }

  private static Optional<AccessLog> accessLog(AccessLogConfig config) {
    if (config.format() == AccessFormat.OFF) {
      return Optional.empty();
    }
    try {
      return Optional.of(new AccessLog(config));
    } catch (IOException failed) {
      throw new ProxyException(
          "access log %s: %s, expected a file that can be written"
              .formatted(config.file(), failed.getMessage()),
          failed);
    }
  }

  private ChannelInitializer<SocketChannel> accepted() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        Loop loop = loops.get(channel.eventLoop());
        if (loop == null) {
          throw new IllegalStateException("connection on a loop that is not ours");
        }
        InetSocketAddress local = channel.localAddress();
        InetSocketAddress remote = channel.remoteAddress();
        if (local == null || remote == null) {
          // It is gone already, and some transports don't remember who it was.
          var _ = channel.close();
          return;
        }
        begin(loop, channel, local, remote);
      }
    };
  }

  private void begin(
      Loop loop, SocketChannel channel, InetSocketAddress local, InetSocketAddress remote) {
    HopRules rules = loop.config().hops();
    Hop hop =
        new Hop(
            NetUtil.toAddressString(remote.getAddress()),
            NetUtil.toSocketAddressString(local),
            rules,
            tls.isPresent());
    ChannelPipeline pipeline = channel.pipeline();
    if (rules.proxyProtocol().contains(remote.getAddress())) {
      pipeline.addLast(new HAProxyMessageDecoder(), new ProxyHeader(hop));
    }
    tls.ifPresent(ending -> pipeline.addLast(ending.handler(channel.alloc())));
    pipeline.addLast(new ClientEvents(loop, hop));
  }

  /** Opens the access log's file anew: the one under its name may be another one by now. */
  public void reopenLog() {
    accessLog.ifPresent(AccessLog::reopen);
  }

  /** Looks at once at the files that it looks at now and then: log, certificate and key. */
  public void reload() {
    reopenLog();
    tls.ifPresent(Tls::look);
  }

  /** How many lines of the access log were lost, since they could not be written. */
  public long linesLost() {
    return accessLog.map(AccessLog::lost).orElse(0L);
  }

  /** Where it listens, with the port that was really taken. */
  public InetSocketAddress address() {
    return listeners.address();
  }

  /** Accepts connections on the sockets that were taken over. */
  public void accept() {
    listeners.accept();
  }

  /** The listening sockets' file descriptors; empty if the transport can't hand them over. */
  public List<Integer> sockets() {
    return listeners.descriptors();
  }

  /** Knows the addresses of servers that are reached by name. */
  public Names names() {
    return names;
  }

  /** What a gateway gave to each zone; empty: this is none. */
  public SortedMap<ZoneId, ZoneTraffic> zones() {
    return spill.map(spreading -> spreading.tallies().read()).orElseGet(TreeMap::new);
  }

  /** What was counted since the start, over all loops. */
  public Map<Count, Long> counts() {
    Map<Count, Long> sums = new EnumMap<>(Count.class);
    for (Count count : Count.values()) {
      sums.put(count, loops.values().stream().mapToLong(loop -> loop.counters().get(count)).sum());
    }
    return sums;
  }

  /** How often requests were not answered by a server to their end, by the reason. */
  public Map<RequestError, Long> errors() {
    Map<RequestError, Long> sums = new EnumMap<>(RequestError.class);
    for (RequestError error : RequestError.values()) {
      sums.put(error, loops.values().stream().mapToLong(loop -> loop.counters().get(error)).sum());
    }
    sums.remove(RequestError.NONE);
    return sums;
  }

  /** How long requests took on all servers, those that are gone included. */
  public Latencies latencies() {
    return loops.values().stream()
        .map(loop -> loop.latencies().read())
        .reduce(Latencies.NONE, Latencies::plus);
  }

  /** How long requests took on each server that is there. */
  public SortedMap<ServerId, Latencies> latenciesByServer() {
    SortedMap<ServerId, Latencies> all = new TreeMap<>();
    for (Loop loop : loops.values()) {
      loop.upstreams()
          .latencies()
          .forEach((server, latencies) -> all.merge(server, latencies, Latencies::plus));
    }
    return all;
  }

  /** Requests that are under way to the server. */
  public int inFlight(ServerId server) {
    return loops.values().stream().mapToInt(loop -> loop.upstreams().inFlight(server)).sum();
  }

  /** Requests that wait for a server. */
  public int waiting() {
    return occupancy.waiting();
  }

  /** Client connections that are open. */
  public int openConnections() {
    return occupancy.clients().get();
  }

  /** Bytes of heads and bodies that are held in memory, on both sides of all connections. */
  public long bufferedBytes() {
    return sum(Loop::bufferedBytes);
  }

  /**
   * Stops giving requests to the target, and runs the action once none is in flight to it. The
   * snapshot must not name the target any more.
   */
  public void drain(Target target, Runnable whenEmpty) {
    AtomicInteger busy = new AtomicInteger(loops.size());
    Runnable loopEmpty =
        () -> {
          if (busy.decrementAndGet() == 0) {
            whenEmpty.run();
          }
        };
    loops
        .values()
        .forEach(loop -> loop.eventLoop().execute(() -> loop.upstreams().drain(target, loopEmpty)));
  }

  /** Closes idle connections to a target that is gone; requests in flight may finish. */
  public void forget(Target target) {
    loops.values().forEach(loop -> loop.eventLoop().execute(() -> loop.upstreams().forget(target)));
  }

  private long sum(ToLongFunction<Loop> value) {
    List<Future<Long>> asked = new ArrayList<>();
    for (Loop loop : loops.values()) {
      asked.add(loop.eventLoop().submit(() -> value.applyAsLong(loop)));
    }
    return asked.stream().mapToLong(part -> part.awaitUninterruptibly().getNow()).sum();
  }

  /**
   * Stops to listen, and lets the requests under way finish.
   *
   * @param grace how long they may take; then their connections are cut off
   */
  public void close(Duration grace) {
    if (begin(Loop::beginClosing)) {
      if (grace.isPositive()) {
        onLoops(loop -> loop.sayGoodbye(grace.dividedBy(2), false));
      }
      awaitEnd(grace);
      end();
    }
  }

  /**
   * Leaves the port to a successor that accepts on the same sockets: every open connection may
   * still send its next request, and closes with the response to it; one that sends nothing closes
   * after {@link Loop#SILENT_MAX}.
   *
   * @param grace how long all of that may take; then connections are cut off, and WebSockets are
   *     ended within half as long again, at most {@link #GOODBYES_MAX}
   */
  public void leave(Duration grace) {
    if (begin(Loop::beginLeaving)) {
      awaitEnd(grace);
      Duration half = grace.dividedBy(2);
      Duration spread = half.compareTo(GOODBYES_MAX) < 0 ? half : GOODBYES_MAX;
      onLoops(loop -> loop.sayGoodbye(spread, true));
      awaitEnd(spread.plus(Loop.SILENT_MAX));
      end();
    }
  }

  /** Stops to listen; false if that was done before. */
  private boolean begin(Consumer<Loop> begin) {
    if (closed.getAndSet(true)) {
      return false;
    }
    listeners.close();
    onLoops(begin);
    return true;
  }

  private void onLoops(Consumer<Loop> action) {
    loops.values().forEach(loop -> loop.eventLoop().execute(() -> action.accept(loop)));
  }

  private void awaitEnd(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    while (openConnections() > 0 && System.nanoTime() - end < 0) {
      java.util.concurrent.locks.LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private void end() {
    loops.values().forEach(loop -> loop.eventLoop().submit(loop::closeNow).awaitUninterruptibly());
    closeNow();
    names.close();
    accessLog.ifPresent(AccessLog::close);
    tls.ifPresent(Tls::close);
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  private void closeNow() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
