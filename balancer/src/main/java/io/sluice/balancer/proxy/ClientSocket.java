package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;

/** The socket of a client: what is written to it, whether it is read, and how it is closed. */
final class ClientSocket {
  private final SocketChannel channel;
  private boolean unflushed;
  private long written;

  ClientSocket(SocketChannel channel) {
    this.channel = channel;
  }

  void write(ByteBuf bytes) {
    unflushed = true;
    written += bytes.readableBytes();
    var _ = channel.write(bytes, channel.voidPromise());
  }

  void flush() {
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  boolean writable() {
    return channel.isWritable();
  }

  /** Reads on, or stops reading. */
  void read(boolean wanted) {
    if (channel.config().isAutoRead() != wanted) {
      channel.config().setAutoRead(wanted);
    }
  }

  void close() {
    var _ = channel.close();
  }

  /** Closes once all that was written has left. */
  void closeAfterAll() {
    unflushed = false;
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
  }

  /** Ends our side once all that was written has left; the client's side stays open. */
  void endAfterAll() {
    unflushed = false;
    var _ =
        channel
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(done -> {
              SslHandler tls = channel.pipeline().get(SslHandler.class);
              if (!done.isSuccess()) {
                close();
              } else if (tls == null) {
                var _ = channel.shutdownOutput();
              } else {
                // Says that nothing more comes: without it, the answer could be a forgery cut
                // short.
                var _ = tls.closeOutbound();
              }
            });
  }

  /**
   * Closes in a way that no client can take for an orderly end: below TLS too, which would say
   * before that nothing more comes.
   */
  void reset() {
    if (channel.isOpen()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      channel.unsafe().close(channel.voidPromise());
    }
  }

  /** Bytes that were written and have not left. */
  long bufferedBytes() {
    return Buffers.outbound(channel);
  }

  /** Bytes that have left since the start, as nearly as can be said. */
  long left() {
    return written - bufferedBytes();
  }

  @Override
  public String toString() {
    return channel.toString();
  }
}
