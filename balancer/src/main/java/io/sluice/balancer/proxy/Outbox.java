package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IovArray;
import java.io.IOException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What was written and has not left, in its order. Mostly one buffer, which leaves at once: the
 * queue behind it is made when it is first needed.
 */
final class Outbox {
  /** What it costs to hold a buffer, whatever is in it. */
  private static final int HELD_BYTES = 96;

  private @Nullable ByteBuf first;
  private @Nullable ArrayDeque<ByteBuf> others;
  private long readable;
  private int count;

  boolean isEmpty() {
    return first == null;
  }

  /** Adds bytes that have an address, and takes them over; at least one. */
  void add(ByteBuf bytes) {
    readable += bytes.readableBytes();
    count++;
    if (first == null) {
      first = bytes;
      return;
    }
    ArrayDeque<ByteBuf> queue = others;
    if (queue == null) {
      queue = new ArrayDeque<>(4);
      others = queue;
    }
    queue.addLast(bytes);
  }

  /** Bytes that have not left. */
  long readable() {
    return readable;
  }

  /** The same, with what it costs to hold them. */
  long held() {
    return readable + (long) count * HELD_BYTES;
  }

  /**
   * Sends what one call to the kernel takes.
   *
   * @param vectors memory in which the kernel is told where the bytes are
   * @return whether it took all that it was given; if not, the socket is full
   */
  boolean send(FileDescriptor socket, IovArray vectors) throws IOException {
    ByteBuf only = first;
    if (only == null) {
      return true;
    }
    long given;
    long taken;
    if (count == 1) {
      given = only.readableBytes();
      taken = socket.writeAddress(only.memoryAddress(), only.readerIndex(), only.writerIndex());
    } else {
      gather(vectors, only);
      given = vectors.size();
      taken = socket.writevAddresses(vectors.memoryAddress(0), vectors.count());
    }
    remove(taken);
    return taken == given;
  }

  private void gather(IovArray vectors, ByteBuf front) {
    vectors.clear();
    boolean room = vectors.add(front, front.readerIndex(), front.readableBytes());
    ArrayDeque<ByteBuf> queue = others;
    if (queue != null && room) {
      for (ByteBuf bytes : queue) {
        if (!vectors.add(bytes, bytes.readerIndex(), bytes.readableBytes())) {
          return;
        }
      }
    }
  }

  private void remove(long taken) {
    readable -= taken;
    long left = taken;
    ByteBuf front = first;
    while (front != null && left >= front.readableBytes()) {
      left -= front.readableBytes();
      front.release();
      front = next();
    }
    if (front != null) {
      front.skipBytes(Math.toIntExact(left));
    }
  }

  private @Nullable ByteBuf next() {
    ArrayDeque<ByteBuf> queue = others;
    count--;
    first = queue == null ? null : queue.pollFirst();
    return first;
  }

  /** Nothing of it leaves any more. */
  void clear() {
    ByteBuf front = first;
    while (front != null) {
      front.release();
      front = next();
    }
    readable = 0;
  }
}
