package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.text.Sentence;
import java.util.Optional;

/**
 * A limiter that looks at the observation anew, each with one more thing taken into account (see
 * {@link Weighing}). It can bring a wish nearer to the number that the zone has, never further
 * away.
 */
sealed interface Weigher extends Limiter {
  /** The wish between the present number and the one given, with this much taken into account. */
  private static int again(Context context, int wish, Weighing weighing) {
    LoadObserved seen = context.observation().orElse(null);
    int desired = context.desired();
    if (seen == null || wish == desired) {
      return wish;
    }
    int anew = Rules.wish(context, seen, weighing);
    return Math.clamp(anew, Math.min(wish, desired), Math.max(wish, desired));
  }

  /**
   * No data is neither high nor low load, and each rule needs that of its own metric. Nobody
   * reported it: nothing changes by it. Somebody did not: never fewer servers, and more only if
   * that would still be wished for had the silent ones reported the value at which the policy does
   * nothing.
   */
  record MissingData() implements Weigher {
    @Override
    public String name() {
      return "missing-data";
    }

    @Override
    public int apply(Context context, int wish) {
      Optional<Metric> missing = missing(context);
      if (missing.isEmpty()) {
        return wish;
      }
      int desired = context.desired();
      return wish < desired ? desired : again(context, wish, Weighing.MISSING);
    }

    /** The metric that most servers did not report; empty if all reported every one. */
    private static Optional<Metric> missing(Context context) {
      if (Idleness.asleep(context)) {
        // The balancers' word is enough: there is no load to be reported.
        return Optional.empty();
      }
      Optional<Metric> worst = Optional.empty();
      int most = 0;
      for (Metric metric : Rules.metrics(context.policy())) {
        int unseen = context.unseen(metric);
        if (unseen > most || (nobody(context, metric) && worst.isEmpty())) {
          worst = Optional.of(metric);
          most = unseen;
        }
      }
      return worst;
    }

    private static boolean nobody(Context context, Metric metric) {
      return context.outside(metric).isEmpty()
          && context.observation().filter(it -> it.reporting(metric) > 0).isEmpty();
    }

    @Override
    public String sentence(Context context, int before, int after) {
      Metric metric = missing(context).orElse(Metric.CPU);
      if (metric.isOfBalancers() && nobody(context, metric)) {
        return Sentence.of("the balancers did not all report %s: stays at %d", metric, after);
      }
      if (context.observation().filter(it -> it.reporting() > 0).isEmpty()) {
        return Sentence.of("no ready server reported: stays at %d", after);
      }
      String silent =
          Sentence.of("%s did not report %s", Figures.servers(context.unseen(metric)), metric);
      return before < after
          ? Sentence.of("%s: no scaling in on missing data", silent)
          : Sentence.of(
              "%s: with a value at which the policy does nothing in their place, it wishes for %d",
              silent, after);
    }
  }

  /**
   * A server that is starting or was ready for too short bears no load yet, and soon will: it is
   * counted as idle before more are added, and as fully loaded before any is removed.
   */
  record WarmUp() implements Weigher {
    @Override
    public String name() {
      return "warm-up";
    }

    @Override
    public int apply(Context context, int wish) {
      return context.cold() == 0 ? wish : again(context, wish, Weighing.COLD);
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return Sentence.of(
          "%s starting or warming up and counted as %s: %d",
          context.cold() == 1 ? "1 server is" : context.cold() + " servers are",
          before > after ? "idle" : "on target",
          after);
    }
  }

  /**
   * One change at a time for rules that add to the present number or take from it: while a server
   * is on its way in, and before shrinking also while one is on its way out, the load does not yet
   * show what the last change did. Rules that name the whole number do not wait.
   */
  record ChangeInProgress() implements Weigher {
    @Override
    public String name() {
      return "change-in-progress";
    }

    @Override
    public int apply(Context context, int wish) {
      boolean settled = context.settled(wish > context.desired());
      return settled ? wish : again(context, wish, Weighing.SETTLED);
    }

    @Override
    public String sentence(Context context, int before, int after) {
      Census census = context.census();
      return Sentence.of(
              "a change is in progress: %s ready (%d warming up), %d not yet ready, %d leaving, of %d",
              Figures.servers(census.ready()),
              context.warming(),
              census.unready(),
              census.leaving(),
              context.desired())
          + " wanted";
    }
  }

  /** A mean that is close enough to its target changes nothing. */
  record Tolerance() implements Weigher {
    @Override
    public String name() {
      return "tolerance";
    }

    @Override
    public int apply(Context context, int wish) {
      return again(context, wish, Weighing.TOLERANT);
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return Sentence.of("the load is within the tolerance of its target: %d", after);
    }
  }

  /**
   * No step down that the same load would take back at once: what would be left of the servers must
   * be able to share the present load without wishing for more. The rule is that of <a
   * href="https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-flapping">Azure
   * Monitor's autoscale</a>.
   */
  record FlapGuard() implements Weigher {
    @Override
    public String name() {
      return "flap-guard";
    }

    @Override
    public int apply(Context context, int wish) {
      LoadObserved seen = context.observation().orElse(null);
      if (seen == null || wish >= context.desired()) {
        return wish;
      }
      int least = Math.max(wish, context.bounds().min());
      int after = least;
      // A zone that may go to none is woken by requests, not by load.
      while (after > 0 && after < context.desired() && Rules.wouldRegrow(context, seen, after)) {
        after++;
      }
      return after == least ? wish : after;
    }

    @Override
    public String sentence(Context context, int before, int after) {
      return Sentence.of(
          "%s would have to bear so much that the policy would grow again: %d",
          Figures.servers(before), after);
    }
  }
}
