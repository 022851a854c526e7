package io.sluice.balancer.proxy;

/**
 * How HTTP/2 is spoken to clients.
 *
 * @param offered whether it is agreed on where TLS is spoken (ALPN)
 * @param priorKnowledge whether clients without TLS may begin with it at the first address
 * @param streamsMax requests that a client may have under way over one connection, 1 to 10,000
 * @param windowBytes how much of a request's body may come unasked, 65,535 to 16,777,216
 */
public record Http2Config(
    boolean offered, boolean priorKnowledge, int streamsMax, int windowBytes) {
  /** The least window, which is also where each connection begins. */
  public static final int WINDOW_LEAST_BYTES = 65_535;

  /** The largest window. */
  public static final int WINDOW_MOST_BYTES = 1 << 24;

  /** With TLS only, 100 streams as RFC 9113 recommends at least, 256 KiB. */
  public static final Http2Config DEFAULT = new Http2Config(true, false, 100, 256 * 1024);

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Http2Config {
    if (streamsMax < 1 || streamsMax > 10_000) {
      throw new IllegalArgumentException("streams %d: expected 1 to 10000".formatted(streamsMax));
    }
    if (windowBytes < WINDOW_LEAST_BYTES || windowBytes > WINDOW_MOST_BYTES) {
      throw new IllegalArgumentException(
          "window %d: expected %d to %d bytes"
              .formatted(windowBytes, WINDOW_LEAST_BYTES, WINDOW_MOST_BYTES));
    }
  }

  /** The same, with or without prior knowledge. */
  public Http2Config withPriorKnowledge(boolean priorKnowledge) {
    return new Http2Config(offered, priorKnowledge, streamsMax, windowBytes);
  }
}
