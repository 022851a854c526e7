package io.sluice.provisioner.election;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a monitor knows of the election; soft, a monitor that restarts begins anew.
 *
 * @param phase where it stands
 * @param known the latest term that it heard of
 * @param lastBeat the last heartbeat of a term no older than the known one
 * @param contactSince since when Kafka has answered without a break; empty: it does not
 * @param failures how often in a row it did not get into office
 * @param notBefore before then it does not try
 */
public record ElectionState(
    Phase phase,
    Epoch known,
    Optional<Heard> lastBeat,
    Optional<Instant> contactSince,
    int failures,
    Instant notBefore) {
  /** Before it has begun. */
  public static final ElectionState NONE =
      new ElectionState(
          new Phase.Ended(), Epoch.NONE, Optional.empty(), Optional.empty(), 0, Instant.EPOCH);

  /**
   * A heartbeat.
   *
   * @param leader whose
   * @param epoch of which term
   * @param at when it was read
   */
  public record Heard(MonitorId leader, Epoch epoch, Instant at) {}

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

  /** Whether Kafka answers, so that it makes sense to try to lead. */
  boolean fit() {
    return contactSince.isPresent();
  }

  ElectionState in(Phase next) {
    return new ElectionState(next, known, lastBeat, contactSince, failures, notBefore);
  }

  ElectionState knowing(Epoch epoch) {
    return new ElectionState(
        phase,
        epoch.compareTo(known) > 0 ? epoch : known,
        lastBeat,
        contactSince,
        failures,
        notBefore);
  }

  ElectionState hearing(Heard beat) {
    return new ElectionState(phase, known, Optional.of(beat), contactSince, failures, notBefore);
  }

  ElectionState contact(Optional<Instant> since) {
    return new ElectionState(phase, known, lastBeat, since, failures, notBefore);
  }

  ElectionState failing(int inRow, Instant until) {
    return new ElectionState(phase, known, lastBeat, contactSince, inRow, until);
  }
}
