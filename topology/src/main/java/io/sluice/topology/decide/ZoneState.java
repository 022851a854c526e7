package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerMap;
import io.sluice.schemas.fleet.ServerSet;
import io.sluice.schemas.fleet.Servers;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.topology.forecast.Forecast;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Everything that the decisions of a zone go by: what its facts add up to, and what was already
 * commanded. It can be written as JSON and read back at any record without a change to the
 * decisions that follow.
 *
 * @param zone what the facts add up to
 * @param time the present, by {@link Clock}
 * @param desired how many servers the zone is to have
 * @param nextNumber the number of the next server, above every number ever seen in the zone, from 1
 * @param pending servers commanded to start of which nothing was heard yet
 * @param stopping servers commanded to stop that are not gone yet
 * @param crashLoop the row of early failures
 * @param pauses the pauses of the policy's scaling
 * @param manual a number that somebody set for a time
 * @param recent the wishes of the last while, for stabilisation
 * @param changes when the number last changed, for the cool-downs
 * @param proposal what a dry run last proposed
 * @param forecasts what was learnt for each predictive rule of the policy
 * @param loads what is remembered of its loads
 * @param progress how far the journal is folded
 * @param census its servers, counted; follows from the others and is not written
 */
public record ZoneState(
    Zone zone,
    Instant time,
    int desired,
    long nextNumber,
    SortedMap<ServerId, Pending> pending,
    SortedSet<ServerId> stopping,
    CrashLoop crashLoop,
    Pauses pauses,
    Optional<ManualHold> manual,
    RecentWishes recent,
    LastChanges changes,
    Optional<Proposal> proposal,
    List<Forecast> forecasts,
    LoadState loads,
    Progress progress,
    @JsonIgnore Census census) {

  /** Makes the collections ones that never change. */
  public ZoneState {
    pending = ServerMap.copyOf(pending);
    stopping = ServerSet.of(stopping);
    forecasts = List.copyOf(forecasts);
  }

  /** Reads a state of any release: what earlier ones did not keep begins empty. */
  @JsonCreator
  static ZoneState read(
      @JsonProperty("zone") Zone zone,
      @JsonProperty("time") Instant time,
      @JsonProperty("desired") int desired,
      @JsonProperty("nextNumber") long nextNumber,
      @JsonProperty("pending") Optional<SortedMap<ServerId, Pending>> pending,
      @JsonProperty("stopping") Optional<SortedSet<ServerId>> stopping,
      @JsonProperty("crashLoop") CrashLoop crashLoop,
      @JsonProperty("pauses") Pauses pauses,
      @JsonProperty("manual") Optional<ManualHold> manual,
      @JsonProperty("recent") Optional<RecentWishes> recent,
      @JsonProperty("changes") Optional<LastChanges> changes,
      @JsonProperty("proposal") Optional<Proposal> proposal,
      @JsonProperty("forecasts") Optional<List<Forecast>> forecasts,
      @JsonProperty("loads") Optional<LoadState> loads,
      @JsonProperty("progress") Optional<Progress> progress) {
    SortedMap<ServerId, Pending> starting = pending.orElse(ServerMap.empty());
    SortedSet<ServerId> leaving = stopping.orElse(ServerSet.NONE);
    return new ZoneState(
        zone,
        time,
        desired,
        nextNumber,
        starting,
        leaving,
        crashLoop,
        pauses,
        manual,
        recent.orElse(RecentWishes.NONE),
        changes.orElse(LastChanges.NONE),
        proposal,
        forecasts.orElse(List.of()),
        loads.orElse(LoadState.NONE),
        progress.orElse(Progress.NONE),
        Census.of(zone, starting, leaving));
  }

  /** A zone of which nothing is known yet. */
  public static ZoneState unknown(ZoneId id) {
    return new ZoneState(
        Zone.unknown(id),
        Instant.EPOCH,
        0,
        1,
        ServerMap.empty(),
        ServerSet.NONE,
        CrashLoop.NONE,
        Pauses.NONE,
        Optional.empty(),
        RecentWishes.NONE,
        LastChanges.NONE,
        Optional.empty(),
        List.of(),
        LoadState.NONE,
        Progress.NONE,
        Census.NONE);
  }

  /** What was learnt for a rule of the policy; empty if nothing yet. */
  Optional<Forecast> forecast(Predictive rule) {
    for (Forecast forecast : forecasts) {
      if (forecast.fits(rule) && forecast.horizon().equals(rule.horizon())) {
        return Optional.of(forecast);
      }
    }
    return Optional.empty();
  }

  /** Whether the zone is declared and has a policy; nothing is decided before. */
  public boolean governed() {
    return zone.declared() && zone.policyRevision() > 0;
  }

  /** Whether what is decided is done: in a dry run it is only told, unless the zone is to go. */
  public boolean acts() {
    return governed() && (zone.life().retiring() || !zone.policy().dryRun());
  }

  /**
   * The state after the fact. It takes in and decides nothing.
   *
   * @throws IllegalArgumentException if the fact belongs to another zone
   */
  public ZoneState apply(JournalRecord entry) {
    return FactBook.enter(this, entry);
  }

  /** The state after a command that was decided on it. One in a dry run is only remembered. */
  public ZoneState apply(ScaleCommand command) {
    if (command.dryRun()) {
      return with(Optional.of(Proposal.of(command, time, proposal)));
    }
    // A command that was put in could name anybody.
    List<ServerId> start = own(command.start());
    List<ServerId> stop = own(command.stop());
    ServerMap<Pending> starting = ServerMap.copyOf(pending);
    long next = nextNumber;
    for (ServerId server : start) {
      starting = starting.plus(server, new Pending(command.id(), command.at()));
      next = Math.max(next, server.number() + 1);
    }
    ServerSet leaving = ServerSet.of(stopping).plus(stop);
    Set<ServerId> named = new HashSet<>(start);
    named.addAll(stop);
    boolean byRules = command.reason().code() == ReasonCode.POLICY;
    return new ZoneState(
        zone,
        time,
        command.to(),
        next,
        starting,
        leaving,
        crashLoop,
        pauses,
        manual,
        // A number that was set, not wished for, is where wishes start from again.
        command.to() == command.from() || byRules ? recent : recent.startingAt(time, command.to()),
        changes.with(command),
        Optional.empty(),
        forecasts,
        loads.after(command, zone.policy()),
        progress,
        counted(named, starting, leaving));
  }

  /** The census once these servers have been commanded to start and to stop. */
  private Census counted(Set<ServerId> named, ServerMap<Pending> starting, ServerSet leaving) {
    Census counted = census;
    for (ServerId server : named) {
      counted =
          counted
              .minus(Census.of(server, zone, pending, stopping))
              .plus(Census.of(server, zone, starting, leaving));
    }
    return counted;
  }

  private List<ServerId> own(List<ServerId> servers) {
    return servers.stream().filter(server -> server.zone().equals(zone.id())).toList();
  }

  /**
   * What is known of one server, as it is kept.
   *
   * @param server the server, once the fleet has told of it
   * @param pending the command that asked for it, while nothing was heard of it
   * @param stopping whether it is commanded to stop
   */
  public record Entry(Optional<Server> server, Optional<Pending> pending, boolean stopping) {
    /** Whether nothing is known of it any more. */
    public boolean isNothing() {
      return server.isEmpty() && pending.isEmpty() && !stopping;
    }
  }

  /** What is known of one server. */
  public Entry entry(ServerId id) {
    return new Entry(
        Optional.ofNullable(zone.servers().get(id)),
        Optional.ofNullable(pending.get(id)),
        stopping.contains(id));
  }

  /** The servers of which another state says something else. */
  public Set<ServerId> differences(ZoneState other) {
    Set<ServerId> different = new TreeSet<>();
    Servers.of(zone.servers()).differences(Servers.of(other.zone.servers()), different::add);
    ServerMap.copyOf(pending).differences(ServerMap.copyOf(other.pending), different::add);
    ServerSet.of(stopping).differences(ServerSet.of(other.stopping), different::add);
    return different;
  }

  /** The state but for its servers, as it is kept beside their {@link Entry entries}. */
  public ZoneState head() {
    return with(Servers.NONE, ServerMap.empty(), ServerSet.NONE)
        .with(progress.writtenBy(Decide.FOLD_VERSION));
  }

  /** The state of which this is the {@link #head()}. */
  public ZoneState with(Map<ServerId, Entry> entries) {
    Servers servers = Servers.NONE;
    ServerMap<Pending> starting = ServerMap.empty();
    List<ServerId> leaving = new ArrayList<>();
    for (Map.Entry<ServerId, Entry> each : entries.entrySet()) {
      Entry known = each.getValue();
      servers = known.server().isPresent() ? servers.plus(known.server().get()) : servers;
      if (known.pending().isPresent()) {
        starting = starting.plus(each.getKey(), known.pending().get());
      }
      if (known.stopping()) {
        leaving.add(each.getKey());
      }
    }
    return with(servers, starting, ServerSet.of(leaving));
  }

  private ZoneState with(Servers servers, ServerMap<Pending> starting, ServerSet leaving) {
    Zone next = zone.with(servers);
    return new ZoneState(
        next,
        time,
        desired,
        nextNumber,
        starting,
        leaving,
        crashLoop,
        pauses,
        manual,
        recent,
        changes,
        proposal,
        forecasts,
        loads,
        progress,
        Census.of(next, starting, leaving));
  }

  ZoneState with(RecentWishes wishes) {
    return new ZoneState(
        zone,
        time,
        desired,
        nextNumber,
        pending,
        stopping,
        crashLoop,
        pauses,
        manual,
        wishes,
        changes,
        proposal,
        forecasts,
        loads,
        progress,
        census);
  }

  ZoneState with(Optional<Proposal> next) {
    return proposal.equals(next)
        ? this
        : new ZoneState(
            zone,
            time,
            desired,
            nextNumber,
            pending,
            stopping,
            crashLoop,
            pauses,
            manual,
            recent,
            changes,
            next,
            forecasts,
            loads,
            progress,
            census);
  }

  /** The same at another place of the journal. */
  ZoneState with(Progress next) {
    return new ZoneState(
        zone,
        time,
        desired,
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
        next,
        census);
  }

  /** The same as if schedules had been followed last by these time zones. */
  public ZoneState withTimeZoneData(Optional<String> release) {
    return progress.timeZoneData().equals(release)
        ? this
        : with(
            new Progress(
                progress.offset(),
                progress.foldVersion(),
                progress.clock(),
                progress.stopped(),
                release));
  }

  /** What the fold takes for the present with a record that was appended at this time. */
  public Instant presentWith(Instant appended) {
    return progress.clock().present(appended, time);
  }

  /** The same, as if it had last been decided on by rules of this version. */
  public ZoneState decidedBy(int version) {
    return with(
        new Progress(
            progress.offset(),
            version,
            progress.clock(),
            progress.stopped(),
            progress.timeZoneData()));
  }

  /** The same, going on. */
  public ZoneState going() {
    return with(progress.going());
  }

  /** The same, standing still where a record can't be taken in. */
  public ZoneState stopped(Stopped where) {
    return with(progress.standing(where));
  }
}
