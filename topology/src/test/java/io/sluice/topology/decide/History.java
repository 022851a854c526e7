package io.sluice.topology.decide;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Counted;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ScalingRule;
import io.sluice.schemas.policy.ScalingRule.Threshold;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** A zone's journal in the making, folded as it is written. */
public final class History {
  /** Nothing happens before this. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final Actor ALICE = new Actor("alice");

  private final ZoneId zone;
  private final List<JournalRecord> records = new ArrayList<>();
  private final List<ScaleCommand> commands = new ArrayList<>();
  private ZoneState state;
  private Instant time = START;

  /** An empty journal of this zone. */
  public History(ZoneId zone) {
    this.zone = zone;
    this.state = ZoneState.unknown(zone);
  }

  /** A declared zone with a policy whose first servers are ready. */
  public static History running(ZonePolicy policy) {
    History history = new History(new ZoneId("zone1"));
    history.declared();
    history.policy(policy);
    history.obey();
    return history;
  }

  /** The origin's rule between these limits, with nothing to slow it down. */
  public static ZonePolicy between(int min, int max) {
    return policy(min, max, Threshold.DEFAULT);
  }

  /** A policy of these rules, with nothing to slow them down. */
  static ZonePolicy policy(int min, int max, ScalingRule... rules) {
    return new ZonePolicy(min, max, ZonePolicy.WINDOW_DEFAULT, List.of(rules)).with(Limits.NONE);
  }

  ZoneState state() {
    return state;
  }

  List<JournalRecord> records() {
    return records;
  }

  List<ScaleCommand> commands() {
    return commands;
  }

  ScaleCommand lastCommand() {
    return commands.getLast();
  }

  Instant time() {
    return time;
  }

  ZoneId zone() {
    return zone;
  }

  ServerId server(long number) {
    return zone.server(number);
  }

  int desired() {
    return state.desired();
  }

  History pass(Duration duration) {
    time = time.plus(duration);
    return this;
  }

  /** Writes a fact; gives the command that came of it. */
  Optional<ScaleCommand> tell(FleetEvent event) {
    JournalRecord entry = new JournalRecord(records.size(), time, event);
    Decision decision = Decide.step(state, entry);
    records.add(entry);
    state = decision.after();
    decision.command().ifPresent(commands::add);
    return decision.command();
  }

  /** Weighs a fact without writing it. */
  Evaluation weigh(FleetEvent event) {
    return Decide.evaluate(state, new JournalRecord(records.size(), time, event));
  }

  Optional<ScaleCommand> declared() {
    return tell(new ZoneDeclared(zone, time, Actor.CONFIGURATION));
  }

  Optional<ScaleCommand> policy(ZonePolicy policy) {
    return tell(new PolicyChanged(zone, time, state.zone().policyRevision() + 1, policy, ALICE));
  }

  /** The zone's servers are to be made from this. */
  Optional<ScaleCommand> template(ServerTemplate template) {
    return tell(
        new TemplateChanged(
            zone, time, state.zone().templateRevision() + 1, template, ALICE, Optional.empty()));
  }

  LoadObserved cpu(double cpu, int reporting, long... missing) {
    return load(Map.of(Metric.CPU, cpu), reporting, missing);
  }

  /** One more server is warming up; the others report this. */
  LoadObserved warming(double cpu, int reporting, long... warming) {
    LoadObserved seen = cpu(cpu, reporting);
    List<ServerId> cold = LongStream.of(warming).mapToObj(zone::server).toList();
    return new LoadObserved(
        zone, time, seen.window(), seen.means(), reporting, List.of(), cold, List.of());
  }

  LoadObserved load(Map<Metric, Double> load, int reporting, long... missing) {
    return new LoadObserved(
        zone,
        time,
        state.zone().policy().window(),
        new TreeMap<>(load),
        reporting,
        LongStream.of(missing).mapToObj(zone::server).toList(),
        List.of(),
        List.of());
  }

  /** The zone's balancers measured this for these ready servers, which report nothing. */
  LoadObserved traffic(Map<Metric, Double> load, int servers) {
    SortedMap<Metric, Mean> means = new TreeMap<>();
    load.forEach(
        (metric, mean) -> means.put(metric, new Mean(mean, servers, List.of(Measurer.BALANCER))));
    return new LoadObserved(
        zone,
        time,
        state.zone().policy().window(),
        means,
        0,
        List.of(),
        List.of(),
        List.of(),
        Optional.of(new Counted(servers, 0)));
  }

  /** Somebody outside tells this of the whole zone. */
  Optional<ScaleCommand> outside(String metric, double value, Duration validFor) {
    return tell(
        new LoadReported(zone, time, new Metric(metric), value, validFor, "a queue", ALICE));
  }

  /** Every ready server reports this. */
  Optional<ScaleCommand> observe(double cpu) {
    return tell(cpu(cpu, Census.of(state).ready()));
  }

  Optional<ScaleCommand> started(long number) {
    return started(number, Optional.empty());
  }

  /** As it is told by a leader that knows the revision of the template. */
  Optional<ScaleCommand> started(long number, Optional<Integer> template) {
    return tell(
        new ServerStarted(
            zone,
            time,
            server(number),
            new CommandId(zone, 0),
            URI.create("http://127.0.0.1:" + (5000 + number % 1000)),
            "pid-" + number,
            new Epoch(1),
            template));
  }

  Optional<ScaleCommand> ready(long number) {
    return tell(new ServerReady(zone, time, server(number)));
  }

  Optional<ScaleCommand> exited(long number) {
    return tell(
        new ServerExited(zone, time, server(number), Optional.of(137), false, "exit code 137"));
  }

  Optional<ScaleCommand> reported(long number) {
    return tell(new ServerReported(zone, time, server(number), "connection refused"));
  }

  Optional<ScaleCommand> failed(long number) {
    return tell(
        new CommandFailed(zone, time, new CommandId(zone, 0), server(number), "no such image"));
  }

  Optional<ScaleCommand> draining(long number) {
    return tell(new ServerDraining(zone, time, server(number), new CommandId(zone, 0)));
  }

  Optional<ScaleCommand> stopped(long number) {
    return tell(new ServerStopped(zone, time, server(number), "as asked"));
  }

  Optional<ScaleCommand> waiting(int requests) {
    return tell(new RequestsWaiting(zone, time, requests));
  }

  Optional<ScaleCommand> manual(int servers, Optional<Instant> until) {
    return tell(new ManualScaleRequested(zone, time, servers, until, ALICE));
  }

  Optional<ScaleCommand> paused(Direction direction, Optional<Instant> until) {
    return tell(new ScalingPaused(zone, time, direction, until, ALICE));
  }

  Optional<ScaleCommand> resumed(Direction direction) {
    return tell(new ScalingResumed(zone, time, direction, ALICE));
  }

  /** The fleet carries out everything that is commanded and not yet done, at once. */
  History obey() {
    while (!state.pending().isEmpty() || !state.stopping().isEmpty()) {
      for (ServerId id : List.copyOf(state.pending().keySet())) {
        started(id.number());
      }
      for (ServerId id : List.copyOf(state.stopping())) {
        stopped(id.number());
      }
    }
    for (Server server : List.copyOf(state.zone().servers().values())) {
      ready(server.id().number());
    }
    return this;
  }
}
