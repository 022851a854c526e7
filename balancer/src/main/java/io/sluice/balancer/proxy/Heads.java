package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.http.HeadLimits;

/** Whether a head that was not whole is worth another scan. */
final class Heads {
  private Heads() {}

  /**
   * True if the bytes that came since may end the head, break a rule or a limit. So a head that
   * comes byte by byte is not scanned from its start for each of them.
   *
   * @param scanned how many bytes were there at the last scan, 1 or more
   */
  static boolean worthScanning(ByteBuf bytes, int scanned, HeadLimits limits) {
    if (bytes.readableBytes() > limits.requestLineMaxBytes()
        && scanned <= limits.requestLineMaxBytes()) {
      return true;
    }
    int start = bytes.readerIndex();
    int end = bytes.writerIndex();
    int at = start + scanned - 1;
    while (at < end) {
      int lf = bytes.indexOf(at, end, (byte) '\n');
      if (lf < 0) {
        break;
      }
      boolean bare = lf == start || bytes.getByte(lf - 1) != '\r';
      boolean empty = lf - 2 >= start && bytes.getByte(lf - 2) == '\n';
      if (bare || empty) {
        return true;
      }
      at = lf + 1;
    }
    return bytes.readableBytes() >= limits.headMaxBytes();
  }
}
