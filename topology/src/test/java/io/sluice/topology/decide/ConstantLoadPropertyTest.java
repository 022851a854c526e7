package io.sluice.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ZonePolicy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What a zone does whose servers share a load that never changes. */
class ConstantLoadPropertyTest {
  /** The largest way, twenty servers, one at a time, with the longest cool-down and window. */
  private static final int SECONDS = 900;

  private static final MathContext SIX_DIGITS = new MathContext(6);

  @Provide
  Arbitrary<ScalingRule> rules() {
    Arbitrary<Double> bounds = Arbitraries.doubles().between(5, 120).ofScale(1);
    Arbitrary<ScalingRule> thresholds =
        Combinators.combine(bounds, Arbitraries.doubles().between(0.05, 0.99))
            .as((above, share) -> new Threshold(Metric.CPU, above, above * share));
    Arbitrary<ScalingRule> targets =
        Combinators.combine(bounds, Arbitraries.doubles().between(0, 0.5))
            .as((target, tolerance) -> new Target(Metric.CPU, target, tolerance));
    Arbitrary<ScalingRule> steps =
        Combinators.combine(bounds, Arbitraries.integers().between(1, 5))
            .as((edge, change) ->
                new Step(
                    Metric.CPU,
                    List.of(
                        new Band(Optional.empty(), Optional.of(edge * 0.9), -change),
                        new Band(Optional.of(edge), Optional.of(edge * 2), 1),
                        new Band(Optional.of(edge * 2), Optional.empty(), change))));
    return Arbitraries.oneOf(thresholds, targets, steps);
  }

  @Provide
  Arbitrary<Limits> limits() {
    Arbitrary<Integer> seconds = Arbitraries.integers().between(0, 20);
    return Combinators.combine(seconds, seconds, seconds, seconds)
        .as((out, in, coolOut, coolIn) ->
            new Limits(
                Duration.ZERO,
                Duration.ofSeconds(out),
                Duration.ofSeconds(in),
                Duration.ofSeconds(coolOut),
                Duration.ofSeconds(coolIn),
                Optional.empty(),
                Optional.empty()));
  }

  @Property(tries = 200)
  void neverTurnsRoundAndComesToRest(
      @ForAll("rules") ScalingRule rule,
      @ForAll("limits") Limits limits,
      @ForAll @IntRange(min = 1, max = 20) int begin,
      @ForAll @IntRange(max = 1500) int total) {
    ZonePolicy policy =
        new ZonePolicy(1, 20, ZonePolicy.WINDOW_DEFAULT, List.of(rule)).with(limits);
    History history = History.running(policy);
    history.manual(begin, Optional.empty());
    history.obey();
    int before = history.commands().size();

    for (int second = 0; second < SECONDS; second++) {
      history.pass(Duration.ofSeconds(1)).observe(mean(total, history.desired()));
      history.obey();
    }

    List<ScaleCommand> commands = history.commands().subList(before, history.commands().size());
    boolean grows = commands.stream().allMatch(command -> command.to() > command.from());
    boolean shrinks = commands.stream().allMatch(command -> command.to() < command.from());
    // A step can overshoot: coming back from that once is no flapping.
    if (rule instanceof Step) {
      assertThat(turns(commands)).isLessThanOrEqualTo(1);
    } else {
      assertThat(grows || shrinks).as("%s", commands).isTrue();
    }
    int rest = history.commands().size();
    for (int second = 0; second < 60; second++) {
      history.pass(Duration.ofSeconds(1)).observe(mean(total, history.desired()));
    }
    assertThat(history.commands()).hasSize(rest);
  }

  private static int turns(List<ScaleCommand> commands) {
    int turns = 0;
    for (int i = 1; i < commands.size(); i++) {
      boolean was = commands.get(i - 1).to() > commands.get(i - 1).from();
      boolean is = commands.get(i).to() > commands.get(i).from();
      turns += was == is ? 0 : 1;
    }
    return turns;
  }

  private static double mean(int total, int servers) {
    return new BigDecimal((double) total / servers).round(SIX_DIGITS).doubleValue();
  }
}
