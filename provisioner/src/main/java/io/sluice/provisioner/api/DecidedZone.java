package io.sluice.provisioner.api;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A zone as it stands where it is decided on: what its fold knows beside the facts themselves.
 *
 * @param zone which one
 * @param time the broker's time of the last fact that was weighed
 * @param desired how many servers it is to have, 0 or more
 * @param changed when that number last changed; empty: never
 * @param pauses what keeps its rules from scaling
 * @param manual a number of servers that somebody set for a time
 */
public record DecidedZone(
    ZoneId zone,
    Instant time,
    int desired,
    Optional<Instant> changed,
    List<Paused> pauses,
    Optional<Held> manual) {
  /** Copies the list. */
  public DecidedZone {
    pauses = List.copyOf(pauses);
  }

  /**
   * A pause that holds.
   *
   * @param direction which way
   * @param until when it ends by itself; empty: when resumed
   * @param actor who asked for it
   */
  public record Paused(Direction direction, Optional<Instant> until, Actor actor) {}

  /**
   * A number of servers that somebody set for a time.
   *
   * @param servers the number that was asked for, before the policy's limits
   * @param until when the rules decide again
   * @param actor who asked
   */
  public record Held(int servers, Instant until, Actor actor) {}
}
