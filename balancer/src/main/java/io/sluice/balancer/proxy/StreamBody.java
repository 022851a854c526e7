package io.sluice.balancer.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.sluice.balancer.http.HeadBytes;

/**
 * The body of a request of HTTP/2, written down as one of HTTP/1.1: as it is if its length was
 * said, else in chunks, behind whose end trailers may stand.
 */
final class StreamBody {
  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);
  private static final int LAST_CHUNK_LINE_BYTES = 3;
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);

  private final Inbox inbox;
  private boolean chunked;

  /** How much is still to come; below 0: its length was not said. */
  private long expected;

  /**
   * Writes bodies there.
   *
   * @param inbox where the stream keeps what was not passed on yet
   */
  StreamBody(Inbox inbox) {
    this.inbox = inbox;
  }

  /**
   * A request begins.
   *
   * @param length of its body; below 0: it was not said
   * @param ends whether it has none
   */
  void begin(long length, boolean ends) {
    chunked = length < 0 && !ends;
    expected = length;
  }

  /** Writes a part; false if the body is not as long as was said. */
  boolean add(ByteBuf data, boolean ends) {
    int size = data.readableBytes();
    if (expected >= 0) {
      expected -= size;
      if (expected < 0 || (ends && expected > 0)) {
        return false;
      }
      if (size > 0) {
        inbox.add(ByteBufAllocator.DEFAULT, data.retainedSlice());
      }
    } else if (chunked) {
      byte[] head =
          size == 0 ? new byte[0] : (Integer.toHexString(size) + "\r\n").getBytes(US_ASCII);
      ByteBuf chunk = ByteBufAllocator.DEFAULT.buffer(head.length + size + 2 + LAST_CHUNK.length);
      if (size > 0) {
        chunk.writeBytes(head).writeBytes(data, data.readerIndex(), size).writeBytes(CRLF);
      }
      inbox.add(ByteBufAllocator.DEFAULT, ends ? chunk.writeBytes(LAST_CHUNK) : chunk);
    }
    return true;
  }

  /** Writes the end with these lines behind it; false if the body is not as long as was said. */
  boolean end(HeadBytes trailers) {
    if (chunked) {
      ByteBuf end = ByteBufAllocator.DEFAULT.buffer(LAST_CHUNK_LINE_BYTES + trailers.length());
      end.writeBytes(LAST_CHUNK, 0, LAST_CHUNK_LINE_BYTES);
      end.writeBytes(trailers.array(), 0, trailers.length());
      inbox.add(ByteBufAllocator.DEFAULT, end);
    }
    return expected <= 0;
  }
}
