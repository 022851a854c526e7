package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.forecast.Forecast;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a zone has learnt for its predictive rules, one after another. */
final class Forecasts {
  private Forecasts() {}

  /**
   * What is kept under another policy: what its rules can go on from, and a beginning for others.
   */
  static List<Forecast> under(ZonePolicy policy, List<Forecast> before) {
    List<Forecast> kept = new ArrayList<>();
    for (ScalingRule rule : policy.rules()) {
      if (rule instanceof Predictive predictive) {
        kept.add(
            before.stream()
                .filter(forecast -> forecast.fits(predictive))
                // Of two that look ahead differently far, each goes on from its own.
                .min(
                    Comparator.comparing(
                        forecast -> !forecast.horizon().equals(predictive.horizon())))
                .map(forecast -> forecast.under(predictive))
                .orElseGet(() -> Forecast.begin(predictive)));
      }
    }
    return kept;
  }

  /**
   * What was learnt after an observation: the zone's total is its mean, borne by all that are
   * ready. Where fewer than half of those that should have reported did, the mean tells too little
   * of the total. Balancers know all of it.
   */
  static List<Forecast> after(List<Forecast> before, LoadObserved seen, Instant time) {
    List<Forecast> next = new ArrayList<>(before.size());
    for (Forecast forecast : before) {
      Mean mean = seen.load().get(forecast.metric());
      int told = seen.reporting(forecast.metric());
      // A warming server's share is borne by the others' means already.
      int bear = seen.reporting() + seen.missingCount();
      // What an earlier release observed teaches what it taught that release.
      boolean earlier = seen.counted().isEmpty();
      if (mean != null && mean.byBalancers()) {
        next.add(forecast.observe(time, mean.value() * mean.servers()));
      } else if (mean == null
          || told == 0
          || seen.reporting() == 0
          || (!earlier && told < bear - told)) {
        next.add(forecast);
      } else if (earlier) {
        next.add(forecast.observeAll(time, mean.value() * bear));
      } else {
        next.add(forecast.observe(time, mean.value() * bear));
      }
    }
    return next;
  }
}
