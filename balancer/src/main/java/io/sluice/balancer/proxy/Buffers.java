package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/** Small things done with buffers. */
final class Buffers {
  private Buffers() {}

  /** One buffer with the bytes of both, which it takes over. */
  static ByteBuf join(ByteBufAllocator allocator, ByteBuf first, ByteBuf second) {
    if (!first.isReadable()) {
      first.release();
      return second;
    }
    int more = second.readableBytes();
    boolean roomy = first.refCnt() == 1 && !first.isReadOnly() && first.maxWritableBytes() >= more;
    ByteBuf joined = first;
    if (!roomy || (first.writableBytes() < more && first.readerIndex() > 0)) {
      joined = allocator.buffer(2 * (first.readableBytes() + more));
      joined.writeBytes(first);
      first.release();
    }
    joined.writeBytes(second);
    second.release();
    return joined;
  }

  static int readable(@Nullable ByteBuf bytes) {
    return bytes == null ? 0 : bytes.readableBytes();
  }

  static int capacity(@Nullable ByteBuf bytes) {
    return bytes == null ? 0 : bytes.capacity();
  }

  /** Bytes that were written to the channel and have not left yet. */
  static long outbound(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }
}
