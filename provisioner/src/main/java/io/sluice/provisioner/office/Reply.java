package io.sluice.provisioner.office;

import io.sluice.provisioner.plan.Place;
import io.sluice.provisioner.plan.Ruling;
import io.sluice.schemas.id.Epoch;
import java.util.List;
import java.util.Optional;

/**
 * What a leader says to somebody who asked for a change.
 *
 * @param ruling what became of it
 * @param place where its fact stands in the journal; empty: there is none
 * @param epoch the leader's term
 */
public record Reply(Ruling ruling, Optional<Place> place, Epoch epoch) {
  /** The reply once the outcome's facts stand at these places. */
  static Reply of(Ruling ruling, List<Place> places, Epoch epoch) {
    return new Reply(
        ruling,
        ruling instanceof Ruling.Recorded recorded
            ? Optional.of(places.get(recorded.index()))
            : Optional.empty(),
        epoch);
  }
}
