package io.sluice.schemas.policy;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import java.util.Optional;

/**
 * Which values the mean of a metric can have, and what is to be expected of a bound instead if none
 * of them ever meets it: a rule that can never do what it says is a mistake.
 *
 * @param metric the metric; only what servers report by themselves has known ends
 */
record Reach(Metric metric) {
  private static final double PERCENT_MAX = 100;

  /** What is expected if no mean can be above this; empty if one can. */
  Optional<String> exceeds(double bound) {
    return metric.isPercentage() && bound >= PERCENT_MAX
        ? Optional.of(Sentence.of("less than 100: a mean of %s is never above it", metric))
        : Optional.empty();
  }

  /** What is expected if every mean is above this; empty if one can be less. */
  Optional<String> staysBelow(double bound) {
    return metric.isNeverNegative() && bound < 0
        ? Optional.of(Sentence.of("0 or more: every mean of %s is above it", metric))
        : Optional.empty();
  }

  /** What is expected if no mean can be this or more; empty if one can. */
  Optional<String> reaches(double bound) {
    return metric.isPercentage() && bound > PERCENT_MAX
        ? Optional.of(Sentence.of("at most 100: a mean of %s is never more", metric))
        : Optional.empty();
  }

  /** What is expected if no mean can be below this; empty if one can. */
  Optional<String> fallsBelow(double bound) {
    return metric.isNeverNegative() && bound <= 0
        ? Optional.of(Sentence.of("more than 0: a mean of %s is never below it", metric))
        : Optional.empty();
  }

  /**
   * What is expected if no mean can be so far above a target that a rule would grow; empty if one
   * can. The servers would be at their limit and nothing would happen.
   *
   * @param tolerance how far above the target nothing is done, as a share of it
   */
  Optional<String> outgrows(double target, double tolerance) {
    if (!metric.isPercentage() || target * (1 + tolerance) < PERCENT_MAX) {
      return Optional.empty();
    }
    return Optional.of(
        tolerance == 0
            ? Sentence.of("less than 100: a mean of %s is never above it", metric)
            : Sentence.of(
                "less than %s: with a tolerance of %s nothing grows up to %s, and a mean of %s is"
                    + " never above 100",
                figure(PERCENT_MAX / (1 + tolerance)),
                tolerance,
                figure(target * (1 + tolerance)),
                metric));
  }

  private static String figure(double value) {
    return Sentence.of("%.1f", value);
  }
}
