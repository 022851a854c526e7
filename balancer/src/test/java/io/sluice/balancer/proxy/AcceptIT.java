package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
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
  @EnumSource(names = {"NIO"})
  void aTurnOfALoopAcceptsUpTo1024ConnectionsAsLongAsThereAreAny(Transport transport)
      throws Exception {
    Sockets sockets = Sockets.of(transport);
    var group = new MultiThreadIoEventLoopGroup(1, sockets.handler());
    try {
      Channel listener =
          new ServerBootstrap()
              .group(group)
              .channel(sockets.listener())
              .option(ChannelOption.RECVBUF_ALLOCATOR, ChannelListener.accepting())
              .childHandler(new Accepted())
              .bind("127.0.0.1", 0)
              .sync()
              .channel();

      assertThat(group.next().submit(() -> accepted(listener)).get()).isEqualTo(1024);
    } finally {
      var _ = group.shutdownGracefully();
    }
  }

  @Test
  void aTurnOfALoopTakes1024ConnectionsOverEpollToo() throws Exception {
    int count = Listeners.ACCEPTED_MAX + 50;
    Map<Long, Integer> byTurn = new ConcurrentHashMap<>();
    List<AutoCloseable> open = new ArrayList<>();
    try (EpollBed bed = new EpollBed()) {
      EpollListener.Opener opener =
          new EpollListener.Opener((_, came) -> {
            try {
              assertThat(new Socket(came.descriptor()).isTcpNoDelay()).isTrue();
              new FileDescriptor(came.descriptor()).close();
              byTurn.merge(bed.turns.number(), 1, Integer::sum);
            } catch (IOException failed) {
              throw new UncheckedIOException(failed);
            }
          });
      ListeningSocket listener = opener.open(bed.loop, new InetSocketAddress("127.0.0.1", 0));
      open.add(listener::close);
      for (int i = 0; i < count; i++) {
        open.add(new java.net.Socket("127.0.0.1", listener.address().getPort()));
      }
      listener.accept();

      await().until(() -> byTurn.values().stream().mapToInt(Integer::intValue).sum() == count);
      assertThat(byTurn.values()).contains(Listeners.ACCEPTED_MAX, 50);
      for (AutoCloseable closing : open) {
        closing.close();
      }
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
