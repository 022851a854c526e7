package io.sluice.topology.whatif;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Loads and policies of tests. */
final class Loads {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Loads() {}

  /** The same demand for so many seconds. */
  static Curve constant(double demand, int seconds) {
    Curve.Builder curve = new Curve.Builder();
    curve.add(START, demand);
    curve.add(START.plusSeconds(seconds), demand);
    return curve.build();
  }

  /** One demand until a second, and another one from it on. */
  static Curve jump(double before, double after, int at, int seconds) {
    Curve.Builder curve = new Curve.Builder();
    curve.add(START, before);
    curve.add(START.plusSeconds(at - 1), before);
    curve.add(START.plusSeconds(at), after);
    if (at < seconds) {
      curve.add(START.plusSeconds(seconds), after);
    }
    return curve.build();
  }

  /** A policy that looks back one second and is slowed down by nothing. */
  static ZonePolicy immediate(int min, int max, ScalingRule... rules) {
    return new ZonePolicy(min, max, Duration.ofSeconds(1), List.of(rules)).with(Limits.NONE);
  }

  static Target target(Metric metric, double target) {
    return new Target(metric, target, Target.TOLERANCE_DEFAULT);
  }

  /** Runs one policy; start-ups take 10 s and drains 5 s. */
  static Outcome run(Curve demand, double capacity, double target, ZonePolicy policy) {
    WhatIf whatIf = new WhatIf(Workload.ofTrace(demand, capacity), FleetTimings.DEFAULT, target);
    return whatIf
        .run(Optional.empty(), List.of(new NamedPolicy("it", policy)), seconds -> {})
        .report()
        .policies()
        .getFirst();
  }
}
