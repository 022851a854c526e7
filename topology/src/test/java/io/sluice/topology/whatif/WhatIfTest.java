package io.sluice.topology.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.forecast.ForecastError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WhatIfTest {
  private static final double EXACT = 1e-9;
  private static final double TARGET = 80;

  @Test
  void aFleetThatFitsItsLoadIsLeftAlone() {
    Outcome outcome = Loads.run(Loads.constant(3, 3_600), 2, TARGET, Loads.immediate(1, 10));

    // 1.5 servers at full load need two to stay below 80 percent.
    assertThat(outcome).isEqualTo(new Outcome("it", 2, 0, 75, 0, 0, 0, 2, 2, Optional.empty()));
  }

  @Test
  void demandBeyondTheCapacityOfTheMomentIsUnserved() {
    Outcome outcome = Loads.run(Loads.constant(10, 3_600), 2, TARGET, Loads.immediate(1, 3));

    assertThat(outcome.worstLoad()).isEqualTo(100 * 10 / 6.0, within(EXACT));
    assertThat(outcome.unservedShare()).isEqualTo(0.4, within(EXACT));
    assertThat(outcome.overTargetShare()).isEqualTo(1);
  }

  @Test
  void aServerServesAStartUpAndASecondAfterTheLoadAskedForIt() {
    Outcome outcome =
        Loads.run(Loads.jump(5, 8, 10, 60), 10, 70, Loads.immediate(1, 9, Threshold.DEFAULT));

    // Seen in second 10, started in 11, ready in 21.
    assertThat(outcome.overTargetShare()).isEqualTo(11 / 60.0, within(EXACT));
    assertThat(outcome.serverHours() * 3_600).isEqualTo(11 + 2 * 49, within(EXACT));
    assertThat(outcome.worstLoad()).isEqualTo(80, within(EXACT));
    assertThat(outcome.actions()).isEqualTo(1);
    assertThat(outcome.maxServers()).isEqualTo(2);
  }

  @Test
  void aDrainingServerIsPaidForAndServesNothing() {
    Outcome outcome =
        Loads.run(
            Loads.jump(12, 0.5, 10, 60), 10, TARGET, Loads.immediate(1, 9, Threshold.DEFAULT));

    // Seen in second 10, draining from 11 on, gone in 16.
    assertThat(outcome.serverHours() * 3_600).isEqualTo(2 * 16 + 44, within(EXACT));
    assertThat(outcome.minServers()).isEqualTo(1);
    assertThat(outcome.actions()).isEqualTo(1);
  }

  @Test
  void theAutoscalerSeesAtMostAFullServerHoweverMuchThereIsToDo() {
    ZonePolicy onCpu = Loads.immediate(1, 99, Loads.target(Metric.CPU, 50));
    ZonePolicy onThroughput = Loads.immediate(1, 99, Loads.target(Metric.THROUGHPUT, 5));

    // Until the first new server is ready, one full server asks for two, not for twenty.
    for (ZonePolicy policy : List.of(onCpu, onThroughput)) {
      Outcome outcome = Loads.run(Loads.jump(5, 100, 5, 16), 10, TARGET, policy);

      assertThat(outcome.maxServers()).as("%s", policy).isEqualTo(1);
      assertThat(outcome.worstLoad()).isEqualTo(1_000, within(EXACT));
      assertThat(outcome.actions()).isEqualTo(1);
      assertThat(outcome.serverHours() * 3_600).isEqualTo(6 + 2 * 10, within(EXACT));
    }
  }

  @Test
  void aWarmUpDelaysTheNextGrowth() {
    Limits warmUp =
        new Limits(
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty());
    Curve demand = Loads.jump(5, 1_000, 10, 70);
    ZonePolicy quick = Loads.immediate(1, 99, Threshold.DEFAULT);

    // Seen in 10, ready in 21, counted from 51 on.
    assertThat(Loads.run(demand, 10, TARGET, quick).actions()).isEqualTo(6);
    assertThat(Loads.run(demand, 10, TARGET, quick.with(warmUp)).actions()).isEqualTo(2);
  }

  @Test
  void aDryRunIsRunAsIfItActed() {
    ZonePolicy policy = Loads.immediate(1, 9, Threshold.DEFAULT);
    ZonePolicy dry =
        new ZonePolicy(
            1, 9, policy.window(), policy.rules(), policy.limits(), policy.victims(), true);
    Curve demand = Loads.jump(5, 8, 10, 60);

    assertThat(Loads.run(demand, 10, TARGET, dry)).isEqualTo(Loads.run(demand, 10, TARGET, policy));
  }

  @Test
  void aForecastOfALoadThatRepeatsIsBetterThanNone() {
    Curve.Builder waves = new Curve.Builder();
    for (int minute = 0; minute <= 240; minute++) {
      waves.add(Loads.START.plusSeconds(60L * minute), minute % 10 < 5 ? 10 : 40);
    }
    Predictive rule =
        new Predictive(
            Metric.CPU,
            60,
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            true);
    Curve demand = waves.build();

    Outcome none = Loads.run(demand, 10, TARGET, Loads.immediate(1, 20, Threshold.DEFAULT));
    ForecastError error =
        Loads.run(demand, 10, TARGET, Loads.immediate(1, 20, rule)).forecastError().orElseThrow();

    assertThat(none.forecastError()).isEmpty();
    assertThat(error.judged()).isGreaterThan(100);
    assertThat(error.forecast()).isLessThan(error.asNow());
  }

  @Test
  void aRuleOnAMetricThatTheModelDoesNotHaveIsRefusedWithTheOthers() {
    WhatIf whatIf =
        new WhatIf(Workload.ofTrace(Loads.constant(3, 60), 2), FleetTimings.DEFAULT, TARGET);
    List<NamedPolicy> policies =
        List.of(
            new NamedPolicy("a", Loads.immediate(1, 3, Loads.target(Metric.GPU, 50))),
            new NamedPolicy("b", Loads.immediate(1, 3, Loads.target(Metric.IN_FLIGHT, 50))));

    assertThatThrownBy(() -> whatIf.run(Optional.empty(), policies, seconds -> {}))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("a: rules[0].metric: is 'gpu', expected one of cpu, throughput")
        .hasMessageContaining("b: rules[0].metric: is 'in_flight'");
  }

  @Test
  void progressAddsUpToAllSecondsOfAllPolicies() {
    WhatIf whatIf =
        new WhatIf(Workload.ofTrace(Loads.constant(3, 9_000), 2), FleetTimings.DEFAULT, TARGET);
    NamedPolicy policy = new NamedPolicy("a", ZonePolicy.DEFAULT);
    List<Long> steps = new ArrayList<>();

    whatIf.run(Optional.empty(), List.of(policy, policy), steps::add);

    assertThat(steps).contains(3_600L, 1_800L);
    assertThat(steps.stream().mapToLong(step -> step).sum()).isEqualTo(2 * 9_000);
  }

  /** A mean that goes from below a band to above it, within what could be leapt over. */
  @Test
  void stepsWithAGapAreGoneThroughSecondBySecond() {
    ScalingRule gap =
        new Step(
            Metric.CPU,
            List.of(
                new Band(Optional.of(50.0), Optional.of(60.0), 1),
                new Band(Optional.of(70.0), Optional.empty(), 3)));
    Curve.Builder rising = new Curve.Builder();
    rising.add(Loads.START, 4.0);
    rising.add(Loads.START.plusSeconds(900), 4.0);
    rising.add(Loads.START.plusSeconds(901), 5.5);
    rising.add(Loads.START.plusSeconds(910), 5.5);
    rising.add(Loads.START.plusSeconds(911), 6.5);
    rising.add(Loads.START.plusSeconds(2_000), 6.5);
    Curve demand = rising.build();
    Workload workload = Workload.ofTrace(demand, 10);
    ZonePolicy policy = Loads.immediate(1, 9, gap);
    long first = demand.from().getEpochSecond();
    ModelledZone leaping = new ModelledZone(policy, workload, FleetTimings.DEFAULT, 1, first);
    ModelledZone walking =
        new ModelledZone(policy, workload, FleetTimings.DEFAULT, 1, first, false);
    for (long second = first; second < demand.to().getEpochSecond(); second++) {
      leaping.tick(second);
      walking.tick(second);

      assertThat(leaping.wanted()).as("%d", second - first).isEqualTo(walking.wanted());
    }
    assertThat(walking.wanted()).isGreaterThan(1);
  }
}
