package io.sluice.balancer.proxy;

import io.sluice.balancer.retry.Failure;
import java.time.Duration;

/**
 * What is done about a server that has a whole request and does not answer.
 *
 * <pre>
 *   silent to everybody ──▶ asked how it is ──can't say──▶ hangs ──▶ another server, or, once
 *                                                                    held long enough, a 503
 *   answers others, but not this ──{@code tryHead}, if set──▶ another server
 *   neither helps ──{@code responseHead}──▶ 504
 * </pre>
 *
 * <p>A server is judged by all its connections of this loop and by its health check, not by one
 * slow request: that would be asked of one server after the other, and make work where there is too
 * much. One that is ejected for what became of other requests, or refuses further ones, goes on
 * with those that it has.
 */
final class Overdue {
  private final Loop loop;
  private final Exchange exchange;
  private final Tries tries;
  private final long silenceNanos;
  private final long holdNanos;

  /** For how long a server has to be waited for until the budget is asked again. */
  private long deniedUntilNanos;

  Overdue(Loop loop, Exchange exchange, Tries tries) {
    ProxyTimeouts timeouts = loop.config().timeouts();
    this.loop = loop;
    this.exchange = exchange;
    this.tries = tries;
    this.silenceNanos = timeouts.silence().toNanos();
    this.holdNanos = timeouts.hold().toNanos();
  }

  /** A server was given the request. */
  void begin() {
    deniedUntilNanos = 0;
  }

  /**
   * Acts if it is time; to be called now and then.
   *
   * @param waitedNanos for how long the server has had the whole request; 0: it has not
   */
  void check(long waitedNanos, long nowNanos) {
    ServerSlot server = tries.server();
    if (server == null || waitedNanos <= 0) {
      return;
    }
    boolean hangs = hangs(server, waitedNanos, nowNanos);
    boolean another = (hangs || late(waitedNanos)) && waitedNanos >= deniedUntilNanos;
    if (another && exchange.leftFor(Failure.NO_ANSWER)) {
      loop.outcomes().unanswered(server, Duration.ofNanos(waitedNanos));
      return;
    }
    if (another) {
      deniedUntilNanos = waitedNanos + silenceNanos;
    }
    if (hangs && waitedNanos >= silenceNanos + holdNanos && exchange.request().repeatable()) {
      exchange.fail(Answer.HANGING);
    }
  }

  private boolean hangs(ServerSlot server, long waitedNanos, long nowNanos) {
    boolean silent = silenceNanos > 0 && server.silentNanos() >= silenceNanos;
    if (silent && waitedNanos >= silenceNanos && server.suspect(nowNanos, silenceNanos)) {
      loop.observations().silent(server.target().server());
    }
    return silent && loop.upstreams().hangs(server);
  }

  /** Each further server is given twice the time: it may be the request that is slow. */
  private boolean late(long waitedNanos) {
    long tryHeadNanos = exchange.terms().timeouts().tryHead().toNanos();
    return tryHeadNanos > 0 && waitedNanos >= tryHeadNanos << tries.before();
  }
}
