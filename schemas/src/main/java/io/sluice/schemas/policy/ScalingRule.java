package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.sluice.schemas.metric.Metric;

/** One way to derive a wished number of servers from a metric of the zone. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes(@JsonSubTypes.Type(value = ScalingRule.Threshold.class, name = "threshold"))
public sealed interface ScalingRule {
  /** The metric that the rule looks at. */
  Metric metric();

  /**
   * One server more while the zone's mean is above a bound, one less while it is below another.
   *
   * @param metric the metric whose mean over the zone's ready servers is compared
   * @param above a mean above this wishes for one more; in the metric's own unit
   * @param below a mean below this wishes for one less; lower than {@code above}
   */
  record Threshold(Metric metric, double above, double below) implements ScalingRule {
    /** The bound above which a server is added, in percent; the origin's figure. */
    public static final double ABOVE_DEFAULT = 70;

    /** The bound below which a server is removed, in percent; the origin's figure. */
    public static final double BELOW_DEFAULT = 10;

    /** The origin's rule: processor use, 70 and 10 percent. */
    public static final Threshold DEFAULT = new Threshold(Metric.CPU, ABOVE_DEFAULT, BELOW_DEFAULT);

    /**
     * Validates the bounds.
     *
     * @throws IllegalArgumentException if they are not finite or not in order
     */
    public Threshold {
      if (!Double.isFinite(above) || !Double.isFinite(below) || below >= above) {
        throw new IllegalArgumentException(
            "threshold on %s: above is %s and below is %s: expected finite numbers, below < above"
                .formatted(metric, above, below));
      }
    }
  }
}
