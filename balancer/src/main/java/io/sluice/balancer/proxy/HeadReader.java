package io.sluice.balancer.proxy;

import io.netty.buffer.ByteBuf;
import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.http.Scan;

/**
 * Scans a head as its bytes come. One that comes byte by byte is not scanned from its start for
 * each of them.
 */
final class HeadReader {
  private final Loop loop;
  private int scanned;

  HeadReader(Loop loop) {
    this.loop = loop;
  }

  /** Waits for a new head. */
  void reset() {
    scanned = 0;
  }

  /** Scans what is there into the head, if that can tell anything new. */
  Scan read(ByteBuf bytes, Loop.HeadScan head) {
    boolean worthwhile = scanned == 0 || worthScanning(bytes);
    scanned = bytes.readableBytes();
    return worthwhile ? loop.scan(bytes, head) : Scan.INCOMPLETE;
  }

  /** Whether the bytes that came since may end the head, or break a rule or a limit. */
  private boolean worthScanning(ByteBuf bytes) {
    HeadLimits limits = loop.config().heads();
    int size = bytes.readableBytes();
    boolean lineTooLong =
        size > limits.requestLineMaxBytes() && scanned <= limits.requestLineMaxBytes();
    return lineTooLong || size >= limits.headMaxBytes() || lineBreakMatters(bytes);
  }

  /** Whether one of the new line breaks is bare, or follows another one. */
  private boolean lineBreakMatters(ByteBuf bytes) {
    int start = bytes.readerIndex();
    int end = bytes.writerIndex();
    int lf = bytes.indexOf(start + scanned, end, (byte) '\n');
    while (lf >= 0) {
      boolean bare = lf == start || bytes.getByte(lf - 1) != '\r';
      boolean empty = lf - 2 >= start && bytes.getByte(lf - 2) == '\n';
      if (bare || empty) {
        return true;
      }
      lf = bytes.indexOf(lf + 1, end, (byte) '\n');
    }
    return false;
  }
}
