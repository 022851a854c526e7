package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;

/**
 * What the fold takes for the present, from the append times of a zone's records.
 *
 * <p>Time does not go back for a record that is a little earlier than the one before. But a
 * broker's clock can jump ahead and be put right again; then
 *
 * <pre>
 *   the {@link #ROW_MAX}th record in a row that is more than {@link #BEHIND_MIN} earlier than the
 *   latest time is the present, and what was remembered of the time ahead is moved back with it
 * </pre>
 *
 * so that such a jump costs {@link #ROW_MAX} records, one of which comes every second. Example:
 * records of 10:00:01, 11:00:02, 10:00:03, :04, :05, :06, :07: the fold stands at 11:00:02 until
 * the last one, and then goes on from 10:00:07.
 *
 * @param highest the latest append time ever seen; what rules up to version 3 called the present
 * @param behind how many records in a row were far behind the present, 0 to {@link #ROW_MAX} - 1
 */
public record Clock(Instant highest, int behind) {
  /** Nothing was read yet. */
  public static final Clock BEGINNING = new Clock(Instant.EPOCH, 0);

  /** Brokers whose clocks are kept right differ by less. */
  public static final Duration BEHIND_MIN = Duration.ofSeconds(10);

  /** A record comes every second: five seconds of a clock that stays behind are no slip. */
  public static final int ROW_MAX = 5;

  /** The clock after one more record of this append time, the present being this. */
  Clock after(Instant appended, Instant present) {
    Instant latest = appended.isAfter(highest) ? appended : highest;
    boolean farBehind = appended.isBefore(present.minus(BEHIND_MIN));
    return new Clock(latest, farBehind && behind + 1 < ROW_MAX ? behind + 1 : 0);
  }

  /** Whether a record of this append time takes the present back to it. */
  boolean goesBack(Instant appended, Instant present) {
    return behind + 1 >= ROW_MAX && appended.isBefore(present.minus(BEHIND_MIN));
  }

  /** Whether nothing was read yet. */
  @JsonIgnore
  boolean unread() {
    return highest.equals(Instant.EPOCH);
  }
}
