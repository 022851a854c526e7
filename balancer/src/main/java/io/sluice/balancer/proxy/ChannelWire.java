package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A wire that is a channel of Netty's, whatever stands before it in its pipeline. */
class ChannelWire extends ChannelInboundHandlerAdapter implements Wire {
  private final Function<Wire, Listener> user;
  private @Nullable Channel channel;
  private @Nullable Listener listener;
  private boolean unflushed;
  private long written;

  /**
   * To be added at the end of a pipeline.
   *
   * @param user gives who is told what happens, once there is a channel
   */
  ChannelWire(Function<Wire, Listener> user) {
    this.user = user;
  }

  private Channel channel() {
    Channel present = channel;
    if (present == null) {
      throw new IllegalStateException("wire without a channel: not added to a pipeline yet");
    }
    return present;
  }

  private Listener listener() {
    Listener present = listener;
    if (present == null) {
      throw new IllegalStateException("wire without a listener: not added to a pipeline yet");
    }
    return present;
  }

  @Override
  public void write(ByteBuf bytes) {
    unflushed = true;
    written += bytes.readableBytes();
    var _ = channel().write(bytes, channel().voidPromise());
  }

  @Override
  public void flush() {
    if (unflushed) {
      unflushed = false;
      channel().flush();
    }
  }

  @Override
  public boolean writable() {
    return channel().isWritable();
  }

  @Override
  public void read(boolean wanted) {
    if (channel().config().isAutoRead() != wanted) {
      channel().config().setAutoRead(wanted);
    }
  }

  @Override
  public boolean open() {
    return channel().isActive();
  }

  @Override
  public boolean inputEnded() {
    return channel() instanceof SocketChannel socket && socket.isInputShutdown();
  }

  @Override
  public void endsOneSideAtATime() {
    if (channel().config() instanceof SocketChannelConfig socket) {
      socket.setAllowHalfClosure(true);
    }
  }

  @Override
  public void endAfterAll() {
    unflushed = false;
    var _ =
        channel()
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(done -> endOutput(done.isSuccess()));
  }

  private void endOutput(boolean allLeft) {
    SslHandler tls = channel().pipeline().get(SslHandler.class);
    if (allLeft && tls != null) {
      // Says that nothing more comes: without it, the answer could be a forgery cut short.
      var _ = tls.closeOutbound();
    } else if (allLeft && channel() instanceof SocketChannel socket) {
      var _ = socket.shutdownOutput();
    } else {
      close();
    }
  }

  @Override
  public void close() {
    var _ = channel().close();
  }

  @Override
  public void closeAfterAll() {
    unflushed = false;
    var _ = channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** Below TLS too, which would say before that nothing more comes. */
  @Override
  public void reset() {
    if (channel().isOpen()) {
      channel().config().setOption(ChannelOption.SO_LINGER, 0);
      channel().unsafe().close(channel().voidPromise());
    }
  }

  @Override
  public long bufferedBytes() {
    return Buffers.outbound(channel());
  }

  @Override
  public long left() {
    return written - bufferedBytes();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    listener = user.apply(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    listener().received((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    listener().readComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    listener().writabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      listener().inputEnded();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    listener().closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    listener().failed(cause);
  }

  @Override
  public String toString() {
    return String.valueOf(channel);
  }
}
