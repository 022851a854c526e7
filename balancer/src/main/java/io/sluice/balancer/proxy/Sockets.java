package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * The classes of one transport.
 *
 * @param handler drives the sockets of a loop
 * @param listener a listening socket, where it is a channel
 * @param connection a connected socket, where it is a channel
 * @param reusePort whether every loop can listen on the same port
 * @param ours which sockets are no channels
 */
record Sockets(
    IoHandlerFactory handler,
    Class<? extends ServerChannel> listener,
    Class<? extends SocketChannel> connection,
    boolean reusePort,
    Ours ours) {

  /** Which sockets are handles of our own instead of channels. */
  enum Ours {
    /** None. */
    NONE,
    /** Those that listen, so that they can be handed to another process. */
    LISTENERS,
    /** Those too over which nothing but plain HTTP/1 is spoken. */
    LISTENERS_AND_WIRES
  }

  /** Whether listening sockets can be handed to another process. */
  boolean handsOver() {
    return ours != Ours.NONE;
  }

  /**
   * The classes for this transport.
   *
   * @throws ProxyException if this machine doesn't have it
   */
  static Sockets of(Transport transport) {
    return switch (transport) {
      case AUTO -> Epoll.isAvailable() ? epoll(Ours.LISTENERS_AND_WIRES) : nio();
      case EPOLL -> {
        require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
        yield epoll(Ours.LISTENERS_AND_WIRES);
      }
      case EPOLL_CHANNELS -> {
        require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
        yield epoll(Ours.LISTENERS);
      }
      case IO_URING -> {
        require(IoUring.isAvailable(), "io_uring", IoUring.unavailabilityCause());
        yield ioUring();
      }
      case NIO -> nio();
    };
  }

  private static void require(
      boolean available, String what, @org.jspecify.annotations.Nullable Throwable cause) {
    if (!available) {
      throw new ProxyException(
          "transport %s is not available on this machine: expected Linux with it, or transport nio"
              .formatted(what),
          cause);
    }
  }

  private static Sockets epoll(Ours ours) {
    return new Sockets(
        HalfCloseEpoll.factory(),
        EpollServerSocketChannel.class,
        EpollSocketChannel.class,
        true,
        addressable() ? ours : Ours.LISTENERS);
  }

  /** Whether memory has addresses, with which sockets of our own are read and written. */
  private static boolean addressable() {
    ByteBuf probe = ByteBufAllocator.DEFAULT.directBuffer(1);
    try {
      return probe.hasMemoryAddress();
    } finally {
      probe.release();
    }
  }

  private static Sockets ioUring() {
    return new Sockets(
        IoUringIoHandler.newFactory(),
        IoUringServerSocketChannel.class,
        IoUringSocketChannel.class,
        true,
        Ours.NONE);
  }

  private static Sockets nio() {
    return new Sockets(
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class,
        false,
        Ours.NONE);
  }
}
