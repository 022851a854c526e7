package io.sluice.balancer.proxy;

import java.time.Duration;

/**
 * How long the data path waits; each 10 ms or more unless said otherwise, checked every 100 ms.
 *
 * @param clientHead for the whole head of a request, from its first byte or from the connection
 * @param keepAliveIdle for the next request on a client's connection
 * @param bodyIdle for the next bytes of a body, whichever side has to send or take them
 * @param connect for a connection to a server
 * @param responseHead for the head of the response, once the request has been sent
 * @param upstreamIdle how long an idle connection to a server is kept
 * @param unsafeReuse how long a connection to a server may have been idle to be used for a request
 *     that can't be repeated: the server may be closing it this very moment
 * @param linger how long a client may take to read the answer after which it is cut off
 * @param retryPause before the same server is tried again after it refused
 * @param hold how long a request waits for a server while none can be reached, before it is
 *     answered with a 503; 0: not at all
 * @param retryAfter what a client is told with a 503; whole seconds
 */
public record ProxyTimeouts(
    Duration clientHead,
    Duration keepAliveIdle,
    Duration bodyIdle,
    Duration connect,
    Duration responseHead,
    Duration upstreamIdle,
    Duration unsafeReuse,
    Duration linger,
    Duration retryPause,
    Duration hold,
    Duration retryAfter) {
  /**
   * 10 s, 60 s, 30 s, 2 s, 30 s, 10 s, 1 s, 2 s, 50 ms, 5 s and 1 s. A zone's only server is
   * replaced within the 5 s.
   */
  public static final ProxyTimeouts DEFAULT =
      new ProxyTimeouts(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofSeconds(2),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofMillis(50),
          Duration.ofSeconds(5),
          Duration.ofSeconds(1));

  /**
   * Validates the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ProxyTimeouts {
    require(clientHead, "client's head");
    require(keepAliveIdle, "idle client");
    require(bodyIdle, "idle body");
    require(connect, "connect");
    require(responseHead, "response head");
    require(upstreamIdle, "idle upstream");
    require(unsafeReuse, "unsafe reuse");
    require(linger, "linger");
    require(retryPause, "retry pause");
    require(retryAfter, "Retry-After");
    if (!hold.isZero()) {
      require(hold, "hold");
    }
  }

  /** The same with another time for which requests wait for a server. */
  public ProxyTimeouts withHold(Duration hold) {
    return new ProxyTimeouts(
        clientHead,
        keepAliveIdle,
        bodyIdle,
        connect,
        responseHead,
        upstreamIdle,
        unsafeReuse,
        linger,
        retryPause,
        hold,
        retryAfter);
  }

  private static void require(Duration value, String what) {
    if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "timeout of %s: %s, expected PT0.01S to PT24H".formatted(what, value));
    }
  }
}
