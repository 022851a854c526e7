package io.sluice.topology.decide;

import io.sluice.schemas.event.Actor;
import java.time.Instant;
import java.util.Optional;

/**
 * A stop to the policy's scaling in one direction.
 *
 * @param until when it ends by itself; empty: when resumed
 * @param actor who asked for it
 */
public record Pause(Optional<Instant> until, Actor actor) {
  /** Whether it holds at this moment; the moment of its end is no longer part of it. */
  public boolean holds(Instant time) {
    return until.isEmpty() || time.isBefore(until.get());
  }
}
