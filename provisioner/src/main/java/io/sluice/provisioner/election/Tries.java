package io.sluice.provisioner.election;

import io.sluice.schemas.time.Ticks;
import java.time.Duration;
import java.util.Optional;

/**
 * How this monitor fared when it tried to lead.
 *
 * @param attempt the number of its last attempt; 0: none yet
 * @param failures how often in a row it did not get into office
 * @param notBefore before then it does not try; empty: it may
 * @param lost how often in a row it lost office, or did not get into it, by a failure of its own
 * @param claimNotBefore before then it asks no leader to hand over; empty: it may
 */
record Tries(
    long attempt,
    int failures,
    Optional<Ticks> notBefore,
    int lost,
    Optional<Ticks> claimNotBefore) {
  static final Tries NONE = new Tries(0, 0, Optional.empty(), 0, Optional.empty());

  /** Whoever failed so often leads only if nobody else does. */
  static final int LOST_MAX = 3;

  Tries next() {
    return new Tries(attempt + 1, failures, notBefore, lost, claimNotBefore);
  }

  Tries failed(Ticks until) {
    return new Tries(attempt, failures + 1, Optional.of(until), lost, claimNotBefore);
  }

  Tries gotIn() {
    return new Tries(attempt, 0, notBefore, lost, claimNotBefore);
  }

  /** Office was lost, or not gained, by a failure of its own. */
  Tries lost(Ticks now, Duration rest) {
    Duration pause = rest.multipliedBy(1L << Math.min(lost, LOST_MAX));
    return new Tries(attempt, failures, notBefore, lost + 1, Optional.of(now.plus(pause)));
  }

  /** It would have had office and did nothing with it: it leads only if nobody else does. */
  Tries stoodStill(Ticks until) {
    return new Tries(attempt, failures + 1, Optional.of(until), LOST_MAX, claimNotBefore);
  }

  /** A leader will not hand over for now. */
  Tries refused(Ticks until) {
    return new Tries(attempt, failures, notBefore, lost, Optional.of(until));
  }

  Tries forgiven() {
    return new Tries(attempt, failures, notBefore, 0, claimNotBefore);
  }

  boolean mayTry(Ticks now) {
    return notBefore.filter(now::isBefore).isEmpty();
  }

  boolean mayClaim(Ticks now) {
    return mayTry(now) && lost < LOST_MAX && claimNotBefore.filter(now::isBefore).isEmpty();
  }
}
