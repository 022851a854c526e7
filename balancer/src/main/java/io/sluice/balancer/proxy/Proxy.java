package io.sluice.balancer.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.sluice.balancer.pool.Routing;
import io.sluice.balancer.pool.Target;
import io.sluice.schemas.id.ServerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** The running data path: listens, and passes requests on to the servers of the snapshot. */
public final class Proxy implements AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final Duration POLL = Duration.ofMillis(10);

  private final ProxyConfig config;
  private final MultiThreadIoEventLoopGroup group;
  private final Map<EventExecutor, Loop> loops = new java.util.LinkedHashMap<>();
  private final List<Channel> listeners = new ArrayList<>();
  private final Sockets sockets;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Starts to listen.
   *
   * @param routing gives the latest snapshot; read once per request, by every loop
   * @param observations is told what happens to servers
   * @throws ProxyException if the port is taken or the transport is not there
   */
  public Proxy(ProxyConfig config, Supplier<Routing> routing, Observations observations) {
    this.config = config;
    this.sockets = Sockets.of(config.transport());
    var threads = new DefaultThreadFactory("balancer-loop", true);
    this.group = new MultiThreadIoEventLoopGroup(config.loops(), threads, sockets.handler());
    var surroundings = new Loop.Surroundings(routing, observations);
    for (EventExecutor executor : group) {
      loops.put(
          executor, new Loop((EventLoop) executor, loops.size(), config, sockets, surroundings));
    }
    try {
      listen();
    } catch (RuntimeException failed) {
      closeNow();
      throw failed;
    }
    loops.values().forEach(Loop::start);
  }

  private void listen() {
    if (!sockets.reusePort()) {
      listeners.add(bind(config.port(), loops.values().iterator().next()));
      return;
    }
    requireFree();
    int port = config.port();
    for (Loop loop : loops.values()) {
      Channel listener = bind(port, loop);
      listeners.add(listener);
      port = ((InetSocketAddress) listener.localAddress()).getPort();
    }
  }

  /** Sockets that share a port also share it with another process: so we look before. */
  private void requireFree() {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(config.host(), config.port()));
    } catch (IOException taken) {
      throw taken(taken);
    }
  }

  private Channel bind(int port, Loop loop) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .channel(sockets.listener())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Loop.WATER_MARK)
            .childHandler(accepted());
    if (sockets.reusePort()) {
      bootstrap.group(loop.eventLoop()).option(UnixChannelOption.SO_REUSEPORT, true);
    } else {
      bootstrap.group(loop.eventLoop(), group);
    }
    var bound = bootstrap.bind(config.host(), port).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw taken(bound.cause());
    }
    return bound.channel();
  }

  private ProxyException taken(Throwable cause) {
    return new ProxyException(
        "traffic port %d on %s: %s, expected a free port"
            .formatted(config.port(), config.host(), cause.getMessage()),
        cause);
  }

  private ChannelInitializer<SocketChannel> accepted() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(SocketChannel channel) {
        Loop loop = loops.get(channel.eventLoop());
        if (loop == null) {
          throw new IllegalStateException("connection on a loop that is not ours");
        }
        channel.pipeline().addLast(new ClientConnection(loop, channel));
      }
    };
  }

  /** Where it listens, with the port that was really taken. */
  public InetSocketAddress address() {
    return (InetSocketAddress) listeners.getFirst().localAddress();
  }

  /** What was counted since the start, over all loops. */
  public Map<Count, Long> counts() {
    Map<Count, Long> sums = new EnumMap<>(Count.class);
    for (Count count : Count.values()) {
      sums.put(count, loops.values().stream().mapToLong(loop -> loop.counters().get(count)).sum());
    }
    return sums;
  }

  /** Requests that are under way to the server. */
  public int inFlight(ServerId server) {
    return Math.toIntExact(sum(loop -> loop.upstreams().inFlight(server)));
  }

  /** Client connections that are open. */
  public int openConnections() {
    return Math.toIntExact(sum(Loop::openClients));
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
    if (closed.getAndSet(true)) {
      return;
    }
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
    loops.values().forEach(loop -> loop.eventLoop().execute(loop::beginClosing));
    long end = System.nanoTime() + grace.toNanos();
    while (openConnections() > 0 && System.nanoTime() - end < 0) {
      java.util.concurrent.locks.LockSupport.parkNanos(POLL.toNanos());
    }
    loops.values().forEach(loop -> loop.eventLoop().submit(loop::closeNow).awaitUninterruptibly());
    closeNow();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }

  private void closeNow() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
