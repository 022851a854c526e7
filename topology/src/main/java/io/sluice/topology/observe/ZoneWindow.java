package io.sluice.topology.observe;

import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.metric.BalancerMetrics;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The last seconds of one zone, and when they are to be observed.
 *
 * <p>Soft: it lives in memory only. After a move it starts empty, and every ready server is missing
 * until it reports again.
 *
 * <p>A second is observed once every server that is expected to report in it has done so, or a
 * later second begins, or {@link #SILENCE} has passed since the last observation: that is how a
 * zone in which nobody reports is still observed. Without reports the window moves on by the time
 * that has passed locally, so that old reports fall out of it. Times named {@code now} are of the
 * local clock, in milliseconds, and only their differences count.
 *
 * <p>Memory: about 100 bytes per server, and 4 per server, second of the window and metric. It is
 * there for the servers that the zone had when it was last observed: what a new one reports before
 * is left out.
 */
public final class ZoneWindow {
  /** After so long without an observation one is due, whatever has come. */
  public static final Duration SILENCE = Duration.ofMillis(1_200);

  /**
   * An observation names so many missing servers at most, and as many that are warming up, so that
   * no record grows without end.
   */
  public static final int MISSING_LISTED_MAX = 1_000;

  /** An observation names so many of the least loaded servers at most. */
  public static final int IDLEST_LISTED_MAX = 100;

  private static final long NONE = Long.MIN_VALUE;
  private static final long RECENT_SECONDS = 2;

  /** A metric that nobody rules by and nobody reported for so long gives up its place. */
  private static final long IDLE_SECONDS = 60;

  private final Columns columns = new Columns();
  private final Map<Long, ServerWindow> servers = new HashMap<>();
  private final Pace pace = new Pace();
  private int span;
  private long newest = NONE;
  private long newestAt;
  private long observed = NONE;
  private long observedAt;
  private int expected;
  private int delivered;
  private Set<Metric> loads;
  private final Flaws flaws = new Flaws();
  private final BalancerWindow balancers;

  /** As it was when it was last looked at. */
  private Zone zone;

  /** An empty window of a zone that is first heard of now. */
  public ZoneWindow(Zone zone, long now) {
    this.zone = zone;
    this.span = spanOf(zone);
    this.observedAt = now;
    this.balancers = new BalancerWindow(now);
    columns.entitle(ofRules(zone));
    this.loads = loadsOf(zone);
  }

  /** Forgets everything, as after a move. */
  public void clear(long now) {
    servers.clear();
    balancers.clear(now);
    newest = NONE;
    observed = NONE;
    observedAt = now;
    expected = 0;
    delivered = 0;
  }

  /** Whether the second so far has to be observed before this pane is added, since it ends it. */
  public boolean endsWith(Pane pane, long now) {
    return newest > observed && pane.second() > newest && pace.steady(now);
  }

  /** Whether every server that is expected to report in the newest second has done so. */
  public boolean complete(long now) {
    return newest > observed && expected > 0 && delivered >= expected && pace.steady(now);
  }

  /** Whether the last observation is so long ago that there must be another. */
  public boolean overdue(long now) {
    // A local clock that was set back starts the waiting anew.
    observedAt = Math.min(observedAt, now);
    return now - observedAt >= SILENCE.toMillis();
  }

  /** How long it takes from now until there must be another; 0 if it is overdue. */
  public Duration patience(long now) {
    long waited = Math.max(0, now - observedAt);
    return Duration.ofMillis(Math.max(0, SILENCE.toMillis() - waited));
  }

  /** Adds what a balancer reported in this second of the broker's append time. */
  public void add(BalancerMetrics report, long second, long now) {
    balancers.add(report, second, now);
  }

  /** Adds a pane. One that is older than the window is left out. */
  public void add(Pane pane, long now) {
    if (pane.second() < newest && now - newestAt >= OpenPane.CLOCK_BACK_MILLIS) {
      // Nothing newer has come for long: the broker's clock was set back.
      servers.clear();
      newest = NONE;
      observed = NONE;
    }
    if (newest != NONE && pane.second() <= newest - span) {
      return;
    }
    if (pane.second() > newest) {
      newest = pane.second();
      newestAt = now;
      delivered = 0;
      pace.pane(newest, now);
    }
    int[] at = new int[pane.metrics().size()];
    int known = columns.count();
    for (int i = 0; i < at.length; i++) {
      at[i] = column(pane.metrics().get(i), pane.second());
    }
    if (columns.count() != known) {
      servers.values().forEach(server -> server.resize(span, columns.count()));
    }
    float[] least = new float[at.length];
    float[] most = new float[at.length];
    for (int i = 0; i < at.length; i++) {
      least[i] = least(pane.metrics().get(i));
      most[i] = most(pane.metrics().get(i));
    }
    Range range = new Range(least, most);
    for (int row = 0; row < pane.size(); row++) {
      addRow(pane, row, possible(pane, row, at, range));
    }
  }

  /** Per column of a pane the figures that can be. */
  // Arrays that are made for one pane, and compared by nobody.
  @SuppressWarnings("ArrayRecordComponent")
  private record Range(float[] least, float[] most) {
    boolean holds(int column, float mean) {
      return Float.isNaN(mean) || (mean >= least[column] && mean <= most[column]);
    }
  }

  /** The columns without those in which this server reported what can't be. */
  private int[] possible(Pane pane, int row, int[] at, Range range) {
    int left = 0;
    while (left < at.length && range.holds(left, pane.mean(row, left))) {
      left++;
    }
    if (left == at.length) {
      return at;
    }
    int[] some = at.clone();
    for (int i = left; i < at.length; i++) {
      if (!range.holds(i, pane.mean(row, i))) {
        some[i] = Columns.NONE;
        flaws.impossible(pane.server(row), pane.metrics().get(i), pane.mean(row, i));
      }
    }
    return some;
  }

  private int column(Metric metric, long second) {
    Columns.Place place = columns.place(metric, second, newest - Math.max(IDLE_SECONDS, span));
    if (place.recycled()) {
      servers.values().forEach(server -> server.clear(place.column()));
    }
    if (place.column() == Columns.NONE) {
      flaws.dropped(metric);
    }
    return place.column();
  }

  /** How many servers have a place in it. */
  int servers() {
    return servers.size();
  }

  /** What was left out of the panes so far. */
  public Flaws flaws() {
    return flaws;
  }

  /** Which figures of a metric can have been measured: none below this. */
  private float least(Metric metric) {
    return metric.isNeverNegative() || loads.contains(metric) ? 0 : Float.NEGATIVE_INFINITY;
  }

  /** None above this. */
  private static float most(Metric metric) {
    return metric.isPercentage() ? (float) Metric.PERCENT_POSSIBLE_MAX : Float.POSITIVE_INFINITY;
  }

  private void addRow(Pane pane, int row, int[] at) {
    ServerWindow server = servers.get(pane.server(row));
    if (server == null) {
      if (!zone.servers().containsKey(zone.id().server(pane.server(row)))) {
        // Whoever makes up servers gets no memory for them.
        return;
      }
      server = new ServerWindow(span, columns.count());
      servers.put(pane.server(row), server);
    }
    boolean first = server.last() < pane.second();
    server.add(pane, row, at);
    if (first && pane.second() == newest && server.ready()) {
      delivered++;
    }
  }

  /**
   * The observation of the newest second.
   *
   * <p>Each ready server is one of three: its load counts, it is missing, or it is warming up,
   * since it has become ready less than the policy's warm-up ago. One that is warming up is
   * expected to report like any other, and whether it did is not asked. While a backlog is worked
   * off all are missing.
   *
   * @param latest the zone as it is now: its policy says how far back to look and who is too new,
   *     its ready servers count
   * @param at what stands in the observation as its time, for people
   */
  public LoadObserved observe(Zone latest, Instant at, long now) {
    zone = latest;
    resize(spanOf(zone));
    columns.entitle(ofRules(zone));
    loads = loadsOf(zone);
    long end = newest == NONE ? NONE + span : newest + silentSeconds(now);
    servers.values().removeIf(server -> !server.isKeptWithin(end, span));
    servers.values().forEach(server -> server.ready(false));
    boolean current = pace.steady(now);
    // What is not of now tells nobody's age.
    OptionalLong present = current ? OptionalLong.of(end) : balancers.present(now);
    WarmUp warmUp =
        present.isPresent()
            ? WarmUp.after(present.getAsLong(), zone.policy().limits().warmUp())
            : WarmUp.NONE;
    RollCall roll = new RollCall(zone, columns, balancers.figures(span, now));
    expected = 0;
    for (Server server : zone.servers().values()) {
      if (server.state() == ServerState.READY) {
        ServerWindow window = servers.get(server.id().number());
        if (window != null) {
          window.ready(true);
          expected += window.last() > newest - RECENT_SECONDS ? 1 : 0;
        }
        if (warmUp.covers(server)) {
          roll.warming(server.id());
          continue;
        }
        roll.bearing(server.id());
        if (window != null && current && !window.silent(end, span)) {
          roll.reporting(server.id(), window, end, span);
        } else {
          roll.missing(server.id());
        }
      }
    }
    observed = newest;
    observedAt = now;
    return roll.observation(zone, at);
  }

  private void resize(int nextSpan) {
    if (nextSpan != span) {
      span = nextSpan;
      servers.values().forEach(server -> server.resize(span, columns.count()));
    }
  }

  /** Whole seconds without a pane, beside the one that is always under way. */
  private long silentSeconds(long now) {
    return Math.max(0, (now - newestAt) / Pane.LENGTH_MILLIS - 1);
  }

  private static Set<Metric> ofRules(Zone zone) {
    return zone.policy().rules().stream()
        .flatMap(rule ->
            rule instanceof ScalingRule.OnMetric named ? Stream.of(named.metric()) : Stream.empty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Metrics of which a rule brings the mean to a target: nothing of them can be negative. */
  private static Set<Metric> loadsOf(Zone zone) {
    return zone.policy().rules().stream()
        .flatMap(rule ->
            switch (rule) {
              case ScalingRule.Target target -> Stream.of(target.metric());
              case ScalingRule.Predictive predictive -> Stream.of(predictive.metric());
              case ScalingRule.Threshold ignored -> Stream.<Metric>empty();
              case ScalingRule.Step ignored -> Stream.<Metric>empty();
              case ScalingRule.Schedule ignored -> Stream.<Metric>empty();
              case ScalingRule.Idle ignored -> Stream.<Metric>empty();
            })
        .collect(Collectors.toUnmodifiableSet());
  }

  private static int spanOf(Zone zone) {
    return Math.toIntExact(zone.policy().window().toSeconds());
  }
}
