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
import io.netty.channel.unix.UnixChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.OptionalInt;

/**
 * A listening socket that is a channel, which accepts from the start.
 *
 * @param channel the channel
 */
record ChannelListener(Channel channel) implements ListeningSocket {
  /**
   * Opens them.
   *
   * @param sockets their classes
   * @param group takes what is accepted, where loops can't share a port
   * @param accepted takes each connection, on a loop of the group
   */
  record Opener(Sockets sockets, EventLoopGroup group, ChannelHandler accepted)
      implements Listeners.Opener {
    @Override
    public boolean sharesPorts() {
      return sockets.reusePort();
    }

    @Override
    public ListeningSocket open(EventLoop loop, InetSocketAddress address) throws IOException {
      ChannelFuture opening = bootstrap(loop).bind(address).awaitUninterruptibly();
      if (!opening.isSuccess()) {
        throw new IOException(opening.cause().getMessage(), opening.cause());
      }
      return new ChannelListener(opening.channel());
    }

    private ServerBootstrap bootstrap(EventLoop loop) {
      ServerBootstrap bootstrap =
          new ServerBootstrap()
              .channel(sockets.listener())
              .option(ChannelOption.SO_BACKLOG, Listeners.BACKLOG)
              .option(ChannelOption.SO_REUSEADDR, true)
              .option(ChannelOption.RECVBUF_ALLOCATOR, accepting())
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
              .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Loop.WATER_MARK)
              .childHandler(accepted);
      if (sharesPorts()) {
        bootstrap.group(loop).option(UnixChannelOption.SO_REUSEPORT, true);
      } else {
        bootstrap.group(loop, group);
      }
      return bootstrap;
    }

    @Override
    public ListeningSocket adopt(EventLoop loop, int descriptor) throws IOException {
      throw new IOException("its sockets can't be taken over by this transport");
    }
  }

  /**
   * How many connections a turn accepts: those that wait, not as many as their size makes expected.
   */
  static RecvByteBufAllocator accepting() {
    return new ServerChannelRecvByteBufAllocator()
        .respectMaybeMoreData(false)
        .maxMessagesPerRead(Listeners.ACCEPTED_MAX);
  }

  @Override
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  @Override
  public OptionalInt descriptor() {
    return OptionalInt.empty();
  }

  @Override
  public void accept() {
    // It does.
  }

  @Override
  public void close() {
    channel.close().awaitUninterruptibly();
  }
}
