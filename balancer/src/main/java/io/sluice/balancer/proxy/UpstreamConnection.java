package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a server: idle in its slot, or busy with one exchange.
 *
 * <p>It does not close by itself when a write fails, since the server may have answered before it
 * stopped listening: the answer is read to its end.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

  private final Loop loop;
  private final ServerSlot slot;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Exchange exchange;
  private @Nullable Exchange owner;
  private @Nullable Throwable failure;
  private final Inbox inbox = new Inbox();
  private boolean unflushed;
  private long served;
  private long idleSinceNanos;

  UpstreamConnection(Loop loop, ServerSlot slot) {
    this.loop = loop;
    this.slot = slot;
  }

  ServerSlot slot() {
    return slot;
  }

  long idleSinceNanos() {
    return idleSinceNanos;
  }

  /** Whether this connection served a request before the present one. */
  boolean reused() {
    return served > 0;
  }

  /** Makes it busy. */
  void bind(Exchange next) {
    exchange = next;
    owner = null;
  }

  /**
   * Ends the exchange, and keeps the connection for the next one of the same client.
   *
   * @return false if it is of no use any more
   */
  boolean keepFor(Exchange client) {
    if (!context().channel().isActive() || failure != null) {
      return false;
    }
    exchange = null;
    owner = client;
    inbox.clear();
    served++;
    resume();
    return true;
  }

  /** From here on, the server's end is not the end of what it is sent. */
  void endsOneSideAtATime() {
    if (context().channel().config() instanceof SocketChannelConfig socket) {
      socket.setAllowHalfClosure(true);
    }
  }

  /** Ends our side once all that was written has left; the server's side stays open. */
  void endAfterAll() {
    unflushed = false;
    var _ =
        context()
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(done -> {
              if (done.isSuccess() && context().channel() instanceof SocketChannel socket) {
                var _ = socket.shutdownOutput();
              } else {
                close();
              }
            });
  }

  /** Closes once all that was written has left, or the server does not take it. */
  void closeAfterAll() {
    exchange = null;
    inbox.clear();
    unflushed = false;
    if (!context().channel().isActive()) {
      close();
      return;
    }
    long patienceMillis = loop.config().timeouts().bodyIdle().toMillis();
    ScheduledFuture<?> patience =
        loop.eventLoop().schedule(this::close, patienceMillis, TimeUnit.MILLISECONDS);
    var _ =
        context()
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(done -> {
              patience.cancel(false);
              close();
            });
  }

  /** Ends the exchange; the connection can take another one if {@code reusable}. */
  void unbind(boolean reusable) {
    exchange = null;
    inbox.clear();
    if (reusable && context().channel().isActive() && failure == null) {
      served++;
      idleSinceNanos = loop.nowNanos();
      resume();
      loop.upstreams().release(this);
    } else {
      close();
    }
  }

  void close() {
    exchange = null;
    owner = null;
    inbox.clear();
    var _ = context().close();
  }

  boolean writable() {
    return context().channel().isWritable();
  }

  void write(ByteBuf bytes) {
    unflushed = true;
    var _ = context().write(bytes, context().voidPromise());
  }

  void flush() {
    if (unflushed) {
      unflushed = false;
      context().flush();
    }
  }

  /** Stops reading until {@link #resume}: the client can't keep up. */
  void pause() {
    context().channel().config().setAutoRead(false);
  }

  void resume() {
    if (!context().channel().config().isAutoRead()) {
      context().channel().config().setAutoRead(true);
    }
  }

  /** The bytes of an unfinished head, with these behind them. */
  ByteBuf join(ByteBuf bytes) {
    inbox.add(context().alloc(), bytes);
    return inbox.take();
  }

  /** Keeps the bytes of an unfinished head. */
  void await(ByteBuf unfinished) {
    inbox.giveBack(unfinished);
  }

  /** Bytes that are held in memory for this connection. */
  long bufferedBytes() {
    return inbox.size() + Buffers.outbound(context().channel());
  }

  private ChannelHandlerContext context() {
    ChannelHandlerContext present = context;
    if (present == null) {
      throw new IllegalStateException("connection to " + slot.target() + ": not registered yet");
    }
    return present;
  }

  private boolean inputEnded() {
    return context().channel() instanceof SocketChannel socket && socket.isInputShutdown();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    slot.heard();
    Exchange busy = exchange;
    if (busy == null) {
      // A server that speaks unasked can't be trusted with the next request.
      bytes.release();
      slot.drop(this);
      var _ = ctx.close();
    } else {
      busy.response().read(this, bytes);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Exchange busy = exchange;
    if (busy != null) {
      busy.response().readComplete(this);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Exchange busy = exchange;
    if (busy != null) {
      busy.upstreamWritabilityChanged();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      Exchange busy = exchange;
      if (busy != null) {
        busy.serverEnded();
      }
      if (busy == null || failure != null) {
        close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Exchange busy = exchange;
    Exchange idleFor = owner;
    exchange = null;
    owner = null;
    if (idleFor != null) {
      idleFor.ownClosed(this);
    }
    if (busy == null) {
      slot.drop(this);
    } else {
      busy.upstreamClosed(this, Optional.ofNullable(failure));
    }
    inbox.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failure = cause;
    if (!(cause instanceof IOException)) {
      LOG.error("connection to {} failed by a fault of our own", slot.target().address(), cause);
      var _ = ctx.close();
    } else if (exchange == null || inputEnded()) {
      var _ = ctx.close();
    }
    // An I/O error of a read is followed by channelInactive; one of a write leaves reading alone.
  }
}
