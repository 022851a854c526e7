package io.sluice.topology.decide;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Cron;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ScalingRule.Schedule;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.Victims;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Policies of every kind, each determined by two numbers. */
final class RandomPolicies {
  private static final List<ScalingRule> RULES =
      List.of(
          Threshold.DEFAULT,
          new Target(Metric.CPU, 50, Target.TOLERANCE_DEFAULT),
          new Step(
              Metric.CPU,
              List.of(
                  new Band(Optional.empty(), Optional.of(15.0), -2),
                  new Band(Optional.of(15.0), Optional.of(30.0), -1),
                  new Band(Optional.of(60.0), Optional.of(80.0), 1),
                  new Band(Optional.of(80.0), Optional.empty(), 3))),
          new Schedule(ZoneOffset.UTC, new Cron("*/4 * * * *"), new Cron("2-59/4 * * * *"), 2, 3),
          new Target(Metric.IN_FLIGHT, 8, 0),
          new Predictive(
              Metric.CPU,
              60,
              Duration.ofSeconds(20),
              Duration.ofSeconds(5),
              Duration.ofSeconds(10),
              true));

  private static final List<Victims> VICTIMS = List.of(Victims.values());

  private RandomPolicies() {}

  static ZonePolicy of(int first, int second) {
    int min = Math.floorMod(first, 3);
    int max = 3 + Math.floorMod(first, 4);
    List<ScalingRule> rules =
        Math.floorMod(second, 3) == 0
            ? List.of(rule(first), rule(second))
            : List.of(rule(first + second));
    return new ZonePolicy(
        min,
        max,
        ZonePolicy.WINDOW_DEFAULT,
        rules,
        Math.floorMod(first, 2) == 0 ? Limits.NONE : limits(second),
        VICTIMS.get(Math.floorMod(second, 3)),
        Math.floorMod(first * 3 + second, 11) == 0);
  }

  private static ScalingRule rule(int number) {
    return RULES.get(Math.floorMod(number, RULES.size()));
  }

  private static Limits limits(int number) {
    return new Limits(
        Duration.ofSeconds(Math.floorMod(number, 4)),
        Duration.ofSeconds(2L * Math.floorMod(number, 5)),
        Duration.ofSeconds(3L * Math.floorMod(number, 7)),
        Duration.ofSeconds(4L * Math.floorMod(number, 3)),
        Duration.ofSeconds(2L * Math.floorMod(number, 6)),
        Math.floorMod(number, 2) == 0 ? Optional.of(1) : Optional.empty(),
        Math.floorMod(number, 5) == 0 ? Optional.of(1) : Optional.empty());
  }
}
