package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.balancer.http.Hop;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Netty tells about a client's channel, in the words of {@link ClientConnection}. */
final class ClientEvents extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ClientEvents.class);

  private final Loop loop;
  private final ClientConnection client;

  ClientEvents(Loop loop, SocketChannel channel, Hop hop) {
    this.loop = loop;
    this.client = new ClientConnection(loop, channel, hop);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.opened(client);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    client.received(ctx.alloc(), (ByteBuf) message);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    client.writabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      client.inputEnded();
    } else if (event instanceof SslHandshakeCompletionEvent agreed && !agreed.isSuccess()) {
      loop.counters().add(Count.TLS_FAILURES);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    client.gone();
    loop.closed(client);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean theirs = cause instanceof IOException || cause.getCause() instanceof SSLException;
    if (!theirs) {
      LOG.error("connection {} of a client failed by a fault of our own", ctx.channel(), cause);
    }
    client.broken();
  }
}
