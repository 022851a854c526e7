package io.sluice.topology.decide;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.BalancerLost;
import io.sluice.schemas.event.FleetEvent.BalancerStarted;
import io.sluice.schemas.event.FleetEvent.CanaryJudged;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.LoadReported;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerMap;
import io.sluice.schemas.fleet.ServerSet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.topology.forecast.Forecast;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Takes a fact into a zone's state: what it says of the fleet, of commands still open, of rows of
 * failures, of pauses and of numbers that somebody set. It is total: a fact that does not fit
 * leaves the fleet as it is, but always settles what was open for the server that it names. A
 * revision that the zone has already, or had before, says nothing.
 */
final class FactBook {
  /** A larger number was made up, and would leave none for the servers to come. */
  private static final long SEEN_MAX = ServerId.NUMBER_MAX / 10;

  private final ZoneState before;
  private final Instant time;
  private final Optional<ServerId> about;

  private ServerMap<Pending> pending;
  private ServerSet stopping;
  private CrashLoop crashLoop;
  private Pauses pauses;
  private Optional<ManualHold> manual;
  private List<Forecast> forecasts;
  private LoadState loads;
  private RecentWishes recent;
  private LastChanges changes;
  private Optional<Proposal> proposal;
  private long nextNumber;

  private FactBook(ZoneState before, Instant time, Optional<ServerId> about) {
    this.before = before;
    this.time = time;
    this.about = about;
    this.pending = ServerMap.copyOf(before.pending());
    this.stopping = ServerSet.of(before.stopping());
    this.crashLoop = before.crashLoop();
    this.pauses = before.pauses();
    this.manual = before.manual();
    this.forecasts = before.forecasts();
    this.loads = before.loads();
    this.recent = before.recent();
    this.changes = before.changes();
    this.proposal = before.proposal();
    this.nextNumber = before.nextNumber();
  }

  static ZoneState enter(ZoneState before, JournalRecord entry) {
    Clock clock = before.progress().clock();
    boolean back = clock.goesBack(entry.time(), before.time());
    Progress progress =
        before.progress().after(entry.offset(), clock.after(entry.time(), before.time()));
    Instant time = clock.present(entry.time(), before.time());
    ZoneState known = back ? ClockBack.apply(before, time) : before;
    FactBook book = new FactBook(known.with(progress), time, entry.event().step());
    Zone zone = book.zoneAfter(entry);
    book.calm();
    if (before.zone().takes(entry.event())) {
      book.note(entry.event());
    }
    return book.state(zone);
  }

  private Zone zoneAfter(JournalRecord entry) {
    return before.zone().apply(new JournalRecord(entry.offset(), time, entry.event()));
  }

  private ZoneState state(Zone zone) {
    ZoneState state =
        new ZoneState(
            zone,
            time,
            before.desired(),
            nextNumber,
            pending,
            stopping,
            crashLoop,
            pauses,
            manual,
            recent,
            changes,
            proposal,
            forecasts,
            loads,
            before.progress(),
            census(zone));
    // Until a policy holds, and in a dry run, the zone is to have what it has: whatever acts next
    // starts from there.
    return before.acts() && !zone.life().retired()
        ? state
        : withDesired(state, Census.of(state).live());
  }

  /** Only the server that the fact is about can count otherwise than before. */
  private Census census(Zone zone) {
    ServerId id = about.orElse(null);
    if (zone.life().retired()) {
      return Census.of(zone, pending, stopping);
    }
    return id == null
        ? before.census()
        : before
            .census()
            .minus(Census.of(id, before.zone(), before.pending(), before.stopping()))
            .plus(Census.of(id, zone, pending, stopping));
  }

  private static ZoneState withDesired(ZoneState state, int desired) {
    return new ZoneState(
        state.zone(),
        state.time(),
        desired,
        state.nextNumber(),
        state.pending(),
        state.stopping(),
        state.crashLoop(),
        state.pauses(),
        state.manual(),
        state.recent(),
        state.changes(),
        state.proposal(),
        state.forecasts(),
        state.loads(),
        state.progress(),
        state.census());
  }

  private void note(FleetEvent event) {
    switch (event) {
      case LoadObserved observed -> {
        observed.missing().forEach(this::saw);
        forecasts = Forecasts.after(forecasts, observed, time);
        loads = loads.after(observed, settled(observed), time, before.zone().policy());
      }
      case ServerStarted started -> {
        saw(started.server());
        settleStart(started.server());
      }
      case ServerReady ready -> saw(ready.server());
      case ServerReported reported -> died(reported.server());
      case ServerExited exited -> died(exited.server());
      case CommandFailed failed -> {
        died(failed.server());
        settleStop(failed.server());
      }
      case ServerDraining draining -> saw(draining.server());
      case ServerDrained drained -> saw(drained.server());
      case ServerStopped stopped -> {
        saw(stopped.server());
        settleStart(stopped.server());
        settleStop(stopped.server());
      }
      case ScalingPaused paused -> pauses = pauses.with(paused);
      case ScalingResumed resumed -> pauses = pauses.without(resumed);
      case LoadReported reported -> loads = loads.after(reported, time, before.zone().policy());
      case ManualScaleRequested request -> asked(request);
      case TemplateChanged ignored -> crashLoop = CrashLoop.NONE;
      case ZoneDeclared _, ZoneRetiring _ -> {}
      case ZoneRetired retired -> end(retired);
      case PolicyChanged changed -> ruled(changed);
      case BalancerStarted _, BalancerLost _ -> {}
      case RequestsWaiting waiting -> recent = recent.after(waiting, time);
      case ConditionRaised _, ConditionCleared _, CanaryJudged _ -> {}
      case LeaderElected ignored -> {}
    }
  }

  /** Whatever was said of the zone ends with it, but for the numbers of its servers. */
  private void end(ZoneRetired retired) {
    if (before.zone().objection(retired).isEmpty()) {
      pending = ServerMap.empty();
      stopping = ServerSet.NONE;
      crashLoop = CrashLoop.NONE;
      pauses = Pauses.NONE;
      manual = Optional.empty();
      forecasts = List.of();
      loads = LoadState.NONE;
      recent = RecentWishes.NONE;
      changes = LastChanges.NONE;
      proposal = Optional.empty();
    }
  }

  private void asked(ManualScaleRequested request) {
    crashLoop = CrashLoop.NONE;
    loads = loads.tryingNothing();
    manual =
        request.until().map(until -> new ManualHold(request.servers(), until, request.actor()));
  }

  private void ruled(PolicyChanged changed) {
    forecasts = Forecasts.under(changed.policy(), forecasts);
    loads = loads.tryingNothing();
  }

  /** Whether all servers that are wanted are there and warm. */
  private boolean settled(LoadObserved seen) {
    Census census = before.census();
    return census.unready() == 0 && seen.warmingCount() == 0 && census.live() == before.desired();
  }

  private void saw(ServerId server) {
    boolean leavesRoom = server.number() <= SEEN_MAX;
    if (leavesRoom && server.number() >= nextNumber && server.zone().equals(before.zone().id())) {
      nextNumber = server.number() + 1;
    }
  }

  /** The server is no more, and unless it was to go anyway, that was a failure. */
  private void died(ServerId id) {
    saw(id);
    Pending asked = before.pending().get(id);
    Server server = before.zone().servers().get(id);
    boolean wanted = !before.stopping().contains(id);
    if (wanted && server != null && server.live() && !CrashLoop.stable(server, time)) {
      crashLoop = crashLoop.failed(server.startedAt(), time);
    } else if (wanted && asked != null) {
      crashLoop = crashLoop.failed(asked.since(), time);
    }
    settleStart(id);
  }

  private void settleStart(ServerId server) {
    pending = pending.minus(server);
  }

  private void settleStop(ServerId server) {
    stopping = stopping.minus(server);
  }

  /** Ends the row of failures if a server has shown by now that the fault is gone. */
  private void calm() {
    if (crashLoop.failures() > 0) {
      for (Server server : before.zone().servers().values()) {
        crashLoop = crashLoop.calmedBy(server, time);
      }
    }
  }
}
