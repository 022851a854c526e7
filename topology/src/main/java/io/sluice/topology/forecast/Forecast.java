package io.sluice.topology.forecast;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import java.time.Instant;
import java.util.Optional;

/** Stub. */
public record Forecast(Metric metric) {
  /** Stub. */
  public static Forecast begin(Predictive rule) {
    return new Forecast(rule.metric());
  }

  /** Stub. */
  public boolean fits(Predictive rule) {
    return rule.metric().equals(metric);
  }

  /** Stub. */
  public Forecast observe(Instant time, double total) {
    return this;
  }

  /** Stub. */
  public Optional<Double> ahead() {
    return Optional.empty();
  }
}
