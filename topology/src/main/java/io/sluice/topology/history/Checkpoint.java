package io.sluice.topology.history;

import io.sluice.topology.decide.ZoneState;
import java.time.Instant;

/**
 * A zone's state that was kept while it was decided on.
 *
 * @param state the state
 * @param place of the last fact in it
 */
public record Checkpoint(ZoneState state, Place place) {
  /**
   * Whether it is of facts alone that were appended by this time and have smaller offsets than
   * this; also where a broker's clock was put back.
   */
  public boolean isWithin(Instant time, long offset) {
    return !time().isAfter(time)
        && !state.progress().clock().highest().isAfter(time)
        && offset() < offset;
  }

  /** Journal offset of the last fact in it. */
  public long offset() {
    return place.offset();
  }

  /** When the broker appended that fact. */
  public Instant time() {
    return place.time();
  }
}
