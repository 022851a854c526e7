package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.text.Sentence;
import java.util.List;
import java.util.Optional;

/**
 * What requests that wait at a balancer wish for.
 *
 * <pre>
 *   no server is wanted                                      ─▶ 1
 *   n servers are wanted, all are there and take no more     ─▶ n + 1
 *   any other number is on its way, or not yet observed      ─▶ nothing
 * </pre>
 *
 * <p>The second is for servers with a limit: a mean that can't pass the limit may never pass a
 * target either, though a queue grows before them. An example: {@code perServerMax} 20 and a target
 * of 20 on {@code in_flight}. Two full servers report 20, which is on target; of 15 that wait, the
 * zone gets a third.
 */
final class Demand {
  private Demand() {}

  /** The wish of the fact that is decided on, if it is one of requests that wait in vain. */
  static Optional<Wish> of(Context context) {
    if (!(context.fact() instanceof RequestsWaiting seen)) {
      return Optional.empty();
    }
    String waiting =
        Sentence.of(
            "%d %s at the balancer",
            seen.waiting(), seen.waiting() == 1 ? "request waits" : "requests wait");
    int desired = context.desired();
    if (desired == 0) {
      String sentence = Sentence.of("%s and the zone has no server: 1", waiting);
      return Optional.of(new Wish("demand", 1, sentence));
    }
    if (seen.servers().isEmpty() || !context.settled(true) || !context.observed()) {
      return Optional.empty();
    }
    String sentence =
        Sentence.of(
            "%s and %s: one more than %d",
            waiting,
            seen.servers().get() == 1
                ? "the one server has as many as it may"
                : seen.servers().get() + " servers have as many as they may",
            desired);
    return Optional.of(new Wish("demand", desired + 1, sentence));
  }

  /** What a wish passes. The first server of a zone passes no brake: the wait is theirs. */
  static List<Limiter> limiters(int desired) {
    return desired == 0 ? Limiter.ON_DEMAND : Limiter.ON_PRESSURE;
  }
}
