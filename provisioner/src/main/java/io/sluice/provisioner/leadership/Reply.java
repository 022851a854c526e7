package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.ChangeResult;
import io.sluice.provisioner.plan.Place;
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
public record Reply(ChangeResult ruling, Optional<Place> place, Epoch epoch) {
  /** The reply once the outcome's facts stand at these places. */
  static Reply of(ChangeResult ruling, List<Place> places, Epoch epoch) {
    return new Reply(
        ruling,
        ruling instanceof ChangeResult.Recorded recorded
            ? Optional.of(places.get(recorded.index()))
            : Optional.empty(),
        epoch);
  }
}
