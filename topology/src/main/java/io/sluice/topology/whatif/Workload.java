package io.sluice.topology.whatif;

import io.sluice.schemas.config.Problem;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.text.Sentence;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What comes to a zone over time, whatever its servers do about it: an open loop. It is spread
 * evenly over the servers that are ready.
 *
 * @param demand how much there is to do, in a unit of the caller's choice
 * @param capacity how much of it one server can do at most, more than 0
 * @param signals what the servers report of it; the first one is always reported
 * @param source where it comes from, for people
 */
public record Workload(Curve demand, double capacity, List<Signal> signals, String source) {
  private static final double PERCENT = 100;

  /**
   * Copies the signals.
   *
   * @throws IllegalArgumentException if the capacity is not above 0
   */
  public Workload {
    signals = List.copyOf(signals);
    if (!(capacity > 0 && Double.isFinite(capacity))) {
      throw new IllegalArgumentException(
          Sentence.of("capacity of a server %s: expected a number above 0", capacity));
    }
  }

  /**
   * The workload of a trace. Its servers report {@code cpu}, the share of their capacity in use, at
   * most 100 percent, and {@code throughput}, what they do, at most their capacity.
   *
   * @param demand the trace
   * @param capacity units of the trace that one server does at 100 percent
   * @throws IllegalArgumentException if the capacity is not above 0
   */
  public static Workload ofTrace(Curve demand, double capacity) {
    return new Workload(
        demand,
        capacity,
        List.of(
            new Signal(Metric.CPU, demand, PERCENT / capacity, PERCENT),
            new Signal(Metric.THROUGHPUT, demand, 1, capacity)),
        "a trace");
  }

  /** When it begins. */
  public Instant from() {
    return demand.from();
  }

  /** When it ends. */
  public Instant to() {
    return demand.to();
  }

  /** Rules that go by a metric which the servers of this workload do not report. */
  List<Problem> problems(NamedPolicy named) {
    List<Problem> problems = new ArrayList<>();
    List<ScalingRule> rules = named.policy().rules();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i) instanceof ScalingRule.OnMetric rule && signal(rule.metric()).isEmpty()) {
        problems.add(
            new Problem(
                Sentence.of("%s: rules[%d].metric", named.name(), i),
                "'" + rule.metric() + "'",
                Sentence.of(
                    "one of %s, which is what %s tells",
                    signals.stream()
                        .map(signal -> signal.metric().name())
                        .collect(Collectors.joining(", ")),
                    source)));
      }
    }
    return problems;
  }

  /** The signals that the policy's rules go by; at least the first one. */
  List<Signal> signals(ZonePolicy policy) {
    List<Signal> used = new ArrayList<>();
    for (Signal signal : signals) {
      boolean wanted =
          policy.rules().stream()
              .anyMatch(rule ->
                  rule instanceof ScalingRule.OnMetric on && on.metric().equals(signal.metric()));
      if (wanted || used.isEmpty()) {
        used.add(signal);
      }
    }
    return used;
  }

  private Optional<Signal> signal(Metric metric) {
    return signals.stream().filter(signal -> signal.metric().equals(metric)).findFirst();
  }
}
