package io.sluice.topology.decide;

import java.util.Optional;

/**
 * How far a zone's journal is folded.
 *
 * @param offset the journal offset of the last record in the state; -1: unknown, or none yet
 * @param foldVersion the decision rules that made the state
 * @param clock what time it is
 * @param stopped where the zone stands still, if it does
 */
public record Progress(long offset, int foldVersion, Clock clock, Optional<Stopped> stopped) {
  /** Nothing is folded yet, or an earlier release did not say how much. */
  public static final Progress NONE = new Progress(-1, 0, Clock.BEGINNING, Optional.empty());

  Progress after(long folded, Clock next) {
    return new Progress(folded, Decide.FOLD_VERSION, next, Optional.empty());
  }

  Progress standing(Stopped where) {
    return new Progress(offset, foldVersion, clock, Optional.of(where));
  }
}
