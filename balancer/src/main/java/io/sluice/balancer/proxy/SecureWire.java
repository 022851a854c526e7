package io.sluice.balancer.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/** The wire to a server over TLS. One that ends without saying so was cut off by somebody. */
final class SecureWire extends ChannelWire {
  private boolean ended;

  SecureWire(Function<Wire, Listener> user) {
    super(user);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess()) {
      ended = true;
    }
    super.userEventTriggered(ctx, event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!ended) {
      super.exceptionCaught(ctx, new SSLException("TLS was cut off"));
    }
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // What a decoder throws is wrapped once.
    super.exceptionCaught(ctx, cause.getCause() instanceof SSLException refused ? refused : cause);
  }
}
