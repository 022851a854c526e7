package io.sluice.topology.decide;

import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ScalingRule.OnMetric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import java.util.Optional;

/** The arithmetic of rules that add servers to the present number, or take some from it. */
final class Steps {
  private Steps() {}

  /** How many servers more (or fewer, if negative) the rule wishes for at this mean. */
  static int change(OnMetric rule, double mean) {
    return switch (rule) {
      case Threshold threshold -> {
        if (mean > threshold.above()) {
          yield 1;
        }
        yield mean < threshold.below() ? -1 : 0;
      }
      case Step step -> band(step, mean).map(Band::change).orElse(0);
      // These name a number of servers, not a change.
      case Target ignored -> 0;
      case Predictive ignored -> 0;
    };
  }

  /** The band in which the mean lies; empty between and outside of the bands. */
  static Optional<Band> band(Step step, double mean) {
    for (Band band : step.bands()) {
      if (band.holds(mean)) {
        return Optional.of(band);
      }
    }
    return Optional.empty();
  }

  /** A value at which the rule does nothing: the middle of where it does nothing. */
  static double neutral(OnMetric rule, double mean) {
    return switch (rule) {
      case Threshold threshold -> middle(threshold.below(), threshold.above(), mean);
      case Step step -> {
        double low = Double.NaN;
        double high = Double.NaN;
        for (Band band : step.bands()) {
          low = band.change() < 0 ? band.to().orElse(low) : low;
          high = band.change() > 0 && Double.isNaN(high) ? band.from().orElse(high) : high;
        }
        yield middle(low, high, mean);
      }
      case Target target -> target.target();
      case Predictive predictive -> predictive.target();
    };
  }

  private static double middle(double low, double high, double mean) {
    if (Double.isNaN(low)) {
      return Double.isNaN(high) ? mean : high;
    }
    return Double.isNaN(high) ? low : low + (high - low) / 2;
  }
}
