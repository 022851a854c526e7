package io.sluice.balancer.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * The listening sockets: one per loop where loops can share a port, opened here or taken over from
 * a predecessor. A socket that is handed over is the same one in both processes, with one queue of
 * connections that nobody has accepted yet: so none of them is lost when one process closes it.
 */
final class Listeners {
  private static final int BACKLOG = 4096;

  /**
   * Connections accepted in one turn of a loop. A turn also serves every connection that has
   * something to say, and may take a tenth of a second: newcomers must not wait for many of them,
   * or the queue is full and the kernel refuses the next.
   */
  private static final int ACCEPTED_MAX = 1024;

  private final Endpoint endpoint;
  private final Sockets sockets;
  private final EventLoopGroup group;
  private final List<EventLoop> loops;
  private final ChannelHandler accepted;
  private final List<Channel> listeners = new ArrayList<>();

  /**
   * No sockets yet.
   *
   * @param accepted takes each connection, on a loop of the group
   */
  Listeners(
      Endpoint endpoint,
      Sockets sockets,
      EventLoopGroup group,
      List<EventLoop> loops,
      ChannelHandler accepted) {
    this.endpoint = endpoint;
    this.sockets = sockets;
    this.group = group;
    this.loops = List.copyOf(loops);
    this.accepted = accepted;
  }

  /**
   * Opens sockets, and accepts connections.
   *
   * @throws ProxyException if the port is taken
   */
  void open() {
    if (!sockets.reusePort()) {
      listeners.add(
          opened(
              bootstrap(loops.getFirst())
                  .channel(sockets.listener())
                  .bind(endpoint.host(), endpoint.port())));
      return;
    }
    requireFree();
    openOn(loops, endpoint.port());
  }

  private void openOn(List<EventLoop> some, int firstPort) {
    int port = firstPort;
    for (EventLoop loop : some) {
      Channel listener =
          opened(bootstrap(loop).channel(sockets.listener()).bind(endpoint.host(), port));
      listeners.add(listener);
      port = ((InetSocketAddress) listener.localAddress()).getPort();
    }
  }

  /** Sockets that share a port also share it with another process: so we look before. */
  private void requireFree() {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(endpoint.host(), endpoint.port()));
    } catch (IOException taken) {
      throw taken(taken);
    }
  }

  /**
   * Takes over the sockets of a predecessor; {@link #accept} makes use of them.
   *
   * @param descriptors their file descriptors in this process, at least one
   * @throws ProxyException if the transport can't take them
   */
  void adopt(List<Integer> descriptors) {
    for (int index = 0; index < descriptors.size(); index++) {
      int descriptor = descriptors.get(index);
      ServerBootstrap bootstrap =
          bootstrap(loops.get(index % loops.size()))
              .channelFactory(() -> new EpollServerSocketChannel(descriptor))
              .option(ChannelOption.AUTO_READ, false);
      listeners.add(opened(bootstrap.register()));
    }
  }

  /** Accepts connections on the sockets that were taken over; opens those that were not. */
  void accept() {
    if (listeners.isEmpty()) {
      open();
      return;
    }
    listeners.forEach(
        listener -> listener.eventLoop().execute(() -> listener.config().setAutoRead(true)));
    if (listeners.size() < loops.size()) {
      openOn(loops.subList(listeners.size(), loops.size()), address().getPort());
    }
  }

  private ServerBootstrap bootstrap(EventLoop loop) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, accepting())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Loop.WATER_MARK)
            .childHandler(accepted);
    if (sockets.reusePort()) {
      bootstrap.group(loop).option(UnixChannelOption.SO_REUSEPORT, true);
    } else {
      bootstrap.group(loop, group);
    }
    return bootstrap;
  }

  /**
   * How many connections a turn accepts. Epoll takes the descriptor of what was accepted for a
   * number of bytes, too few for more to be expected: left to that, it would accept one.
   */
  static RecvByteBufAllocator accepting() {
    return new ServerChannelRecvByteBufAllocator()
        .respectMaybeMoreData(false)
        .maxMessagesPerRead(ACCEPTED_MAX);
  }

  private Channel opened(ChannelFuture opening) {
    ChannelFuture done = opening.awaitUninterruptibly();
    if (!done.isSuccess()) {
      throw taken(done.cause());
    }
    return done.channel();
  }

  private ProxyException taken(Throwable cause) {
    return new ProxyException(
        "port %d on %s of listener %s: %s, expected a free port"
            .formatted(endpoint.port(), endpoint.host(), endpoint.name(), cause.getMessage()),
        cause);
  }

  /** Where they listen, with the port that was really taken. */
  InetSocketAddress address() {
    return (InetSocketAddress) listeners.getFirst().localAddress();
  }

  /** Their file descriptors in this process; empty if they can't be handed over. */
  List<Integer> descriptors() {
    List<Integer> descriptors = new ArrayList<>();
    for (Channel listener : listeners) {
      if (listener instanceof EpollServerSocketChannel epoll) {
        descriptors.add(epoll.fd().intValue());
      }
    }
    return List.copyOf(descriptors);
  }

  /** Closes them here; one that was handed over lives on there. */
  void close() {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
  }
}
