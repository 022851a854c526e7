package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Idle;
import io.sluice.schemas.policy.ScalingRule.OnMetric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ScalingRule.Schedule;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.forecast.Forecast;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rules of a policy wish for. Of several rules the largest wish holds, so that no rule can
 * take away what another one needs.
 */
final class Rules {
  /** No wish; wishes are 0 or more. */
  private static final int NONE = -1;

  private Rules() {}

  /** The largest wish of the rules that count; without one, what the zone is to have. */
  static int wish(Context context, LoadObserved seen, Weighing weighing) {
    if (Idleness.asleep(context)) {
      return 0;
    }
    List<ScalingRule> rules = context.policy().rules();
    int largest = NONE;
    for (int i = 0; i < rules.size(); i++) {
      largest = Math.max(largest, wish(rules.get(i), context, seen, weighing));
    }
    return largest == NONE ? context.desired() : largest;
  }

  /** Every rule's wish, as it stands before any limiter, with its sentence. */
  static List<Wish> wishes(Context context, LoadObserved seen) {
    List<Wish> wishes = new ArrayList<>();
    boolean asleep = Idleness.asleep(context);
    for (ScalingRule rule : context.policy().rules()) {
      boolean only =
          (rule instanceof Predictive predictive && !predictive.act())
              || (asleep && !(rule instanceof Idle idle && Idleness.wish(idle, context) == 0));
      int wish =
          rule instanceof Predictive predictive
              ? forecast(predictive, context)
              : wish(rule, context, seen, Weighing.RAW);
      if (wish != NONE) {
        wishes.add(
            new Wish(RuleSentences.name(rule), wish, RuleSentences.of(rule, context, seen), only));
      }
    }
    return wishes;
  }

  /**
   * Whether a rule would wish for more again if the zone had so few servers and they shared its
   * present load evenly.
   */
  static boolean wouldRegrow(Context context, LoadObserved seen, int servers) {
    // A hair more, since the mean was rounded and a bound may be hit exactly.
    double hair = 1 + Targets.ROUNDING;
    double factor = hair * context.desired() / servers;
    List<ScalingRule> rules = context.policy().rules();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) instanceof OnMetric rule
          && !provedUseless(rule, context)
          && grows(rule, mean(rule, context, seen) * (isShared(rule, seen) ? factor : hair))) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is more for each server where there are fewer; a latency need not be. */
  private static boolean isShared(OnMetric rule, LoadObserved seen) {
    Mean mean = seen.load().get(rule.metric());
    return rule.metric().isShared() || mean == null || !mean.byBalancers();
  }

  /** Whether a rule asks for servers for what balancers do not see, or have not seen yet. */
  static boolean needServersWithoutRequests(Context context) {
    return context.policy().rules().stream().anyMatch(rule -> needsServers(rule, context));
  }

  private static boolean needsServers(ScalingRule rule, Context context) {
    return switch (rule) {
      case Target target ->
          context
              .outside(target.metric())
              .filter(outside -> Targets.wish(target, outside, context, Weighing.RAW) > 0)
              .isPresent();
      case Predictive predictive -> predictive.act() && forecast(predictive, context) > 0;
      case Threshold threshold -> holdsFromOutside(threshold, context);
      case Step step -> holdsFromOutside(step, context);
      case Schedule ignored -> false;
      case Idle ignored -> false;
    };
  }

  /** It holds what it has brought, too. */
  private static boolean holdsFromOutside(OnMetric rule, Context context) {
    int desired = context.desired();
    return context
        .outside(rule.metric())
        .filter(outside -> desired + Steps.change(rule, outside.value() / Math.max(1, desired)) > 0)
        .isPresent();
  }

  /** The metrics by which the policy scales: those of its rules that count. */
  static List<Metric> metrics(ZonePolicy policy) {
    List<Metric> metrics = new ArrayList<>();
    for (ScalingRule rule : policy.rules()) {
      boolean counts = !(rule instanceof Predictive predictive) || predictive.act();
      if (counts && rule instanceof OnMetric named && !metrics.contains(named.metric())) {
        metrics.add(named.metric());
      }
    }
    return metrics;
  }

  /**
   * The mean that a rule looks at; not a number if nobody reported it. Of a target nothing can be
   * negative: such a mean stands for a figure that its source did not have. What came from outside
   * is shared by the servers that are wanted.
   */
  static double mean(OnMetric rule, Context context, LoadObserved seen) {
    OutsideLoad outside = context.outside(rule.metric()).orElse(null);
    if (outside != null) {
      return outside.value() / Math.max(1, context.desired());
    }
    Mean reported = seen.load().get(rule.metric());
    if (reported == null || seen.reporting(rule.metric()) == 0) {
      return Double.NaN;
    }
    double mean = reported.value();
    boolean impossible = !Double.isFinite(mean) || (rule instanceof Target && mean < 0);
    return impossible ? Double.NaN : mean;
  }

  private static int wish(ScalingRule rule, Context context, LoadObserved seen, Weighing weighing) {
    return switch (rule) {
      case Schedule schedule ->
          schedule.active(context.time()) ? schedule.min() : context.policy().min();
      case Predictive predictive -> predictive.act() ? forecast(predictive, context) : NONE;
      case Idle idle -> Idleness.wish(idle, context);
      case Target target -> guarded(target, context, targeted(target, context, seen, weighing));
      case Threshold threshold ->
          guarded(threshold, context, stepped(threshold, context, seen, weighing));
      case Step step -> guarded(step, context, stepped(step, context, seen, weighing));
    };
  }

  /** The wish of a rule that names the whole number. */
  private static int targeted(
      Target target, Context context, LoadObserved seen, Weighing weighing) {
    OutsideLoad outside = context.outside(target.metric()).orElse(null);
    if (outside != null) {
      return Targets.wish(target, outside, context, weighing);
    }
    double mean = mean(target, context, seen);
    return Double.isNaN(mean)
        ? context.desired()
        : Targets.wish(target, mean, seen, context, weighing);
  }

  /** A wish by latency grows nothing while the last growth by it has not shown that it helps. */
  private static int guarded(OnMetric rule, Context context, int wish) {
    LatencyTrial trial = context.state().loads().trial().orElse(null);
    return trial != null && rule.metric().isLatency() ? trial.limit(wish, context.desired()) : wish;
  }

  private static boolean provedUseless(OnMetric rule, Context context) {
    return rule.metric().isLatency()
        && context.state().loads().trial().filter(LatencyTrial::failed).isPresent();
  }

  /** The wish of a rule that adds to the present number or takes from it. */
  private static int stepped(OnMetric rule, Context context, LoadObserved seen, Weighing weighing) {
    double mean = mean(rule, context, seen);
    int desired = context.desired();
    if (Double.isNaN(mean)) {
      return desired;
    }
    double weighed = mean;
    int silent = weighing.includes(Weighing.MISSING) ? context.unseen(rule.metric()) : 0;
    if (silent > 0) {
      double reporting = seen.reporting(rule.metric());
      double share = reporting / (reporting + silent);
      weighed = mean * share + Steps.neutral(rule, mean) * (1 - share);
    }
    int wish = Math.max(0, desired + Steps.change(rule, weighed));
    boolean waits = weighing.includes(Weighing.SETTLED) && !context.settled(wish > desired);
    // A threshold needs a server to go by, and never takes away the last one.
    boolean last = rule instanceof Threshold && wish == 0;
    return waits || last ? desired : wish;
  }

  /** What is enough for the load that is to come; none before a whole season was seen. */
  private static int forecast(Predictive rule, Context context) {
    return context
        .state()
        .forecast(rule)
        .flatMap(Forecast::ahead)
        .map(total -> Targets.servers(total / rule.target()))
        .orElse(NONE);
  }

  private static boolean grows(OnMetric rule, double mean) {
    return !Double.isNaN(mean) && Steps.change(rule, mean) > 0;
  }
}
