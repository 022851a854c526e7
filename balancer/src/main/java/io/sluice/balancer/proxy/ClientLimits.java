package io.sluice.balancer.proxy;

/**
 * What clients may cost.
 *
 * @param connectionsMax connections of clients that are open at once, over all loops, 1 to
 *     10,000,000; one more is answered with a 503
 * @param slowestBytesPerSecond the least pace of a client that sends a body or reads a response, 0
 *     to 1,000,000; one that stays below it for longer than {@link ProxyTimeouts#bodyIdle} is cut
 *     off; 0: any pace will do
 * @param bodyMaxBytes largest body of a request, its chunks' frames not counted; 0: any
 * @param perClient what each of them may have
 */
public record ClientLimits(
    int connectionsMax, int slowestBytesPerSecond, long bodyMaxBytes, PerClient perClient) {
  /** The largest limit of a body that can be set: 1 PiB. */
  public static final long BODY_MAX_BYTES_MAX = 1L << 50;

  /** 100,000 connections; 240 bytes a second, as in Microsoft's Kestrel; bodies of any length. */
  public static final ClientLimits DEFAULT = new ClientLimits(100_000, 240, 0);

  /** The same limits for all together, none for each. */
  public ClientLimits(int connectionsMax, int slowestBytesPerSecond, long bodyMaxBytes) {
    this(connectionsMax, slowestBytesPerSecond, bodyMaxBytes, PerClient.DEFAULT);
  }

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ClientLimits {
    if (connectionsMax < 1 || connectionsMax > 10_000_000) {
      throw new IllegalArgumentException(
          "client connections %d: expected 1 to 10000000".formatted(connectionsMax));
    }
    if (slowestBytesPerSecond < 0 || slowestBytesPerSecond > 1_000_000) {
      throw new IllegalArgumentException(
          "slowest pace %d: expected 0 to 1000000 bytes a second".formatted(slowestBytesPerSecond));
    }
    if (bodyMaxBytes < 0 || bodyMaxBytes > BODY_MAX_BYTES_MAX) {
      throw new IllegalArgumentException(
          "limit of bodies %d: expected 0 to %d bytes".formatted(bodyMaxBytes, BODY_MAX_BYTES_MAX));
    }
  }

  /** How much data a body may have. */
  long bodyBytes() {
    return bodyMaxBytes == 0 ? Long.MAX_VALUE : bodyMaxBytes;
  }
}
