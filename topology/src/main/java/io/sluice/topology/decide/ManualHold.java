package io.sluice.topology.decide;

import io.sluice.schemas.event.Actor;
import java.time.Instant;

/**
 * A number of servers that somebody set for a time, during which the rules do not change it.
 *
 * @param servers the number that was asked for, before the policy's limits
 * @param until when the rules decide again
 * @param actor who asked
 */
public record ManualHold(int servers, Instant until, Actor actor) {
  /** Whether it holds at this moment; the moment of its end is no longer part of it. */
  public boolean holds(Instant time) {
    return time.isBefore(until);
  }
}
