package io.sluice.topology.decide;

import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import java.time.Instant;
import java.util.Optional;

/**
 * The pauses of a zone, one per direction; a later one replaces an earlier one.
 *
 * @param out against more servers
 * @param in against fewer servers
 */
public record Pauses(Optional<Pause> out, Optional<Pause> in) {
  /** No pause at all. */
  public static final Pauses NONE = new Pauses(Optional.empty(), Optional.empty());

  /**
   * The pause that holds at this moment against growing ({@code OUT}) or shrinking ({@code IN}).
   */
  public Optional<Pause> holding(Direction direction, Instant time) {
    Optional<Pause> pause = direction == Direction.OUT ? out : in;
    return pause.isPresent() && pause.get().holds(time) ? pause : Optional.empty();
  }

  Pauses with(ScalingPaused paused) {
    return set(paused.direction(), Optional.of(new Pause(paused.until(), paused.actor())));
  }

  Pauses without(ScalingResumed resumed) {
    return set(resumed.direction(), Optional.empty());
  }

  private Pauses set(Direction direction, Optional<Pause> pause) {
    return new Pauses(
        direction.covers(Direction.OUT) ? pause : out, direction.covers(Direction.IN) ? pause : in);
  }
}
