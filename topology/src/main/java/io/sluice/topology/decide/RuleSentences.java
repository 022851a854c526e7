package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ScalingRule.Idle;
import io.sluice.schemas.policy.ScalingRule.OnMetric;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ScalingRule.Schedule;
import io.sluice.schemas.policy.ScalingRule.Step;
import io.sluice.schemas.policy.ScalingRule.Target;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.text.Sentence;
import io.sluice.topology.forecast.Forecast;
import io.sluice.topology.forecast.ForecastError;
import java.util.Optional;

/** What the rules wish for, in words. */
final class RuleSentences {
  private RuleSentences() {}

  /** The rule's name in the evidence, such as {@code threshold cpu}. */
  static String name(ScalingRule rule) {
    return switch (rule) {
      case Threshold threshold -> "threshold " + threshold.metric();
      case Target target -> "target " + target.metric();
      case Step step -> "step " + step.metric();
      case Schedule schedule -> "schedule " + schedule.start();
      case Predictive predictive -> "predictive " + predictive.metric();
      case Idle ignored -> "idle";
    };
  }

  /** How the rule came to its wish. */
  static String of(ScalingRule rule, Context context, LoadObserved seen) {
    return switch (rule) {
      case Schedule schedule -> schedule(schedule, context);
      case Predictive predictive -> predictive(predictive, context);
      case Idle idle -> Idleness.sentence(idle, context);
      case Threshold threshold -> measured(threshold, context, seen);
      case Target target -> measured(target, context, seen);
      case Step step -> measured(step, context, seen);
    };
  }

  private static String measured(OnMetric rule, Context context, LoadObserved seen) {
    double mean = Rules.mean(rule, context, seen);
    if (Double.isNaN(mean)) {
      return silent(rule, seen, context.desired());
    }
    String figure = figure(rule, mean, context, seen);
    String sentence =
        switch (rule) {
          case Threshold threshold -> threshold(threshold, mean, figure, context.desired());
          case Target target -> target(target, mean, figure, context, seen);
          case Step step -> step(step, mean, figure, context.desired());
          case Predictive predictive -> predictive(predictive, context);
        };
    Optional<LatencyTrial> trial =
        context.state().loads().trial().filter(it -> rule.metric().isLatency());
    return sentence + trial.map(it -> it.sentence(context.policy())).orElse("");
  }

  /** What was seen of the metric, and where that comes from, such as {@code cpu 80 % (engine)}. */
  private static String figure(OnMetric rule, double mean, Context context, LoadObserved seen) {
    String source =
        context
            .outside(rule.metric())
            .map(outside -> Sentence.of(" a server (outside, %s)", outside.source()))
            .orElseGet(() -> Figures.source(seen.load().get(rule.metric())));
    return rule.metric() + " " + Figures.of(rule.metric(), mean) + source;
  }

  private static String silent(OnMetric rule, LoadObserved seen, int desired) {
    Mean reported = seen.load().get(rule.metric());
    if (reported != null && seen.reporting(rule.metric()) > 0) {
      double mean = reported.value();
      return Sentence.of(
          "%s %s is no load: stays at %d",
          rule.metric(), Double.isFinite(mean) ? Figures.of(mean) : mean, desired);
    }
    return rule.metric().isOfBalancers()
        ? Sentence.of("the balancers did not all report %s: stays at %d", rule.metric(), desired)
        : Sentence.of("no ready server reported %s: stays at %d", rule.metric(), desired);
  }

  private static String threshold(Threshold rule, double mean, String seen, int desired) {
    if (mean > rule.above()) {
      return Sentence.of(
          "%s is above %s: one more than %d", seen, Figures.of(rule.above()), desired);
    }
    if (mean < rule.below()) {
      return desired <= 1
          ? Sentence.of("%s is below %s: stays at %d", seen, Figures.of(rule.below()), desired)
          : Sentence.of(
              "%s is below %s: one less than %d", seen, Figures.of(rule.below()), desired);
    }
    return Sentence.of(
        "%s is from %s to %s: stays at %d",
        seen, Figures.of(rule.below()), Figures.of(rule.above()), desired);
  }

  private static String target(
      Target rule, double mean, String figure, Context context, LoadObserved seen) {
    Optional<OutsideLoad> outside = context.outside(rule.metric());
    if (outside.isPresent()) {
      return Sentence.of(
          "%s %s in all (outside, %s) of a target of %s a server: %d are enough",
          rule.metric(),
          Figures.of(rule.metric(), outside.get().value()),
          outside.get().source(),
          Figures.of(rule.target()),
          Targets.wish(rule, outside.get(), context, Weighing.RAW));
    }
    int servers = seen.reporting(rule.metric()) + context.unseen(rule.metric()) + context.cold();
    int wish = Targets.wish(rule, mean, seen, context, Weighing.RAW);
    return Sentence.of(
        "%s of a target of %s, times %s: %d are enough",
        figure, Figures.of(rule.target()), Figures.servers(servers), wish);
  }

  private static String step(Step rule, double mean, String seen, int desired) {
    Optional<Band> band = Steps.band(rule, mean);
    if (band.isEmpty()) {
      return Sentence.of("%s is in no band: stays at %d", seen, desired);
    }
    String range =
        Sentence.of(
            "%s is %s%s",
            seen,
            band.get().from().map(from -> "from " + Figures.of(from)).orElse(""),
            band.get()
                .to()
                .map(to ->
                    (band.get().from().isPresent() ? " to below " : "below ") + Figures.of(to))
                .orElse(""));
    int change = band.get().change();
    if (change == 0) {
      return Sentence.of("%s: stays at %d", range, desired);
    }
    return Sentence.of(
        "%s: %d %s than %d", range, Math.abs(change), change > 0 ? "more" : "less", desired);
  }

  private static String schedule(Schedule rule, Context context) {
    return rule.active(context.time())
        ? Sentence.of(
            "the schedule from '%s' to '%s' (%s) is active: at least %d",
            rule.start(), rule.end(), rule.timezone(), rule.min())
        : Sentence.of(
            "the schedule from '%s' to '%s' (%s) is not active: the policy's minimum of %d",
            rule.start(), rule.end(), rule.timezone(), context.policy().min());
  }

  private static String predictive(Predictive rule, Context context) {
    Optional<Forecast> known = context.state().forecast(rule);
    return known
        .flatMap(Forecast::ahead)
        .map(total ->
            Sentence.of(
                "a total %s of up to %s is forecast for the next %s, of a target of %s: %d are enough%s%s",
                rule.metric(),
                Figures.of(total),
                Figures.of(rule.horizon()),
                Figures.of(rule.target()),
                Targets.servers(total / rule.target()),
                rule.act() ? "" : " (recorded only)",
                known.map(Forecast::error).map(RuleSentences::error).orElse("")))
        .orElse(Sentence.of("no forecast of %s yet", rule.metric()));
  }

  private static String error(ForecastError error) {
    return error.judged() == 0
        ? ""
        : Sentence.of(
            "; so far it missed by %s on average (%d judged), 'as now' by %s, 'as a season ago' by %s",
            Figures.of(error.forecast()),
            error.judged(),
            Figures.of(error.asNow()),
            Figures.of(error.asLastSeason()));
  }
}
