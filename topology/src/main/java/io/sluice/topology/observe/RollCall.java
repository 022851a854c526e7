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
import io.sluice.topology.observe.BalancerWindow.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** One observation in the making: each ready server is called once, in the order of its number. */
final class RollCall {
  private static final MathContext DIGITS = new MathContext(6);

  /** Of what balancers measure this is told of every zone, the rest where a rule asks for it. */
  private static final Set<Metric> ALWAYS =
      Set.of(
          Metric.REQUESTS_PER_SECOND,
          Metric.REQUESTS_IN_FLIGHT,
          Metric.LATENCY_P95,
          Metric.ERROR_SHARE);

  private final Columns columns;
  private final double[] sums;
  private final int[] counts;
  private final int[] engines;
  private final double[] means;
  private final List<ServerId> missing = new ArrayList<>();
  private final List<ServerId> warming = new ArrayList<>();
  private final Idlest idlest = new Idlest();
  private final int idlestColumn;
  private final Optional<Metric> metricOfVictims;
  private final Optional<Figures> traffic;
  private final Set<Metric> asked;
  private int reporting;
  private int missed;
  private int warmed;
  private int bearing;

  /**
   * A roll call of a zone.
   *
   * @param columns the metrics that servers report
   * @param traffic what the zone's balancers measured; empty: that is not known
   */
  RollCall(Zone zone, Columns columns, Optional<Figures> traffic) {
    this.traffic = traffic;
    this.asked = asked(zone);
    this.columns = columns;
    this.sums = new double[columns.count()];
    this.counts = new int[columns.count()];
    this.engines = new int[columns.count()];
    this.means = new double[columns.count()];
    this.metricOfVictims = metricOfVictims(zone);
    this.idlestColumn =
        metricOfVictims
            .filter(metric -> !metric.isOfBalancers())
            .map(columns::known)
            .orElse(Columns.NONE);
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

  /** A ready server whose load counts, whether or not it reported. */
  void bearing(ServerId id) {
    if (traffic.isPresent() && traffic.get().knows(id)) {
      bearing++;
      if (metricOfVictims.filter(Metric::isOfBalancers).isPresent()) {
        idlest.offer(id, traffic.get().inFlight(id));
      }
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
    if (bearing > 0) {
      traffic.ifPresent(figures -> addTraffic(load, figures));
    }
    return load;
  }

  /** What the balancers measured holds, also if a server reports something of the same name. */
  private void addTraffic(SortedMap<Metric, Mean> load, Figures seen) {
    put(load, Metric.REQUESTS_PER_SECOND, seen.rate() / bearing);
    put(load, Metric.REQUESTS_IN_FLIGHT, seen.inFlight() / bearing);
    put(load, Metric.REQUESTS_WAITING, seen.waiting() / bearing);
    put(load, Metric.ERROR_SHARE, seen.errorPercent());
    put(load, Metric.IDLE_SECONDS, seen.idleSeconds());
    latency(load, Metric.LATENCY_P50, 0.50, seen);
    latency(load, Metric.LATENCY_P95, 0.95, seen);
    latency(load, Metric.LATENCY_P99, 0.99, seen);
  }

  /** Without requests none takes long; but while some are under way, none says how long they do. */
  private void latency(SortedMap<Metric, Mean> load, Metric metric, double share, Figures seen) {
    OptionalDouble took = seen.times().percentileMillis(share);
    if (took.isPresent() || seen.inFlight() == 0) {
      put(load, metric, took.orElse(0));
    } else {
      load.remove(metric);
    }
  }

  private void put(SortedMap<Metric, Mean> load, Metric metric, double value) {
    if (Double.isFinite(value) && (ALWAYS.contains(metric) || asked.contains(metric))) {
      double rounded = new BigDecimal(value).round(DIGITS).doubleValue();
      load.put(metric, new Mean(rounded, bearing, List.of(Measurer.BALANCER)));
    }
  }

  /** What the rules of the policy go by. */
  private static Set<Metric> asked(Zone zone) {
    Set<Metric> asked = new HashSet<>();
    for (ScalingRule rule : zone.policy().rules()) {
      if (rule instanceof ScalingRule.OnMetric named) {
        asked.add(named.metric());
      } else if (rule instanceof ScalingRule.Idle) {
        asked.add(Metric.IDLE_SECONDS);
      }
    }
    return asked;
  }

  private static List<Measurer> measurers(int byEngine, int all) {
    if (byEngine == 0) {
      return List.of();
    }
    return byEngine == all ? List.of(Measurer.ENGINE) : List.of(Measurer.SERVER, Measurer.ENGINE);
  }
}
