package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** Bytes that came over a connection and were not taken yet. */
final class Inbox {
  private @Nullable ByteBuf bytes;

  boolean isEmpty() {
    return bytes == null;
  }

  /** Adds bytes behind those that are there, and takes them over. */
  void add(ByteBufAllocator allocator, ByteBuf more) {
    ByteBuf before = bytes;
    bytes = before == null ? more : Buffers.join(allocator, before, more);
  }

  /** What is there; stays there. */
  ByteBuf look() {
    ByteBuf present = bytes;
    if (present == null) {
      throw new IllegalStateException("no bytes at hand");
    }
    return present;
  }

  /** What is there; the caller releases it. */
  ByteBuf take() {
    ByteBuf present = look();
    bytes = null;
    return present;
  }

  /** Gives back what was taken, if it still holds anything. */
  void giveBack(@Nullable ByteBuf rest) {
    if (rest != null && rest.isReadable()) {
      bytes = rest;
    } else if (rest != null) {
      rest.release();
    }
  }

  /** Takes this many bytes off the front. */
  void skip(int count) {
    ByteBuf present = take();
    present.skipBytes(count);
    giveBack(present);
  }

  /** Whether there is nothing but an empty line, or the first half of one. */
  boolean onlyAnEmptyLine() {
    ByteBuf present = look();
    int from = present.readerIndex();
    return present.readableBytes() <= 2
        && present.getByte(from) == '\r'
        && (present.readableBytes() == 1 || present.getByte(from + 1) == '\n');
  }

  void clear() {
    ByteBuf present = bytes;
    if (present != null) {
      bytes = null;
      present.release();
    }
  }

  int size() {
    return Buffers.readable(bytes);
  }
}
