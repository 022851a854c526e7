package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A turn of a loop that serves thousands takes long: if it let in one newcomer only, the queue of
 * the others would overflow.
 */
final class AcceptIT {
  @ChannelHandler.Sharable
  private static final class Accepted extends ChannelInboundHandlerAdapter {}

  @ParameterizedTest
  @EnumSource(names = {"AUTO", "NIO"})
  void aTurnOfALoopAcceptsUpTo1024ConnectionsAsLongAsThereAreAny(Transport transport)
      throws Exception {
    Sockets sockets = Sockets.of(transport);
    var group = new MultiThreadIoEventLoopGroup(1, sockets.handler());
    try {
      Channel listener =
          new ServerBootstrap()
              .group(group)
              .channel(sockets.listener())
              .option(ChannelOption.RECVBUF_ALLOCATOR, Listeners.accepting())
              .childHandler(new Accepted())
              .bind("127.0.0.1", 0)
              .sync()
              .channel();

      assertThat(group.next().submit(() -> accepted(listener)).get()).isEqualTo(1024);
    } finally {
      var _ = group.shutdownGracefully();
    }
  }

  /** Plays a turn as the transport does it, with a new descriptor each time. */
  private static int accepted(Channel listener) {
    var turn = listener.unsafe().recvBufAllocHandle();
    turn.reset(listener.config());
    int accepted = 0;
    do {
      accepted++;
      turn.lastBytesRead(100 + accepted);
      turn.incMessagesRead(1);
    } while (turn.continueReading());
    return accepted;
  }
}
