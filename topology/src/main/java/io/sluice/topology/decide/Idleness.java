package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Idle;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The rule that lets a zone sleep.
 *
 * <pre>
 *   no request for as long as the rule says, no server on its way,
 *   and no work that comes without requests                        ─▶ 0, whatever others wish
 *   a request since, or it is not known whether there was one      ─▶ 1 at least
 * </pre>
 *
 * <p>Work without requests is what a rule on a figure from outside wishes for, such as jobs in a
 * queue, and what a forecast that may act expects: a zone that it wakes must not fall asleep over
 * it.
 *
 * <p>Example: after 15 minutes. The balancers' last request ended 14 minutes ago: a rule on the
 * requests wishes for none, and one server stays. A minute later none does. While a server is on
 * its way, or ready for less than ten seconds, nothing is taken for idle: what woke the zone may
 * not stand in the observation yet.
 */
final class Idleness {
  /** Longer than any rule asks for; how much longer is of no interest. */
  private static final double LONG_SECONDS = Idle.AFTER_MAX.toSeconds() * 100.0;

  private Idleness() {}

  /** Whether a rule of the policy lets the zone go without servers now. */
  static boolean asleep(Context context) {
    for (ScalingRule rule : context.policy().rules()) {
      if (rule instanceof Idle idle && asleep(idle, context)) {
        return true;
      }
    }
    return false;
  }

  private static boolean asleep(Idle rule, Context context) {
    return since(context).filter(idle -> idle.compareTo(rule.after()) >= 0).isPresent()
        && context.settled(true)
        && readyForLong(context)
        && !Rules.needServersWithoutRequests(context);
  }

  /** What the last server was woken for may not stand in the observation yet. */
  private static boolean readyForLong(Context context) {
    Instant last = context.time().minus(Idle.AFTER_MIN);
    return context.state().zone().servers().values().stream()
        .noneMatch(server -> server.state() == ServerState.READY && server.since().isAfter(last));
  }

  /** What the rule wishes for. */
  static int wish(Idle rule, Context context) {
    if (asleep(rule, context)) {
      return 0;
    }
    return alone(context) ? context.desired() : Math.min(1, context.desired());
  }

  /** Whether no other rule says how many servers there are to be. */
  private static boolean alone(Context context) {
    return context.policy().rules().stream()
        .allMatch(rule ->
            rule instanceof Idle || (rule instanceof Predictive predictive && !predictive.act()));
  }

  /** How the rule came to its wish. */
  static String sentence(Idle rule, Context context) {
    int wish = wish(rule, context);
    Optional<Duration> since = since(context);
    if (since.isEmpty()) {
      return Sentence.of(
          "the zone's balancers did not all say since when there was no request: stays at %d or more",
          wish);
    }
    String idle = Sentence.of("no request for %s", Figures.of(since.get()));
    String after = Figures.of(rule.after());
    if (asleep(rule, context)) {
      return Sentence.of("%s (balancer), which is %s or more: none is needed", idle, after);
    }
    if (since.get().compareTo(rule.after()) < 0) {
      return Sentence.of("%s (balancer), less than %s: stays at %d or more", idle, after, wish);
    }
    return Rules.needServersWithoutRequests(context)
        ? Sentence.of("%s (balancer), but there is other work: stays at %d or more", idle, wish)
        : Sentence.of("%s (balancer), but a server is new: stays at %d or more", idle, wish);
  }

  /** For how long the zone had no request, in whole seconds; empty: that is not known. */
  private static Optional<Duration> since(Context context) {
    return context
        .observation()
        .map(LoadObserved::load)
        .map(load -> load.get(Metric.IDLE_SECONDS))
        .filter(Mean::byBalancers)
        .map(Mean::value)
        .filter(seconds -> seconds >= 0)
        .map(seconds -> Duration.ofSeconds((long) Math.min(seconds, LONG_SECONDS)));
  }
}
