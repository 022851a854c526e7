package io.sluice.provisioner.election;

import java.time.Duration;
import java.time.Instant;

/**
 * How this monitor fared when it tried to lead.
 *
 * @param attempt the number of its last attempt; 0: none yet
 * @param failures how often in a row it did not get into office
 * @param notBefore before then it does not try
 * @param lost how often in a row it lost office, or did not get into it, by a failure of its own
 * @param claimNotBefore before then it asks no leader to hand over
 */
record Tries(long attempt, int failures, Instant notBefore, int lost, Instant claimNotBefore) {
  static final Tries NONE = new Tries(0, 0, Instant.EPOCH, 0, Instant.EPOCH);

  /** Whoever failed so often leads only if nobody else does. */
  static final int LOST_MAX = 3;

  Tries next() {
    return new Tries(attempt + 1, failures, notBefore, lost, claimNotBefore);
  }

  Tries failed(Instant until) {
    return new Tries(attempt, failures + 1, until, lost, claimNotBefore);
  }

  Tries gotIn() {
    return new Tries(attempt, 0, notBefore, lost, claimNotBefore);
  }

  /** Office was lost, or not gained, by a failure of its own. */
  Tries lost(Instant now, Duration rest) {
    Duration pause = rest.multipliedBy(1L << Math.min(lost, LOST_MAX));
    return new Tries(attempt, failures, notBefore, lost + 1, now.plus(pause));
  }

  /** A leader will not hand over for now. */
  Tries refused(Instant until) {
    return new Tries(attempt, failures, notBefore, lost, until);
  }

  Tries forgiven() {
    return new Tries(attempt, failures, notBefore, 0, claimNotBefore);
  }

  boolean mayTry(Instant now) {
    return !now.isBefore(notBefore);
  }

  boolean mayClaim(Instant now) {
    return mayTry(now) && lost < LOST_MAX && !now.isBefore(claimNotBefore);
  }
}
