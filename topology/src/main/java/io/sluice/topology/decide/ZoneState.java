package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.Collections;
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
 * @param time the largest broker's time seen; it never goes back
 * @param desired how many servers the zone is to have
 * @param nextNumber the number of the next server, above every number ever seen in the zone, from 1
 * @param pending servers commanded to start of which nothing was heard yet
 * @param stopping servers commanded to stop that are not gone yet
 * @param crashLoop the row of early failures
 * @param pauses the pauses of the policy's scaling
 * @param manual a number that somebody set for a time
 */
public record ZoneState(
    Zone zone,
    Instant time,
    int desired,
    long nextNumber,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedMap<ServerId, Pending> pending,
    @JsonSetter(nulls = Nulls.AS_EMPTY) SortedSet<ServerId> stopping,
    CrashLoop crashLoop,
    Pauses pauses,
    Optional<ManualHold> manual) {

  /** Makes the collections unmodifiable; callers hand over ones that nobody changes. */
  public ZoneState {
    pending = Collections.unmodifiableSortedMap(pending);
    stopping = Collections.unmodifiableSortedSet(stopping);
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
        Optional.empty());
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

  /** The state after a command that was decided on it. */
  public ZoneState apply(ScaleCommand command) {
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
    return new ZoneState(
        zone, time, command.to(), next, starting, leaving, crashLoop, pauses, manual);
  }
}
