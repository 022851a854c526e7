package io.sluice.topology.decide;

import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.OnMetric;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.text.Sentence;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a growth that only latency asked for has helped. What makes requests slow may be behind
 * the servers, such as a database: more servers then help nobody, and slow it further.
 *
 * <pre>
 *   grown from n to m servers by latency alone, which was L at a rate of R requests a second
 *     │  all m are warm, and one window later latency is l and the rate r
 *     ├─ l ≤ L · (1 − max(5 %, ½ · (m − n) ÷ m)), or within the rule's bound ─▶ it helped
 *     ├─ r > 1.1 · R + d: there is more to do, and nothing is proved        ─▶ it may have helped
 *     └─ else it did not: latency grows nothing, and wishes for n again, until
 *          latency is within the rule's bound, or r > 1.25 · R + d, or another rule grows the zone
 *   d = 3 · √(R ÷ window in seconds): what a window has more by chance
 * </pre>
 *
 * <p>Until that is known, latency grows nothing more. Example: one server, p95 800 ms, 40 requests
 * a second, a second server. At 790 ms and 41 requests a second it has not helped (600 ms would be
 * a quarter less): back to one, and with a window of 10 s no more by latency below 57 requests a
 * second.
 *
 * @param metric which latency
 * @param latency what it was before, in milliseconds
 * @param rate the zone's requests a second: before, and once it has failed, then
 * @param from how many servers there were to be before
 * @param to how many there were to be then
 * @param settledAt since when all of them are warm; empty: not yet
 * @param failed whether it has not helped
 */
public record LatencyTrial(
    Metric metric,
    double latency,
    double rate,
    int from,
    int to,
    Optional<Instant> settledAt,
    boolean failed) {
  private static final double HELP_MIN = 0.05;
  private static final double SHARE_OF_ADDED = 0.5;
  private static final double BUSIER = 1.1;
  private static final double MUCH_BUSIER = 1.25;
  private static final double DEVIATIONS = 3;

  /** The trial that a command begins; empty: not latency alone asked for it. */
  static Optional<LatencyTrial> begunBy(ScaleCommand command, ZonePolicy policy) {
    if (command.reason().code() != ReasonCode.POLICY || command.to() <= command.from()) {
      return Optional.empty();
    }
    Optional<Metric> latency = Optional.empty();
    for (Wish wish : command.evidence().wishes()) {
      if (!wish.forecastOnly() && wish.servers() > command.from()) {
        latency = latencyOf(wish, policy);
        if (latency.isEmpty()) {
          return Optional.empty();
        }
      }
    }
    Map<Metric, Mean> load = command.evidence().load();
    return latency.flatMap(metric ->
        latencyIn(load, metric)
            .flatMap(before ->
                rateIn(load)
                    .map(rate ->
                        new LatencyTrial(
                            metric,
                            before,
                            rate,
                            command.from(),
                            command.to(),
                            Optional.empty(),
                            false))));
  }

  private static Optional<Metric> latencyOf(Wish wish, ZonePolicy policy) {
    for (ScalingRule rule : policy.rules()) {
      if (rule instanceof OnMetric named
          && named.metric().isLatency()
          && RuleSentences.name(rule).equals(wish.rule())) {
        return Optional.of(named.metric());
      }
    }
    return Optional.empty();
  }

  /**
   * What is left of it after an observation; empty: it is over.
   *
   * @param settled whether all servers that are wanted are warm
   */
  Optional<LatencyTrial> after(
      LoadObserved seen, boolean settled, Instant time, ZonePolicy policy) {
    Optional<Double> now = latencyIn(seen.load(), metric);
    Optional<Double> rateNow = rateIn(seen.load());
    if (now.isEmpty() || rateNow.isEmpty()) {
      return Optional.of(this);
    }
    if (isWithinBounds(now.get(), policy)) {
      return failed || settled ? Optional.empty() : Optional.of(this);
    }
    if (failed) {
      return rateNow.get() > busier(MUCH_BUSIER, policy) ? Optional.empty() : Optional.of(this);
    }
    if (!settled) {
      return Optional.of(this);
    }
    Instant since = settledAt.orElse(time);
    if (time.isBefore(since.plus(policy.window()))) {
      return Optional.of(
          new LatencyTrial(metric, latency, rate, from, to, Optional.of(since), false));
    }
    boolean over = now.get() <= helped() || rateNow.get() > busier(BUSIER, policy);
    return over
        ? Optional.empty()
        : Optional.of(
            new LatencyTrial(metric, latency, rateNow.get(), from, to, Optional.of(since), true));
  }

  /** The highest latency at which the growth has helped. */
  private double helped() {
    double added = SHARE_OF_ADDED * (to - from) / to;
    return latency * (1 - Math.max(HELP_MIN, added));
  }

  /**
   * Above which requests a second there are so many times more of them. Of a window with few
   * requests the next one has more by chance: three standard deviations of a Poisson process are.
   */
  private double busier(double factor, ZonePolicy policy) {
    double window = policy.window().toMillis() / 1_000.0;
    return rate * factor + DEVIATIONS * Math.sqrt(rate / window);
  }

  private boolean isWithinBounds(double now, ZonePolicy policy) {
    for (ScalingRule rule : policy.rules()) {
      boolean grows =
          switch (rule) {
            case Target target ->
                target.metric().equals(metric) && now > target.target() * (1 + target.tolerance());
            case OnMetric named -> named.metric().equals(metric) && Steps.change(named, now) > 0;
            case ScalingRule.Schedule ignored -> false;
            case ScalingRule.Idle ignored -> false;
          };
      if (grows) {
        return false;
      }
    }
    return true;
  }

  /** What a rule on latency may wish for meanwhile. */
  int limit(int wish, int desired) {
    int most = Math.min(wish, desired);
    return failed && wish > from ? Math.min(most, from) : most;
  }

  /** What is to be said of it beside a rule's wish. */
  String sentence(ZonePolicy policy) {
    String growth = Sentence.of("the growth from %d to %d", from, to);
    return failed
        ? Sentence.of(
            "; %s did not help, it was %s before: back to %d, and no more by it below %s requests a"
                + " second",
            growth, Figures.of(metric, latency), from, Figures.of(busier(MUCH_BUSIER, policy)))
        : Sentence.of(
            "; %s has to show first that it helps, it was %s before",
            growth, Figures.of(metric, latency));
  }

  private static Optional<Double> latencyIn(Map<Metric, Mean> load, Metric metric) {
    return Optional.ofNullable(load.get(metric)).filter(Mean::byBalancers).map(Mean::value);
  }

  private static Optional<Double> rateIn(Map<Metric, Mean> load) {
    return Optional.ofNullable(load.get(Metric.REQUESTS_PER_SECOND))
        .filter(Mean::byBalancers)
        .map(mean -> mean.value() * mean.servers());
  }
}
