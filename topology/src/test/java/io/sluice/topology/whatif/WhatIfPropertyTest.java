package io.sluice.topology.whatif;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class WhatIfPropertyTest {
  private static final int TRIES = 100;
  private static final double SLACK = 1e-9;
  private static final Limits SLOW =
      new Limits(
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofMinutes(5),
          Duration.ofSeconds(45),
          Duration.ofMinutes(3),
          Optional.of(2),
          Optional.of(1));

  @Provide
  Arbitrary<ZonePolicy> policies() {
    Arbitrary<ScalingRule> rules =
        Arbitraries.oneOf(
            Arbitraries.just(Threshold.DEFAULT),
            Arbitraries.integers()
                .between(20, 90)
                .map(target -> new Target(Metric.CPU, target, 0.1)),
            Arbitraries.integers()
                .between(2, 9)
                .map(target -> new Target(Metric.THROUGHPUT, target, 0.1)));
    return Combinators.combine(
            Arbitraries.integers().between(1, 4),
            Arbitraries.integers().between(0, 20),
            Arbitraries.of(1, 10, 45),
            rules,
            Arbitraries.of(Limits.NONE, Limits.DEFAULT, SLOW))
        .as((min, more, window, rule, limits) ->
            new ZonePolicy(min, min + more, Duration.ofSeconds(window), List.of(rule))
                .with(limits));
  }

  @Provide
  Arbitrary<Curve> demands() {
    return Arbitraries.doubles()
        .between(0, 150)
        .list()
        .ofMinSize(2)
        .ofMaxSize(20)
        .map(values -> {
          Curve.Builder curve = new Curve.Builder();
          for (int i = 0; i < values.size(); i++) {
            curve.add(Loads.START.plusSeconds(60L * i), values.get(i));
          }
          return curve.build();
        });
  }

  @Property(tries = TRIES)
  void theFleetStaysWithinThePolicysLimits(
      @ForAll("policies") ZonePolicy policy, @ForAll("demands") Curve demand) {
    Workload workload = Workload.ofTrace(demand, 10);
    long first = demand.from().getEpochSecond();
    ModelledZone zone = new ModelledZone(policy, workload, FleetTimings.DEFAULT, 5, first);
    for (long second = first; second < demand.to().getEpochSecond(); second++) {
      zone.tick(second);

      assertThat(zone.ready()).isBetween(policy.min(), policy.max());
      assertThat(zone.wanted()).isBetween(policy.min(), policy.max());
      assertThat(zone.running()).isGreaterThanOrEqualTo(zone.ready());
    }
  }

  @Property(tries = TRIES)
  void serverHoursAreTheSumOfTheServersOfEverySecond(
      @ForAll("policies") ZonePolicy policy, @ForAll("demands") Curve demand) {
    Workload workload = Workload.ofTrace(demand, 10);
    long first = demand.from().getEpochSecond();
    Outcome outcome = Loads.run(demand, 10, 80, policy);
    int atFirst = (int) Math.ceil(demand.cursor().value(first) / 10 * 100 / 80);
    ModelledZone zone = new ModelledZone(policy, workload, FleetTimings.DEFAULT, atFirst, first);
    long sum = 0;
    for (long second = first; second < demand.to().getEpochSecond(); second++) {
      zone.tick(second);
      sum += zone.running();
    }

    assertThat(outcome.serverHours()).isEqualTo(sum / 3_600.0);
  }

  @Property(tries = TRIES)
  void somethingIsUnservedExactlyIfTheLoadWasOnceAboveFull(
      @ForAll("policies") ZonePolicy policy, @ForAll("demands") Curve demand) {
    Outcome outcome = Loads.run(demand, 10, 80, policy);

    if (outcome.worstLoad() > 100 + SLACK) {
      assertThat(outcome.unservedShare()).isPositive();
    }
    if (outcome.worstLoad() < 100 - SLACK) {
      assertThat(outcome.unservedShare()).isZero();
    }
  }

  @Property(tries = TRIES)
  void underAConstantLoadNothingFlapsIfWarmUpsLastAsLongAsTheWindow(
      @ForAll("policies") ZonePolicy policy, @ForAll @DoubleRange(min = 0, max = 150) double load) {
    Limits patient =
        new Limits(
            policy.window(),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty());
    Outcome outcome = Loads.run(Loads.constant(load, 1_800), 10, 80, policy.with(patient));

    assertThat(outcome.flaps()).isZero();
  }

  /** Most seconds of a quiet load are left out, and nobody can tell. */
  @Property(tries = 5 * TRIES)
  void leapingOverQuietSecondsGivesWhatGoingThroughAllOfThemGives(
      @ForAll("policies") ZonePolicy policy,
      @ForAll("demands") Curve demand,
      @ForAll @IntRange(min = 1, max = 30) int stretch,
      @ForAll @IntRange(max = 90) int startUp) {
    Curve slow = stretched(demand, stretch);
    Workload workload = Workload.ofTrace(slow, 10);
    FleetTimings timings =
        new FleetTimings(Duration.ofSeconds(startUp), Duration.ofSeconds(startUp / 2));
    long first = slow.from().getEpochSecond();
    ModelledZone leaping = new ModelledZone(policy, workload, timings, 5, first);
    ModelledZone walking = new ModelledZone(policy, workload, timings, 5, first, false);
    long end = Math.min(slow.to().getEpochSecond(), first + 20_000);
    for (long second = first; second < end; second++) {
      leaping.tick(second);
      walking.tick(second);

      assertThat(leaping.ready()).as("%d", second).isEqualTo(walking.ready());
      assertThat(leaping.running()).as("%d", second).isEqualTo(walking.running());
      assertThat(leaping.wanted()).as("%d", second).isEqualTo(walking.wanted());
    }
  }

  private static Curve stretched(Curve demand, int factor) {
    Curve.Builder slow = new Curve.Builder();
    Curve.Cursor cursor = demand.cursor();
    long begin = demand.from().getEpochSecond();
    for (long second = begin; second <= demand.to().getEpochSecond(); second += 60) {
      slow.add(demand.from().plusSeconds(factor * (second - begin)), cursor.value(second));
    }
    return slow.build();
  }

  @Property(tries = TRIES)
  void theSameAgainGivesTheSameFigures(
      @ForAll("policies") ZonePolicy policy, @ForAll("demands") Curve demand) {
    assertThat(Loads.run(demand, 10, 80, policy)).isEqualTo(Loads.run(demand, 10, 80, policy));
  }
}
