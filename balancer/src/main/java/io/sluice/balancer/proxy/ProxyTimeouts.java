package io.sluice.balancer.proxy;

import java.time.Duration;

/**
 * How long the data path waits; each 10 ms or more unless said otherwise. That a time is up is
 * found out within 100 ms, or within a quarter of the shortest time that a client may take, up to 1
 * s.
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
 * @param tunnelIdle how long an upgraded connection may be silent both ways
 * @param silence after which a server that says nothing to anybody, though requests wait for it, is
 *     asked how it is; if it can't tell, those that can be repeated go to others; 0: never
 * @param tryHead for the head of the response to a request that another server could answer too:
 *     then that one is asked, and has twice the time, and so on; 0: what takes long is not run
 *     twice, and a server has {@code responseHead}
 * @param streamIdle how long a stream of events may be silent
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
    Duration retryAfter,
    Duration tunnelIdle,
    Duration silence,
    Duration tryHead,
    Duration streamIdle) {
  /**
   * 10 s, 60 s, 30 s, 2 s, 30 s, 10 s, 1 s, 2 s, 50 ms, 10 s, 1 s, 1 h, 1 s, 0 and 1 h. A zone's
   * only server is replaced within the 10 s that requests are held, on a busy machine too; hardly a
   * pause of a garbage collector lasts for 1 s.
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
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofHours(1),
          Duration.ofSeconds(1),
          Duration.ZERO,
          Duration.ofHours(1));

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
    require(tunnelIdle, "idle tunnel");
    require(streamIdle, "idle stream");
    requireOrNone(hold, "hold");
    requireOrNone(silence, "silence");
    requireOrNone(tryHead, "head of one try");
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
        retryAfter,
        tunnelIdle,
        silence,
        tryHead,
        streamIdle);
  }

  /** The same with another time for the head of a response in one try. */
  public ProxyTimeouts withTryHead(Duration tryHead) {
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
        retryAfter,
        tunnelIdle,
        silence,
        tryHead,
        streamIdle);
  }

  /** The same with other times for what servers do. */
  public ProxyTimeouts withServers(
      Duration bodyIdle,
      Duration responseHead,
      Duration tunnelIdle,
      Duration tryHead,
      Duration streamIdle) {
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
        retryAfter,
        tunnelIdle,
        silence,
        tryHead,
        streamIdle);
  }

  private static void requireOrNone(Duration value, String what) {
    if (!value.isZero()) {
      require(value, what);
    }
  }

  private static void require(Duration value, String what) {
    if (value.compareTo(Duration.ofMillis(10)) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "timeout of %s: %s, expected PT0.01S to PT24H".formatted(what, value));
    }
  }
}
