package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import java.io.IOException;

/** What the plain sockets of one loop have in common: its turns, and memory to read and send. */
final class EpollSockets implements AutoCloseable {
  /** A body of 64 KiB is read with its head by one call. */
  static final int READ_MAX_BYTES = 128 * 1024;

  /** What is read first of a client: it may have to be held until there is a server. */
  static final int FIRST_MAX_BYTES = 16 * 1024;

  /**
   * From this much on, what was read goes on in the memory that it was read into. Less is copied
   * into memory of its size: a few bytes that have to wait must not hold all of that.
   */
  private static final int PASSED_ON_MIN_BYTES = 32 * 1024;

  /** Buffers that are sent by one call. */
  private static final int VECTORS_MAX = 64;

  private final IoEventLoop eventLoop;
  private final Turns turns;
  private final ByteBufAllocator allocator;
  private final IovArray vectors = new IovArray(VECTORS_MAX);
  private ByteBuf scratch;

  /**
   * Those of this loop.
   *
   * @param allocator gives memory that has an address
   */
  EpollSockets(EventLoop eventLoop, Turns turns, ByteBufAllocator allocator) {
    this.eventLoop = (IoEventLoop) eventLoop;
    this.turns = turns;
    this.allocator = allocator;
    this.scratch = allocator.directBuffer(READ_MAX_BYTES);
  }

  IoEventLoop eventLoop() {
    return eventLoop;
  }

  Turns turns() {
    return turns;
  }

  IovArray vectors() {
    return vectors;
  }

  /**
   * From here on, the handle is told what happens to its socket.
   *
   * @throws IOException if the kernel has no room for one more
   */
  IoRegistration register(IoHandle handle) throws IOException {
    var registering = eventLoop.register(handle).awaitUninterruptibly();
    if (!registering.isSuccess()) {
      throw new IOException("a socket can't be waited for", registering.cause());
    }
    return registering.getNow();
  }

  /**
   * Reads; {@link #take} gives what came.
   *
   * @param most how many bytes at most, up to {@link #READ_MAX_BYTES}
   * @return how many bytes; 0: there are none now; below: there will be none
   */
  int read(FileDescriptor socket, int most) throws IOException {
    return socket.readAddress(scratch.memoryAddress(), 0, most);
  }

  /** As many bytes as were read; the caller releases them. */
  ByteBuf take(int count) {
    if (count < PASSED_ON_MIN_BYTES) {
      return allocator.directBuffer(count).writeBytes(scratch, 0, count);
    }
    ByteBuf full = scratch.writerIndex(count);
    scratch = allocator.directBuffer(READ_MAX_BYTES);
    return full;
  }

  /** The same bytes in memory that has an address; takes them over. */
  ByteBuf addressed(ByteBuf bytes) {
    if (bytes.hasMemoryAddress()) {
      return bytes;
    }
    try {
      return allocator.directBuffer(bytes.readableBytes()).writeBytes(bytes);
    } finally {
      bytes.release();
    }
  }

  /** The loop has ended. */
  @Override
  public void close() {
    scratch.release();
    vectors.release();
  }
}
