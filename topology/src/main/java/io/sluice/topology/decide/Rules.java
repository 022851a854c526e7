package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
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
    for (ScalingRule rule : context.policy().rules()) {
      boolean only = rule instanceof Predictive predictive && !predictive.act();
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
    double factor = (1 + Targets.ROUNDING) * context.desired() / servers;
    List<ScalingRule> rules = context.policy().rules();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) instanceof OnMetric rule && grows(rule, mean(rule, seen) * factor)) {
        return true;
      }
    }
    return false;
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
   * negative: such a mean stands for a figure that its source did not have.
   */
  static double mean(OnMetric rule, LoadObserved seen) {
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
      case Target target -> {
        double mean = mean(target, seen);
        yield Double.isNaN(mean)
            ? context.desired()
            : Targets.wish(target, mean, seen, context, weighing);
      }
      case Threshold threshold -> stepped(threshold, context, seen, weighing);
      case Step step -> stepped(step, context, seen, weighing);
    };
  }

  /** The wish of a rule that adds to the present number or takes from it. */
  private static int stepped(OnMetric rule, Context context, LoadObserved seen, Weighing weighing) {
    double mean = mean(rule, seen);
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
