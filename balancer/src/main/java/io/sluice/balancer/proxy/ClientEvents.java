package io.sluice.balancer.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.balancer.http.Hop;

/** The wire of a client that speaks HTTP/1, perhaps over TLS. */
final class ClientEvents extends ChannelWire {
  private final Loop loop;

  ClientEvents(Loop loop, Hop hop) {
    super(wire -> new ClientConnection(loop, wire, hop).begin());
    this.loop = loop;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    super.userEventTriggered(ctx, event);
    if (event instanceof SslHandshakeCompletionEvent agreed && !agreed.isSuccess()) {
      loop.counters().add(Count.TLS_FAILURES);
    }
  }
}
