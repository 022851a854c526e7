package io.sluice.balancer.proxy;

import java.time.Duration;

/**
 * Whether a client is too slow for its turn. While it is the client's turn, it gathers a debt at
 * the least pace that is asked of it, and pays with the bytes that it moves. What it moved before
 * is no credit: it may stall for the patience at most, however fast it was.
 */
final class Pace {
  private final int slowestBytesPerSecond;
  private final double debtMaxBytes;
  private double debtBytes;
  private long movedBytes;
  private long lastNanos;

  /**
   * A pace.
   *
   * @param slowestBytesPerSecond the least pace; 0: any will do
   * @param patience how long a client may move nothing at all
   */
  Pace(int slowestBytesPerSecond, Duration patience) {
    this.slowestBytesPerSecond = slowestBytesPerSecond;
    this.debtMaxBytes = slowestBytesPerSecond * seconds(patience.toNanos());
  }

  /** Begins anew, without debt. */
  void begin(long moved, long nowNanos) {
    debtBytes = 0;
    movedBytes = moved;
    lastNanos = nowNanos;
  }

  /**
   * Takes stock; to be called now and then.
   *
   * @param moved bytes that the client has moved since it came
   * @param clientsTurn whether the client was what was waited for
   * @return whether it is too slow
   */
  boolean tooSlow(long moved, boolean clientsTurn, long nowNanos) {
    if (clientsTurn) {
      debtBytes += slowestBytesPerSecond * seconds(nowNanos - lastNanos);
    }
    // What waits is counted with what it costs to wait: more of it is no step back.
    debtBytes = Math.max(0, debtBytes - Math.max(0, moved - movedBytes));
    movedBytes = moved;
    lastNanos = nowNanos;
    return slowestBytesPerSecond > 0 && clientsTurn && debtBytes > debtMaxBytes;
  }

  private static double seconds(long nanos) {
    return nanos / (double) Duration.ofSeconds(1).toNanos();
  }
}
