package io.sluice.balancer.proxy;

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
 * @param listener a listening socket
 * @param connection a connected socket
 * @param reusePort whether every loop can listen on the same port
 * @param handsOver whether listening sockets can be handed to another process
 */
record Sockets(
    IoHandlerFactory handler,
    Class<? extends ServerChannel> listener,
    Class<? extends SocketChannel> connection,
    boolean reusePort,
    boolean handsOver) {

  /**
   * The classes for this transport.
   *
   * @throws ProxyException if this machine doesn't have it
   */
  static Sockets of(Transport transport) {
    return switch (transport) {
      case AUTO -> Epoll.isAvailable() ? epoll() : nio();
      case EPOLL -> {
        require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
        yield epoll();
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

  private static Sockets epoll() {
    return new Sockets(
        HalfCloseEpoll.factory(),
        EpollServerSocketChannel.class,
        EpollSocketChannel.class,
        true,
        true);
  }

  private static Sockets ioUring() {
    return new Sockets(
        IoUringIoHandler.newFactory(),
        IoUringServerSocketChannel.class,
        IoUringSocketChannel.class,
        true,
        false);
  }

  private static Sockets nio() {
    return new Sockets(
        NioIoHandler.newFactory(),
        NioServerSocketChannel.class,
        NioSocketChannel.class,
        false,
        false);
  }
}
