package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.balancer.http.Hop;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wire of a client, perhaps over TLS. It speaks HTTP/1 until it turns out that it speaks
 * HTTP/2: from then on, what happens is passed on to the handler of its {@link Http2Client} behind.
 */
final class ClientEvents extends ChannelWire {
  private static final Logger LOG = LoggerFactory.getLogger(ClientEvents.class);
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final Loop loop;
  private final Hop hop;

  /** Whether another handler finds out first for whom the connection is. */
  private final boolean introduced;

  /** Whether the first bytes may be those of HTTP/2. */
  private boolean undecided;

  /** The first bytes, as long as that is so. */
  private final Inbox first = new Inbox();

  private @Nullable ClientConnection http1;
  private @Nullable Http2Client http2;

  ClientEvents(Loop loop, Hop hop, boolean introduced, boolean priorKnowledge) {
    super(wire -> ((ClientEvents) wire).begin());
    this.loop = loop;
    this.hop = hop;
    this.introduced = introduced;
    this.undecided = priorKnowledge;
  }

  private Listener begin() {
    ClientConnection begun = new ClientConnection(loop, this, hop, undecided || hop.secure());
    http1 = begun;
    Listener listener = begun.begin();
    if (!introduced) {
      loop.clients().count(begun, hop);
    }
    return listener;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Http2Client spoken = http2;
    if (spoken != null && spoken.discards()) {
      ReferenceCountUtil.release(message);
    } else if (spoken != null) {
      ctx.fireChannelRead(message);
    } else if (undecided) {
      decide(ctx, (ByteBuf) message);
    } else {
      super.channelRead(ctx, message);
    }
  }

  /** Finds out by the first bytes which version is spoken. */
  private void decide(ChannelHandlerContext ctx, ByteBuf bytes) {
    first.add(ctx.alloc(), bytes);
    ByteBuf all = first.look();
    int size = Math.min(all.readableBytes(), PREFACE.length);
    int same = 0;
    while (same < size && all.getByte(all.readerIndex() + same) == PREFACE[same]) {
      same++;
    }
    if (same < size) {
      undecided = false;
      decided();
      super.channelRead(ctx, first.take());
    } else if (size == PREFACE.length) {
      undecided = false;
      becomeHttp2(ctx);
      channelRead(ctx, first.take());
    }
  }

  private void becomeHttp2(ChannelHandlerContext ctx) {
    ClientConnection before = http1;
    if (before == null) {
      return;
    }
    if (before.turnedAway()) {
      before.decided(true);
      return;
    }
    Http2Client spoken = new Http2Client(loop, this, (SocketChannel) ctx.channel(), hop);
    ctx.pipeline().addLast(spoken.handler());
    http2 = spoken;
    loop.clients().became(before, spoken);
    try {
      spoken.begin(ctx.pipeline().context(spoken.handler()));
    } catch (Http2Exception fault) {
      throw new IllegalStateException("HTTP/2 can't begin on %s".formatted(ctx.channel()), fault);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (http2 == null) {
      super.channelReadComplete(ctx);
    } else {
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (http2 == null) {
      super.channelWritabilityChanged(ctx);
    } else {
      ctx.fireChannelWritabilityChanged();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    Http2Client spoken = http2;
    ClientConnection client = http1;
    if (event instanceof ChannelInputShutdownEvent && spoken != null) {
      // Who says nothing more over HTTP/2 has left.
      spoken.close();
    } else if (event instanceof SslHandshakeCompletionEvent agreed) {
      agreed(ctx, agreed.isSuccess());
    } else if (event == ProxyHeader.Said.FOR_WHOM && client != null) {
      loop.clients().count(client, hop);
    } else {
      super.userEventTriggered(ctx, event);
    }
  }

  private void agreed(ChannelHandlerContext ctx, boolean success) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (!success) {
      loop.counters().add(Count.TLS_FAILURES);
    } else if (tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      becomeHttp2(ctx);
    } else {
      decided();
    }
  }

  private void decided() {
    ClientConnection client = http1;
    if (client != null) {
      client.decided(false);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Http2Client spoken = http2;
    if (spoken == null) {
      super.channelInactive(ctx);
    } else {
      ctx.fireChannelInactive();
      spoken.gone();
      loop.clients().closed(spoken);
    }
    first.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Http2Client spoken = http2;
    if (spoken == null) {
      super.exceptionCaught(ctx, cause);
      return;
    }
    boolean theirs = cause instanceof IOException || cause.getCause() instanceof SSLException;
    if (!theirs) {
      LOG.error("connection {} of a client failed by a fault of our own", ctx.channel(), cause);
    }
    spoken.close();
  }
}
