package io.sluice.schemas.time;

import java.time.Duration;

/**
 * A moment of this process's monotonic clock. It goes on when the wall clock is set, and means
 * nothing to another process or after a restart: for deadlines and ages, never for stamps.
 *
 * @param nanos nanoseconds since an origin that is the same for all moments of one clock; it may be
 *     negative and may overflow, so that only differences count
 */
public record Ticks(long nanos) {
  /** The moment this much later; a negative duration gives an earlier one. */
  public Ticks plus(Duration duration) {
    return new Ticks(nanos + duration.toNanos());
  }

  /** How long ago the earlier moment was; negative if it is later than this one. */
  public Duration since(Ticks earlier) {
    return Duration.ofNanos(nanos - earlier.nanos);
  }

  /** Whether this moment is later than the other. */
  public boolean isAfter(Ticks other) {
    return nanos - other.nanos > 0;
  }

  /** Whether this moment is earlier than the other. */
  public boolean isBefore(Ticks other) {
    return nanos - other.nanos < 0;
  }
}
