package io.sluice.balancer.pool;

import java.time.Duration;
import java.time.Instant;

/**
 * What a server has shown of itself lately.
 *
 * @param failedChecks checks in a row that failed while it was alive
 * @param goodChecks checks in a row that went well while it was disconnected
 * @param ejections how often it was ejected, one soon after the other
 * @param returned when it came back from the last ejection
 * @param silent whether it left the last check without an answer
 */
public record Standing(
    int failedChecks, int goodChecks, int ejections, Instant returned, boolean silent) {
  /** Nothing is known. */
  public static final Standing NEW = new Standing(0, 0, 0, Instant.MIN, false);

  Standing checked(boolean withoutAnswer) {
    return new Standing(failedChecks, goodChecks, ejections, returned, withoutAnswer);
  }

  Standing failedCheck() {
    return new Standing(failedChecks + 1, 0, ejections, returned, silent);
  }

  Standing goodCheck() {
    return new Standing(0, goodChecks + 1, ejections, returned, silent);
  }

  Standing settled() {
    return new Standing(0, 0, ejections, returned, silent);
  }

  /** One more ejection, which ends then; those of long ago are forgiven. */
  Standing ejected(Instant now, Instant end, Duration forgivenAfter) {
    boolean soon = ejections > 0 && now.isBefore(returned.plus(forgivenAfter));
    return new Standing(0, 0, soon ? ejections + 1 : 1, end, silent);
  }

  /** How many ejections count against it now. */
  int counted(Instant now, Duration forgivenAfter) {
    return ejections > 0 && now.isBefore(returned.plus(forgivenAfter)) ? ejections : 0;
  }
}
