package io.sluice.gate;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * A request as it comes in, whole within a time and beside all others within the room that there is
 * for requests: whoever sends a byte now and then gains nothing, nor do many who send much.
 */
final class RequestInput extends InputStream {
  /** What every connection may send without asking for room: the head of nearly every call. */
  private static final int FREE_BYTES = 2048;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Socket client;
  private final InputStream in;
  private final Semaphore room;
  private final Duration timeout;
  private final long deadlineNanos;
  private final byte[] piece = new byte[FREE_BYTES];
  private int next;
  private int end;
  private long readBytes;
  private int takenBytes;

  /**
   * The request on a fresh connection.
   *
   * @param room the bytes that all requests may hold
   * @param timeout until when the request has to be complete
   */
  RequestInput(Socket client, Semaphore room, Duration timeout) throws IOException {
    this.client = client;
    this.in = client.getInputStream();
    this.room = room;
    this.timeout = timeout;
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  @Override
  public int read() throws IOException {
    if (next == end) {
      next = 0;
      end = fill();
      if (end <= 0) {
        end = 0;
        return -1;
      }
    }
    return piece[next++] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int first = read();
    if (first < 0) {
      return -1;
    }
    to[offset] = (byte) first;
    int more = Math.min(length - 1, end - next);
    System.arraycopy(piece, next, to, offset + 1, more);
    next += more;
    return more + 1;
  }

  private int fill() throws IOException {
    long leftMillis = (deadlineNanos - System.nanoTime()) / NANOS_PER_MILLI;
    if (leftMillis <= 0) {
      throw late();
    }
    client.setSoTimeout(Math.toIntExact(leftMillis));
    try {
      int count = in.read(piece);
      if (count > 0) {
        readBytes += count;
        takeRoom();
      }
      return count;
    } catch (SocketTimeoutException timedOut) {
      throw late();
    }
  }

  private RefusedException late() {
    return new RefusedException(
        RefusedException.TIMED_OUT,
        "request of %d bytes so far: expected all of it within %d ms"
            .formatted(readBytes, timeout.toMillis()));
  }

  private void takeRoom() throws RefusedException {
    int wanted = (int) Math.max(0, readBytes - FREE_BYTES) - takenBytes;
    if (wanted > 0) {
      if (!room.tryAcquire(wanted)) {
        throw new RefusedException(
            RefusedException.BUSY, "other requests take all the room: expected to be tried again");
      }
      takenBytes += wanted;
    }
  }

  /** Gives back the room that the request has taken, once nothing of it is held any more. */
  void giveBack() {
    room.release(takenBytes);
    takenBytes = 0;
  }
}
