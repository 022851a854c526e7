package io.sluice.topology.whatif;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.topology.audit.RecordedCommands;
import io.sluice.topology.decide.ZoneState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the journal of one zone tells about its load and its fleet.
 *
 * <p>With a demand D spread evenly over n(t) ready servers, each one's mean over a window is D
 * times the window's mean of 1 ÷ n(t); so D is the observed mean divided by that. Simply the mean
 * times the servers of the moment would double the demand whenever a second server joins, until the
 * window has forgotten the time before. The point is set at the window's middle. Observations
 * without a report tell nothing and set none. How many servers the zone was to have is found by
 * folding the journal again.
 */
public final class ZoneRecording {
  private static final Set<Metric> PERCENTAGES = Set.of(Metric.CPU, Metric.MEMORY, Metric.GPU);
  private static final double PERCENT = 100;

  private final ZoneId zone;
  private final SortedMap<Metric, Curve.Builder> demands = new TreeMap<>();
  private final Steps ready = new Steps();
  private final Steps running = new Steps();
  private final Steps wanted = new Steps();
  private final List<Duration> startUps = new ArrayList<>();
  private final List<Duration> drains = new ArrayList<>();
  private final Set<ServerId> undrained = new HashSet<>();
  private final RecordedCommands given;
  private ZoneState state;
  private boolean begun;

  /** Nothing is known of the zone yet. */
  public ZoneRecording(ZoneId zone) {
    this(ZoneState.unknown(zone), RecordedCommands.NONE);
  }

  /**
   * The zone's journal is read from a state on.
   *
   * @param given the commands that were given behind it: those of other rules than this release's
   *     are taken as they are
   */
  public ZoneRecording(ZoneState state, RecordedCommands given) {
    this.zone = state.zone().id();
    this.state = state;
    this.given = given;
  }

  /** Takes in the next record of the zone's journal, which is before what it is to tell of. */
  public void pass(JournalRecord entry) {
    if (entry.event().zone().equals(zone)) {
      state = given.decide(state, entry).after();
    }
  }

  /**
   * Adds the next record of the zone's journal; records of other zones are none of its business.
   */
  public void add(JournalRecord entry) {
    if (!entry.event().zone().equals(zone)) {
      return;
    }
    if (!begun && state.time().isAfter(Instant.EPOCH)) {
      count();
      wanted.add(state.time(), state.desired());
    }
    begun = true;
    time(entry);
    state = given.decide(state, entry).after();
    wanted.add(state.time(), state.desired());
    if (entry.event() instanceof LoadObserved seen) {
      observe(seen, state.time());
    } else {
      count();
    }
  }

  /** How long a change took that ends with this fact. */
  private void time(JournalRecord entry) {
    FleetEvent event = entry.event();
    if (event instanceof ServerReady up) {
      addSpan(startUps, up.server(), ServerState.STARTING, entry.time());
    } else if (event instanceof ServerStopped gone) {
      addSpan(drains, gone.server(), ServerState.DRAINING, entry.time());
    } else if (event instanceof ServerDraining leaving
        && isNot(leaving.server(), ServerState.READY)) {
      // One that never served drains at once and says nothing about draining.
      undrained.add(leaving.server());
    }
  }

  private boolean isNot(ServerId id, ServerState expected) {
    Server server = state.zone().servers().get(id);
    return server == null || server.state() != expected;
  }

  private void addSpan(List<Duration> spans, ServerId id, ServerState from, Instant time) {
    Server server = state.zone().servers().get(id);
    if (server != null && server.state() == from && !undrained.remove(id)) {
      Duration span = Duration.between(server.since(), time);
      if (!span.isNegative() && span.compareTo(FleetTimings.MAX) <= 0) {
        spans.add(span);
      }
    }
  }

  private void count() {
    int serving = 0;
    int paid = 0;
    for (Server server : state.zone().servers().values()) {
      serving += server.state() == ServerState.READY ? 1 : 0;
      paid += server.state() == ServerState.DEAD ? 0 : 1;
    }
    ready.add(state.time(), serving);
    running.add(state.time(), paid);
  }

  private void observe(LoadObserved seen, Instant time) {
    Instant middle = time.minus(seen.window().dividedBy(2));
    double share = ready.meanReciprocal(time.minus(seen.window()), time);
    // Nobody known to be ready, and yet a report: a journal that does not begin at its beginning.
    double servers = Double.isNaN(share) ? seen.reporting() + seen.warmingCount() : 1 / share;
    for (Map.Entry<Metric, Mean> mean : seen.load().entrySet()) {
      if (!mean.getKey().isShared()) {
        // How long requests take is no load that servers share.
        continue;
      }
      Curve.Builder demand = demands.computeIfAbsent(mean.getKey(), metric -> new Curve.Builder());
      double total = mean.getValue().value() * servers;
      if (seen.reporting(mean.getKey()) > 0 && total >= 0 && demand.follows(middle)) {
        demand.add(middle, total);
      }
    }
  }

  /**
   * The demand that the zone met: {@code cpu} in percent of one server, so that a server's capacity
   * is 100, and every other metric that was recorded.
   *
   * @throws ConfigException if there are not two observations of {@code cpu}
   */
  public Workload workload() {
    Curve.Builder cpu = demands.getOrDefault(Metric.CPU, new Curve.Builder());
    if (cpu.size() < 2) {
      throw new ConfigException(
          "history",
          List.of(
              new Problem(
                  "zone " + zone,
                  cpu.size() + " observations of cpu",
                  "at least 2 in its journal")));
    }
    Curve demand = cpu.build();
    List<Signal> signals = new ArrayList<>();
    signals.add(new Signal(Metric.CPU, demand, 1, PERCENT));
    demands.forEach((metric, curve) -> {
      if (!metric.equals(Metric.CPU) && curve.size() > 0) {
        double ceiling = PERCENTAGES.contains(metric) ? PERCENT : Double.POSITIVE_INFINITY;
        signals.add(new Signal(metric, curve.build(), 1, ceiling));
      }
    });
    return new Workload(demand, PERCENT, signals, "the journal of " + zone);
  }

  /** The medians of what starts and drains took; the defaults where there were none. */
  public FleetTimings timings() {
    return new FleetTimings(
        median(startUps, FleetTimings.START_UP_DEFAULT),
        median(drains, FleetTimings.DRAIN_DEFAULT));
  }

  private static Duration median(List<Duration> spans, Duration byDefault) {
    List<Duration> sorted = spans.stream().sorted().toList();
    return sorted.isEmpty() ? byDefault : sorted.get(sorted.size() / 2);
  }

  int readyAt(long second) {
    return ready.at(second);
  }

  Course course(long first) {
    return new RecordedZone(ready, running, wanted, first);
  }
}
