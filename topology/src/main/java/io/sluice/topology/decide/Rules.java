package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import java.util.ArrayList;
import java.util.List;

/**
 * What the rules of a policy wish for. Of several rules the largest wish holds, so that no rule can
 * take away what another one needs.
 */
final class Rules {
  private Rules() {}

  /** The largest wish of the policy's rules; without rules, what the zone is to have. */
  static int wish(Context context, LoadObserved seen) {
    return largest(context, seen, 0);
  }

  /**
   * The largest wish if so many servers more had reported, each the value at which the rule does
   * nothing.
   */
  static int wishWithNeutral(Context context, LoadObserved seen, int servers) {
    return largest(context, seen, servers);
  }

  /** Every rule's wish with its sentence. */
  static List<Wish> wishes(Context context, LoadObserved seen) {
    List<Wish> wishes = new ArrayList<>();
    for (ScalingRule rule : context.policy().rules()) {
      wishes.add(
          new Wish(
              name(rule), wish(rule, context, seen, 0), sentence(rule, context.desired(), seen)));
    }
    return wishes;
  }

  private static int largest(Context context, LoadObserved seen, int neutral) {
    List<ScalingRule> rules = context.policy().rules();
    if (rules.isEmpty()) {
      return context.desired();
    }
    int largest = 0;
    for (int i = 0; i < rules.size(); i++) {
      largest = Math.max(largest, wish(rules.get(i), context, seen, neutral));
    }
    return largest;
  }

  private static int wish(ScalingRule rule, Context context, LoadObserved seen, int neutral) {
    Double mean =
        rule instanceof ScalingRule.OnMetric on && seen.reporting() > 0
            ? seen.load().get(on.metric())
            : null;
    if (mean == null) {
      return context.desired();
    }
    return switch (rule) {
      case Threshold threshold ->
          threshold(threshold, diluted(threshold, mean, seen, neutral), context.desired());
      default -> context.desired();
    };
  }

  private static int threshold(Threshold rule, double mean, int desired) {
    if (mean > rule.above()) {
      return desired + 1;
    }
    return mean < rule.below() ? Math.max(0, desired - 1) : desired;
  }

  /** The mean, had so many servers more reported the middle between the bounds. */
  private static double diluted(Threshold rule, double mean, LoadObserved seen, int neutral) {
    if (neutral == 0) {
      return mean;
    }
    double middle = rule.below() + (rule.above() - rule.below()) / 2;
    double share = (double) seen.reporting() / (seen.reporting() + (double) neutral);
    return mean * share + middle * (1 - share);
  }

  private static String name(ScalingRule rule) {
    return switch (rule) {
      case Threshold threshold -> "threshold " + threshold.metric();
      default -> "";
    };
  }

  private static String sentence(ScalingRule rule, int desired, LoadObserved seen) {
    Metric metric = rule instanceof ScalingRule.OnMetric on ? on.metric() : Metric.CPU;
    Double mean = seen.reporting() == 0 ? null : seen.load().get(metric);
    if (mean == null) {
      return "no ready server reported %s: stays at %d".formatted(metric, desired);
    }
    return switch (rule) {
      case Threshold threshold -> sentence(threshold, mean, desired);
      default -> "";
    };
  }

  private static String sentence(Threshold rule, double mean, int desired) {
    String seen = rule.metric() + " " + Figures.of(rule.metric(), mean);
    if (mean > rule.above()) {
      return "%s is above %s: one more than %d".formatted(seen, Figures.of(rule.above()), desired);
    }
    if (mean < rule.below()) {
      return desired == 0
          ? "%s is below %s: stays at 0".formatted(seen, Figures.of(rule.below()))
          : "%s is below %s: one less than %d".formatted(seen, Figures.of(rule.below()), desired);
    }
    return "%s is from %s to %s: stays at %d"
        .formatted(seen, Figures.of(rule.below()), Figures.of(rule.above()), desired);
  }
}
