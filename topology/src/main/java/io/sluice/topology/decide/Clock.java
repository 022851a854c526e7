package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the fold takes for the present, from the append times of a zone's records.
 *
 * <p>Time does not go back for a record that is a little earlier than the one before. But a
 * broker's clock can jump ahead and be put right again. What stands far from the present is
 * therefore believed only when it stays there:
 *
 * <pre>
 *   the {@link #ROW_MAX}th record in a row that is more than {@link #AHEAD_MIN} later than the
 *   present is the present; until then a record is of the present as it was
 *
 *   the {@link #ROW_MAX}th record in a row that is more than {@link #BEHIND_MIN} earlier than the
 *   present is the present, and what was remembered of the time ahead is moved back with it
 * </pre>
 *
 * so that what holds for a time is not over for one record, and a jump costs {@link #ROW_MAX}
 * records, one of which comes every second. Example: of records of 10:00:01, 11:00:02, 10:00:03 the
 * second one is of 10:00:01; with five of 11:00:02 to :06 and then 10:00:07 to :11 the fold goes on
 * from 11:00:06, stands there, and goes on from 10:00:11.
 *
 * @param highest the latest append time ever seen; what rules up to version 3 called the present
 * @param behind how many records in a row were far behind the present, 0 to {@link #ROW_MAX} - 1
 * @param ahead how many in a row were far ahead of it, 0 to {@link #ROW_MAX} - 1
 * @param furthest the latest present that there was; empty: an earlier release did not say, and
 *     took every {@link #highest} for one
 */
public record Clock(
    Instant highest,
    int behind,
    @JsonSetter(nulls = Nulls.AS_EMPTY) int ahead,
    Optional<Instant> furthest) {
  /** Nothing was read yet. */
  public static final Clock BEGINNING = new Clock(Instant.EPOCH, 0, 0, Optional.empty());

  /** Brokers whose clocks are kept right differ by less. */
  public static final Duration BEHIND_MIN = Duration.ofSeconds(10);

  /**
   * A cluster that was stopped for less goes on at once. More than any leap of a what-if over
   * seconds in which nothing happens.
   */
  public static final Duration AHEAD_MIN = Duration.ofMinutes(10);

  /** A record comes every second: five seconds of a clock that stays away are no slip. */
  public static final int ROW_MAX = 5;

  /** The clock after one more record of this append time, the present being this. */
  Clock after(Instant appended, Instant present) {
    Instant latest = appended.isAfter(highest) ? appended : highest;
    Instant next = present(appended, present);
    return new Clock(
        latest,
        isFarBehind(appended, present) && behind + 1 < ROW_MAX ? behind + 1 : 0,
        isFarAhead(appended, present) && ahead + 1 < ROW_MAX ? ahead + 1 : 0,
        Optional.of(next.isAfter(latest()) ? next : latest()));
  }

  /** The present with a record of this append time, this having been it before. */
  Instant present(Instant appended, Instant before) {
    boolean slip = isFarAhead(appended, before) && ahead + 1 < ROW_MAX;
    boolean later = appended.isAfter(before) && !slip;
    return later || goesBack(appended, before) ? appended : before;
  }

  /** Whether a record of this append time takes the present back to it. */
  boolean goesBack(Instant appended, Instant present) {
    return behind + 1 >= ROW_MAX && isFarBehind(appended, present);
  }

  /** The latest present that there was. */
  @JsonIgnore
  public Instant latest() {
    return furthest.orElse(highest);
  }

  private static boolean isFarBehind(Instant appended, Instant present) {
    return appended.isBefore(present.minus(BEHIND_MIN));
  }

  /** Of the first record of all nothing was the present before. */
  private boolean isFarAhead(Instant appended, Instant present) {
    return !unread() && appended.isAfter(present.plus(AHEAD_MIN));
  }

  /** Whether nothing was read yet. */
  @JsonIgnore
  boolean unread() {
    return highest.equals(Instant.EPOCH);
  }
}
