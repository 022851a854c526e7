package io.sluice.topology.observe;

import io.sluice.schemas.event.Counted;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.Victims;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** One observation in the making: each ready server is called once, in the order of its number. */
final class RollCall {
  private static final MathContext DIGITS = new MathContext(6);

  private final Columns columns;
  private final double[] sums;
  private final int[] counts;
  private final int[] engines;
  private final double[] means;
  private final List<ServerId> missing = new ArrayList<>();
  private final List<ServerId> warming = new ArrayList<>();
  private final Idlest idlest = new Idlest();
  private final int idlestColumn;
  private int reporting;
  private int missed;
  private int warmed;

  RollCall(Zone zone, Columns columns) {
    this.columns = columns;
    this.sums = new double[columns.count()];
    this.counts = new int[columns.count()];
    this.engines = new int[columns.count()];
    this.means = new double[columns.count()];
    this.idlestColumn = metricOfVictims(zone).map(columns::known).orElse(Columns.NONE);
  }

  /** The metric by which the policy chooses victims; empty if it chooses them by their age. */
  private static Optional<Metric> metricOfVictims(Zone zone) {
    return zone.policy().victims() != Victims.LEAST_LOADED
        ? Optional.empty()
        : zone.policy().rules().stream()
            .filter(ScalingRule.OnMetric.class::isInstance)
            .map(rule -> ((ScalingRule.OnMetric) rule).metric())
            .findFirst();
  }

  /** A server that reported within the {@code span} seconds that end with this one. */
  void reporting(ServerId id, ServerWindow server, long end, int span) {
    reporting++;
    for (int column = 0; column < sums.length; column++) {
      double mean = server.mean(column, end, span);
      means[column] = mean;
      if (!Double.isNaN(mean)) {
        sums[column] += mean;
        counts[column]++;
        engines[column] += server.byEngine() ? 1 : 0;
      }
    }
    if (idlestColumn != Columns.NONE && !Double.isNaN(means[idlestColumn])) {
      idlest.offer(id, means[idlestColumn]);
    }
  }

  void missing(ServerId id) {
    missed++;
    if (missing.size() < ZoneWindow.MISSING_LISTED_MAX) {
      missing.add(id);
    }
  }

  void warming(ServerId id) {
    warmed++;
    if (warming.size() < ZoneWindow.MISSING_LISTED_MAX) {
      warming.add(id);
    }
  }

  LoadObserved observation(Zone zone, Instant at) {
    return new LoadObserved(
        zone.id(),
        at,
        zone.policy().window(),
        load(),
        reporting,
        missing,
        warming,
        idlest.inOrder(),
        Optional.of(new Counted(missed, warmed)));
  }

  /** Rounded to six digits: more would be noise, and would make the journal longer. */
  private SortedMap<Metric, Mean> load() {
    SortedMap<Metric, Mean> load = new TreeMap<>();
    for (int column = 0; column < sums.length; column++) {
      if (counts[column] > 0) {
        double mean = sums[column] / counts[column];
        load.put(
            columns.metric(column),
            new Mean(
                new BigDecimal(mean).round(DIGITS).doubleValue(),
                counts[column],
                measurers(engines[column], counts[column])));
      }
    }
    return load;
  }

  private static List<Measurer> measurers(int byEngine, int all) {
    if (byEngine == 0) {
      return List.of();
    }
    return byEngine == all ? List.of(Measurer.ENGINE) : List.of(Measurer.SERVER, Measurer.ENGINE);
  }
}
