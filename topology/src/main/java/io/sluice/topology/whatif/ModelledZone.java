package io.sluice.topology.whatif;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Band;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.decide.Clock;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.forecast.Forecast;
import io.sluice.topology.forecast.ForecastError;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;

/**
 * A zone under a policy in virtual time. It writes the facts that a real zone's journal would hold,
 * gives each to the fold, and obeys the commands that come of them.
 *
 * <pre>
 *   second:  orders of the last one ─▶ servers that are due ─▶ what they report ─▶ observation
 *                   ▲                          │ facts                                │ fact
 *                   └────── commands ──────────┴──────────────── fold ◀──────────────┘
 * </pre>
 *
 * <p>So a command acts in the second after the fact that caused it. No server fails, and every one
 * reports in every second in which it is ready.
 *
 * <p>Most seconds change nothing, and need not be decided on. While nothing is under way, the
 * readings are taken some seconds ahead. If neither the lowest nor the highest mean among them
 * makes the rules wish for another number than the last one does, and nothing comes of any of the
 * three at the end of that time, then nothing comes of any second before: rules wish for more where
 * there is more, and what holds a wish back wears off with time. Then only the last of these
 * seconds is folded, which leaves the same state as all of them; else they are put back, and gone
 * through one by one. With schedules and forecasts, which go by more than that, there is no such
 * shortcut.
 */
final class ModelledZone implements Course {
  private static final ZoneId ZONE = new ZoneId("model");
  private static final Actor ACTOR = new Actor("what-if");
  private static final int REACH_MIN = 8;
  private static final URI ADDRESS = URI.create("http://model.invalid:80");

  private final ZonePolicy policy;
  private final FleetTimings timings;
  private final List<Signal> signals;
  private final Readings readings;

  /** Whether quiet seconds may be left out. */
  private final boolean leaps;

  /** In the order in which they became ready. */
  private final List<ModelServer> ready = new ArrayList<>();

  private final List<ModelServer> moving = new ArrayList<>();
  private List<ScaleCommand> orders = new ArrayList<>();
  private ZoneState state = ZoneState.unknown(ZONE);
  private long offset;
  private Instant now = Instant.EPOCH;

  /** Up to this second nothing happens. */
  private long quietUntil = Long.MIN_VALUE;

  /** Not before this second it is looked ahead again. */
  private long looksAt = Long.MIN_VALUE;

  private int reach = REACH_MIN;

  /**
   * A zone whose first servers have been ready for long when the first second comes.
   *
   * @param policy how it scales; one that is a dry run is taken as if it acted
   * @param servers how many there are at first; the policy's limits hold
   * @param first the first second of the epoch that will come
   */
  ModelledZone(
      ZonePolicy policy, Workload workload, FleetTimings timings, int servers, long first) {
    this(policy, workload, timings, servers, first, true);
  }

  /** The same, and whether quiet seconds may be left out. */
  // A test runs both kinds side by side.
  ModelledZone(
      ZonePolicy policy,
      Workload workload,
      FleetTimings timings,
      int servers,
      long first,
      boolean leaps) {
    this.leaps = leaps && policy.rules().stream().allMatch(ModelledZone::canBeLeapt);
    this.policy = acting(policy);
    this.timings = timings;
    this.signals = workload.signals(policy);
    this.readings = new Readings(signals, Math.toIntExact(policy.window().toSeconds()));
    begin(Math.clamp(servers, policy.min(), policy.max()), first);
  }

  /**
   * Whether a rule wishes the same of all means between two of which it wishes the same: one that
   * goes by the clock does not, nor steps that go up and down again, as around a gap.
   */
  private static boolean canBeLeapt(ScalingRule rule) {
    return switch (rule) {
      case ScalingRule.Schedule ignored -> false;
      case ScalingRule.Predictive ignored -> false;
      case ScalingRule.Threshold ignored -> true;
      case ScalingRule.Target ignored -> true;
      case ScalingRule.Step step -> neverComesDown(step.bands());
      // Of a model nobody knows when its requests come.
      case ScalingRule.Idle ignored -> true;
    };
  }

  /** Whether no higher mean has a smaller change; in no band it is 0. */
  private static boolean neverComesDown(List<Band> bands) {
    List<Integer> changes = new ArrayList<>();
    Optional<Double> end = Optional.empty();
    for (Band band : bands) {
      if (band.from().isPresent() && !band.from().equals(end)) {
        changes.add(0);
      }
      changes.add(band.change());
      end = band.to();
    }
    if (end.isPresent()) {
      changes.add(0);
    }
    return changes.stream().sorted().toList().equals(changes);
  }

  private void begin(int servers, long first) {
    // Long enough ago for every window and every warm-up to be over.
    long before = first - ZonePolicy.WINDOW_MAX.toSeconds();
    now = Instant.ofEpochSecond(before);
    record(new ZoneDeclared(ZONE, now, ACTOR));
    for (int i = 1; i <= servers; i++) {
      CommandId command = new CommandId(ZONE, offset);
      start(ZONE.server(i), command);
      settle(new ModelServer(ZONE.server(i), command, false, before));
    }
    now = Instant.ofEpochSecond(first);
    for (int i = 1; i < Clock.ROW_MAX; i++) {
      // The fold believes so long a leap of time once it stays.
      record(new ZoneDeclared(ZONE, now, ACTOR));
    }
    record(new PolicyChanged(ZONE, now, 1, policy, ACTOR));
  }

  private static ZonePolicy acting(ZonePolicy policy) {
    return new ZonePolicy(
        policy.min(),
        policy.max(),
        policy.window(),
        policy.rules(),
        policy.limits(),
        policy.victims(),
        false);
  }

  @Override
  public void tick(long second) {
    if (second <= quietUntil) {
      return;
    }
    now = Instant.ofEpochSecond(second);
    if (!orders.isEmpty()) {
      List<ScaleCommand> due = orders;
      orders = new ArrayList<>();
      due.forEach(command -> obey(command, second));
    }
    if (!moving.isEmpty()) {
      settleThoseDue(second);
    }
    readings.take(second, ready.size());
    record(observation(second));
    if (leaps && second >= looksAt && isSteady(second)) {
      lookAhead(second);
    }
  }

  /** Whether nothing is under way, and all servers were there for as long as anything counts. */
  private boolean isSteady(long second) {
    if (!orders.isEmpty() || !moving.isEmpty() || ready.isEmpty()) {
      return false;
    }
    long young = Math.max(policy.limits().warmUp().toSeconds(), policy.window().toSeconds());
    return second - ready.getLast().due() >= young;
  }

  private void lookAhead(long second) {
    long last = second + reach;
    readings.takeAhead(second, reach, ready.size(), policy.window().toSeconds());
    Instant before = now;
    now = Instant.ofEpochSecond(last);
    Decision decision = ahead(observation(last));
    boolean quiet =
        decision.command().isEmpty()
            && isAlike(decision, ahead(observed(i -> readings.lowest(i))))
            && isAlike(decision, ahead(observed(i -> readings.highest(i))));
    if (quiet) {
      state = decision.after();
      offset += reach;
      quietUntil = last;
      reach = Math.min(Readings.AHEAD_MAX, 2 * reach);
    } else {
      now = before;
      readings.putBack();
      // Seconds that are looked at again cost as much as those that are not leapt over.
      looksAt = second + Math.max(REACH_MIN, reach / 2);
      reach = Math.max(REACH_MIN, reach / 2);
    }
  }

  private Decision ahead(LoadObserved seen) {
    return Decide.step(state, new JournalRecord(offset + reach - 1, now, seen));
  }

  private static boolean isAlike(Decision one, Decision other) {
    return other.command().isEmpty() && one.after().recent().equals(other.after().recent());
  }

  /** What would be observed of all servers if these were the means. */
  private LoadObserved observed(IntToDoubleFunction mean) {
    SortedMap<Metric, Double> load = new TreeMap<>();
    int counted = ready.size();
    for (int i = 0; i < signals.size(); i++) {
      load.put(
          signals.get(i).metric(), SlidingMean.rounded(counted * mean.applyAsDouble(i) / counted));
    }
    return new LoadObserved(
        ZONE, now, policy.window(), load, counted, List.of(), List.of(), List.of());
  }

  @Override
  public int ready() {
    return ready.size();
  }

  @Override
  public int running() {
    return ready.size() + moving.size();
  }

  @Override
  public int wanted() {
    return state.desired();
  }

  @Override
  public Optional<ForecastError> forecastError() {
    return state.forecasts().stream()
        .map(Forecast::error)
        .filter(error -> error.judged() > 0)
        .findFirst();
  }

  private void record(FleetEvent fact) {
    Decision decision = Decide.step(state, new JournalRecord(offset++, now, fact));
    state = decision.after();
    decision.command().ifPresent(orders::add);
  }

  private void obey(ScaleCommand command, long second) {
    for (ServerId server : command.start()) {
      start(server, command.id());
      moving.add(new ModelServer(server, command.id(), false, second + timings.startUpSeconds()));
    }
    for (ServerId server : command.stop()) {
      // One that is not ready yet has nothing to finish.
      boolean serving = ready.removeIf(one -> one.id().equals(server));
      if (serving || moving.removeIf(one -> !one.leaving() && one.id().equals(server))) {
        record(new ServerDraining(ZONE, now, server, command.id()));
        long due = second + (serving ? timings.drainSeconds() : 0);
        moving.add(new ModelServer(server, command.id(), true, due));
      }
    }
  }

  private void start(ServerId server, CommandId command) {
    record(new ServerStarted(ZONE, now, server, command, ADDRESS, "model", Epoch.NONE));
  }

  private void settleThoseDue(long second) {
    for (Iterator<ModelServer> each = moving.iterator(); each.hasNext(); ) {
      ModelServer server = each.next();
      if (server.due() <= second) {
        each.remove();
        settle(server);
      }
    }
  }

  private void settle(ModelServer server) {
    if (server.leaving()) {
      record(new ServerDrained(ZONE, now, server.id()));
      record(new ServerStopped(ZONE, now, server.id(), "stopped by " + server.command()));
    } else {
      ready.add(server);
      record(new ServerReady(ZONE, now, server.id()));
    }
  }

  /** What observe would write: the mean of each server's own mean, without those that warm up. */
  private LoadObserved observation(long second) {
    long warmUp = policy.limits().warmUp().toSeconds();
    int counted = ready.size();
    while (counted > 0 && second - ready.get(counted - 1).due() < warmUp) {
      counted--;
    }
    List<ServerId> warming =
        ready.subList(counted, ready.size()).stream().map(ModelServer::id).sorted().toList();
    SortedMap<Metric, Double> load = new TreeMap<>();
    if (counted > 0) {
      for (int i = 0; i < signals.size(); i++) {
        load.put(signals.get(i).metric(), mean(i, counted, second));
      }
    }
    return new LoadObserved(
        ZONE, now, policy.window(), load, counted, List.of(), warming, List.of());
  }

  private double mean(int signal, int counted, long second) {
    long window = policy.window().toSeconds();
    double sum = 0;
    int young = 0;
    while (young < counted && second - ready.get(counted - 1 - young).due() < window - 1) {
      sum += readings.over(signal, second - ready.get(counted - 1 - young).due() + 1);
      young++;
    }
    if (young < counted) {
      sum += (counted - young) * readings.over(signal, window);
    }
    return SlidingMean.rounded(sum / counted);
  }
}
