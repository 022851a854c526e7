package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ScalingRule.Predictive;
import io.sluice.topology.forecast.Forecast;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
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
 * @param progress how far the journal is folded
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
    Progress progress) {

  /** Makes the collections unmodifiable; callers hand over ones that nobody changes. */
  public ZoneState {
    pending = Collections.unmodifiableSortedMap(pending);
    stopping = Collections.unmodifiableSortedSet(stopping);
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
      @JsonProperty("progress") Optional<Progress> progress) {
    return new ZoneState(
        zone,
        time,
        desired,
        nextNumber,
        pending.orElse(Collections.emptySortedMap()),
        stopping.orElse(Collections.emptySortedSet()),
        crashLoop,
        pauses,
        manual,
        recent.orElse(RecentWishes.NONE),
        changes.orElse(LastChanges.NONE),
        proposal,
        forecasts.orElse(List.of()),
        progress.orElse(Progress.NONE));
  }

  /** A zone of which nothing is known yet. */
  public static ZoneState unknown(ZoneId id) {
    return new ZoneState(
        Zone.unknown(id),
        Instant.EPOCH,
        0,
        1,
        Collections.emptySortedMap(),
        Collections.emptySortedSet(),
        CrashLoop.NONE,
        Pauses.NONE,
        Optional.empty(),
        RecentWishes.NONE,
        LastChanges.NONE,
        Optional.empty(),
        List.of(),
        Progress.NONE);
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
      return with(Optional.of(Proposal.of(command)));
    }
    SortedMap<ServerId, Pending> starting = pending;
    long next = nextNumber;
    if (!command.start().isEmpty()) {
      starting = new TreeMap<>(pending);
      for (ServerId server : command.start()) {
        starting.put(server, new Pending(command.id(), command.at()));
        next = Math.max(next, server.number() + 1);
      }
    }
    SortedSet<ServerId> leaving = stopping;
    if (!command.stop().isEmpty()) {
      leaving = new TreeSet<>(stopping);
      leaving.addAll(command.stop());
    }
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
        command.to() == command.from() || byRules
            ? recent
            : RecentWishes.startingAt(time, command.to()),
        changes.with(command),
        Optional.empty(),
        forecasts,
        progress);
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
        progress);
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
            progress);
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
        next);
  }

  /** The same, standing still where a record can't be taken in. */
  public ZoneState stopped(Stopped where) {
    return with(progress.standing(where));
  }
}
