package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a monitor knows of the election; soft, a monitor that restarts begins anew.
 *
 * @param phase where it stands
 * @param known the term that Kafka told it of last
 * @param lastBeat the last heartbeat that was believed
 * @param contactSince since when Kafka has answered without a break; empty: it does not
 * @param tries how it fared when it tried to lead
 * @param identity whether it alone has its id
 * @param taking who was last heard to take office, and when
 * @param cessions what came of handing over, per monitor
 */
public record ElectionState(
    Phase phase,
    Epoch known,
    Optional<Heard> lastBeat,
    Optional<Ticks> contactSince,
    Tries tries,
    Identity identity,
    Optional<Taker> taking,
    SortedMap<MonitorId, Cession> cessions) {
  /** Before it has begun. */
  public static final ElectionState NONE =
      new ElectionState(
          new Phase.Ended(),
          Epoch.NONE,
          Optional.empty(),
          Optional.empty(),
          Tries.NONE,
          Identity.NONE,
          Optional.empty(),
          Collections.emptySortedMap());

  /** Copies the map. */
  public ElectionState {
    cessions = Collections.unmodifiableSortedMap(new TreeMap<>(cessions));
  }

  /**
   * A heartbeat.
   *
   * @param leader whose
   * @param epoch of which term
   * @param at when it was read
   */
  public record Heard(MonitorId leader, Epoch epoch, Ticks at) {}

  /**
   * A monitor that takes office.
   *
   * @param monitor which
   * @param at when that was read
   */
  public record Taker(MonitorId monitor, Ticks at) {}

  /** Who leads as far as this monitor knows; empty: nobody, or it does not know. */
  public Optional<MonitorId> leader(MonitorId self) {
    return switch (phase) {
      case Phase.Following following -> Optional.of(following.leader());
      case Phase.Doubting doubting -> Optional.of(doubting.leader());
      case Phase.Claiming claiming -> Optional.of(claiming.leader());
      case Phase.Leading ignored -> Optional.of(self);
      case Phase.Ceding ignored -> Optional.of(self);
      case Phase.Looking ignored -> Optional.empty();
      case Phase.Electing ignored -> Optional.empty();
      case Phase.Awaiting ignored -> Optional.empty();
      case Phase.Taking ignored -> Optional.empty();
      case Phase.Resting ignored -> Optional.empty();
      case Phase.Ended ignored -> Optional.empty();
    };
  }

  /** Another process that has this monitor's id and goes on; empty: none that is known. */
  public Optional<String> clash(Ticks now) {
    return switch (identity.verdict(now)) {
      case STAYS, YIELDS ->
          identity
              .other()
              .map(other ->
                  "another process runs with the same id, incarnation " + other.incarnation());
      case ALONE, UNCERTAIN -> Optional.empty();
    };
  }

  /**
   * Whether this monitor failed in office so often that it leads only if nobody else does: it asks
   * no leader to hand over, whatever their ranks.
   */
  public boolean standsBack() {
    return tries.lost() >= Tries.LOST_MAX;
  }

  /** Whether Kafka answers, so that it makes sense to try to lead. */
  boolean fit() {
    return contactSince.isPresent();
  }

  ElectionState in(Phase next) {
    return new ElectionState(
        next, known, lastBeat, contactSince, tries, identity, taking, cessions);
  }

  /**
   * Whether somebody may lead in this term: it is no older than the known one, or nothing has been
   * heard of that one for a while. A number that somebody made up, or that was given out before
   * Kafka was put back to an earlier time, must not keep whoever leads from being followed.
   *
   * @param silence how long that while is
   */
  boolean believes(Epoch epoch, Ticks now, Duration silence) {
    return epoch.compareTo(known) >= 0
        || lastBeat
            .filter(beat -> beat.epoch().equals(known))
            .filter(beat -> now.isBefore(beat.at().plus(silence)))
            .isEmpty();
  }

  ElectionState knowing(Epoch epoch) {
    return new ElectionState(
        phase, epoch, lastBeat, contactSince, tries, identity, taking, cessions);
  }

  ElectionState hearing(Heard beat) {
    return new ElectionState(
        phase, known, Optional.of(beat), contactSince, tries, identity, taking, cessions);
  }

  ElectionState contact(Optional<Ticks> since) {
    return new ElectionState(phase, known, lastBeat, since, tries, identity, taking, cessions);
  }

  ElectionState trying(Tries next) {
    return new ElectionState(
        phase, known, lastBeat, contactSince, next, identity, taking, cessions);
  }

  ElectionState being(Identity next) {
    return new ElectionState(phase, known, lastBeat, contactSince, tries, next, taking, cessions);
  }

  ElectionState taken(Taker by) {
    return new ElectionState(
        phase, known, lastBeat, contactSince, tries, identity, Optional.of(by), cessions);
  }

  ElectionState ceding(MonitorId to, Cession cession) {
    SortedMap<MonitorId, Cession> next = new TreeMap<>(cessions);
    next.put(to, cession);
    return new ElectionState(phase, known, lastBeat, contactSince, tries, identity, taking, next);
  }
}
