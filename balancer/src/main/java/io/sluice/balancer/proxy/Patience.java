package io.sluice.balancer.proxy;

import java.time.Duration;

/** How long a client's connection waits, and how slow the client may be meanwhile. */
final class Patience {
  private static final Duration NEVER = Duration.ofDays(365);

  /** Whether the waiting goes on, or else why not. */
  enum Wait {
    GOES_ON,
    /** The client sends a body at less than the pace that is asked of it. */
    SENDS_SLOWLY,
    /** It reads a response so. */
    READS_SLOWLY,
    /** Nothing came in time. */
    TIME_IS_UP
  }

  private final Loop loop;
  private final ProxyTimeouts timeouts;
  private final Pace sending;
  private final Pace reading;
  private boolean answering;
  private long sinceNanos;
  private long deadlineNanos;
  private long taken;

  Patience(Loop loop) {
    int slowest = loop.config().clients().slowestBytesPerSecond();
    this.loop = loop;
    this.timeouts = loop.config().timeouts();
    loop.renewClock();
    this.sending = new Pace(slowest, timeouts.bodyIdle());
    this.reading = new Pace(slowest, timeouts.bodyIdle());
    sending.begin(0, loop.nowNanos());
    reading.begin(0, loop.nowNanos());
    forHead();
  }

  void forHead() {
    until(timeouts.clientHead());
  }

  void forNextRequest() {
    until(loop.closing() ? Loop.SILENT_MAX : timeouts.keepAliveIdle());
  }

  /** Waits for a server, which has limits of its own. */
  void forConnection() {
    until(NEVER);
  }

  /** Waits for the next bytes, from whichever side they have to come. */
  void forProgress(Exchange exchange) {
    RequestRelay request = exchange.request();
    ResponseRelay response = exchange.response();
    ProxyTimeouts there = exchange.terms().timeouts();
    if (request.tunnel()) {
      until(exchange.halfEnded() ? there.bodyIdle() : there.tunnelIdle());
    } else if (response.stream()) {
      until(there.streamIdle());
    } else {
      boolean serversTurn = request.complete() || request.awaitsContinue();
      boolean answers = serversTurn && !response.started();
      // Calls of gRPC have deadlines of their own, and may be quiet as long as they like before.
      Duration quiet = answers ? there.responseHead() : there.bodyIdle();
      until(request.grpc() ? there.streamIdle() : quiet);
      answering = answers;
    }
  }

  /** How long the server has had the whole request without a response; 0: it has not. */
  long answeringNanos(long nowNanos) {
    return answering ? nowNanos - sinceNanos : 0;
  }

  /** Waits until the client has read what is on its way to it, and a little longer. */
  void forLinger(long bufferedBytes) {
    until(bufferedBytes > 0 ? timeouts.bodyIdle() : timeouts.linger());
  }

  /** Whether nothing has come for a client that ended its side, and may be gone. */
  boolean nothingComes(long bufferedBytes, long nowNanos) {
    return bufferedBytes == 0 && nowNanos - sinceNanos > timeouts.linger().toNanos();
  }

  private void until(Duration wait) {
    answering = false;
    sinceNanos = loop.nowNanos();
    deadlineNanos = sinceNanos + wait.toNanos();
  }

  /**
   * Takes stock; to be called now and then.
   *
   * @param sends whether the client has to send more of a body
   * @param received bytes of bodies that it has sent since it came
   * @param buffered bytes that wait to be sent to it
   * @param left bytes that have left for it since it came
   */
  Wait look(boolean sends, long received, long buffered, long left, long nowNanos) {
    boolean reads = buffered > 0;
    if (reads && left > taken) {
      // It reads: what waits for it is not cut off as long as it keeps the pace.
      long later = nowNanos + timeouts.bodyIdle().toNanos();
      deadlineNanos = later - deadlineNanos > 0 ? later : deadlineNanos;
    }
    taken = left;
    boolean sendsTooSlowly = sending.tooSlow(received, sends, nowNanos);
    boolean readsTooSlowly = reading.tooSlow(left, reads, nowNanos);
    if (sendsTooSlowly) {
      return Wait.SENDS_SLOWLY;
    }
    if (readsTooSlowly) {
      return Wait.READS_SLOWLY;
    }
    return nowNanos - deadlineNanos >= 0 ? Wait.TIME_IS_UP : Wait.GOES_ON;
  }
}
