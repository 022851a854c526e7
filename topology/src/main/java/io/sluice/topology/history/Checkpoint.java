package io.sluice.topology.history;

import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.ZoneState;
import java.time.Instant;

/**
 * A zone's state that was kept while it was decided on.
 *
 * @param state the state
 * @param place of the last fact in it
 * @param begins whether that is the zone's first fact of all
 */
public record Checkpoint(ZoneState state, Place place, boolean begins) {
  /** The beginning of a zone of which nothing was kept. */
  public static Checkpoint none(ZoneId zone) {
    return new Checkpoint(ZoneState.unknown(zone), new Place(0, -1, Instant.MIN), false);
  }

  /** Whether there are facts in it. */
  public boolean isKept() {
    return offset() >= 0;
  }

  /**
   * Whether it is of facts alone that were appended by this time and have smaller offsets than
   * this; also where a broker's clock was put back. A record ahead of its time counts only if the
   * fold followed it.
   */
  public boolean isWithin(Instant time, long offset) {
    return !state.progress().clock().latest().isAfter(time) && offset() < offset;
  }

  /** No later than when its last fact was appended, whatever the clock said at that one. */
  public Instant earliest() {
    return state.time().isBefore(time()) ? state.time() : time();
  }

  /** The decision rules of the release that made it. */
  public int foldVersion() {
    return state.progress().foldVersion();
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
