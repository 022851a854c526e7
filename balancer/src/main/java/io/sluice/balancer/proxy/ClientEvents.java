package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.sluice.balancer.http.Hop;
import java.io.IOException;
import java.net.InetAddress;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Netty tells about a client's channel, in the words of {@link ClientConnection}; of one on
 * which HTTP/2 is spoken, that is passed on to the handler of its {@link Http2Client} behind.
 */
final class ClientEvents extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ClientEvents.class);
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  private final Loop loop;
  private final SocketChannel channel;
  private final Hop hop;
  private final ClientConnection client;

  /** Whether another handler finds out first for whom the connection is. */
  private final boolean introduced;

  /** Whether the first bytes may be those of HTTP/2. */
  private boolean undecided;

  /** The first bytes, as long as that is so. */
  private final Inbox first = new Inbox();

  private @Nullable Http2Client http2;

  /** As whose the connection counts; null: as nobody's. */
  private @Nullable InetAddress countsAs;

  ClientEvents(
      Loop loop, SocketChannel channel, Hop hop, boolean introduced, boolean priorKnowledge) {
    this.loop = loop;
    this.channel = channel;
    this.hop = hop;
    this.introduced = introduced;
    this.undecided = priorKnowledge;
    this.client = new ClientConnection(loop, channel, hop);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.opened(client);
    if (!introduced) {
      count();
    }
  }

  /** Counts the connection as its client's, who may have too many. */
  private void count() {
    Admission admission = loop.admission();
    if (client.turnedAway() || !admission.counts(hop)) {
      return;
    }
    if (admission.enter(hop.inetAddress())) {
      countsAs = hop.inetAddress();
    } else {
      loop.turnAway(client, Answer.TOO_MANY_OF_ONE);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Http2Exception {
    if (http2 != null) {
      ctx.fireChannelRead(message);
    } else if (undecided) {
      decide(ctx, (ByteBuf) message);
    } else {
      client.received(ctx.alloc(), (ByteBuf) message);
    }
  }

  /** Finds out by the first bytes which version is spoken. */
  private void decide(ChannelHandlerContext ctx, ByteBuf bytes) throws Http2Exception {
    first.add(ctx.alloc(), bytes);
    ByteBuf all = first.look();
    int size = Math.min(all.readableBytes(), PREFACE.length);
    int same = 0;
    while (same < size && all.getByte(all.readerIndex() + same) == PREFACE[same]) {
      same++;
    }
    if (same < size) {
      undecided = false;
      client.received(ctx.alloc(), first.take());
    } else if (size == PREFACE.length) {
      undecided = false;
      becomeHttp2(ctx);
      ctx.fireChannelRead(first.take());
    }
  }

  private void becomeHttp2(ChannelHandlerContext ctx) throws Http2Exception {
    if (client.turnedAway()) {
      return;
    }
    Http2Client spoken = new Http2Client(loop, channel, hop);
    ctx.pipeline().addLast(spoken.handler());
    http2 = spoken;
    loop.became(client, spoken);
    spoken.begin(ctx.pipeline().context(spoken.handler()));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (http2 == null) {
      client.writabilityChanged();
    } else {
      ctx.fireChannelWritabilityChanged();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Http2Exception {
    Http2Client spoken = http2;
    if (event instanceof ChannelInputShutdownEvent) {
      if (spoken == null) {
        client.inputEnded();
      } else {
        spoken.close();
      }
    } else if (event instanceof SslHandshakeCompletionEvent agreed) {
      agreed(ctx, agreed.isSuccess());
    } else if (event == ProxyHeader.Said.FOR_WHOM) {
      count();
    }
  }

  private void agreed(ChannelHandlerContext ctx, boolean success) throws Http2Exception {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (!success) {
      loop.counters().add(Count.TLS_FAILURES);
    } else if (tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
      becomeHttp2(ctx);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Http2Client spoken = http2;
    if (spoken == null) {
      client.gone();
      loop.closed(client);
    } else {
      ctx.fireChannelInactive();
      spoken.gone();
      loop.closed(spoken);
    }
    first.clear();
    InetAddress counted = countsAs;
    if (counted != null) {
      loop.admission().leave(counted);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean theirs = cause instanceof IOException || cause.getCause() instanceof SSLException;
    if (!theirs) {
      LOG.error("connection {} of a client failed by a fault of our own", ctx.channel(), cause);
    }
    Http2Client spoken = http2;
    if (spoken == null) {
      client.broken();
    } else {
      spoken.close();
    }
  }
}
