package io.sluice.topology.decide;

import io.sluice.schemas.policy.TimeZoneData;
import java.util.Optional;

/**
 * How far a zone's journal is folded.
 *
 * @param offset the journal offset of the last record in the state; -1: unknown, or none yet
 * @param foldVersion the decision rules of the release that wrote the state
 * @param clock what time it is
 * @param stopped where the zone stands still, if it does
 * @param timeZoneData release of the time zones by which schedules were followed last
 */
public record Progress(
    long offset,
    int foldVersion,
    Clock clock,
    Optional<Stopped> stopped,
    Optional<String> timeZoneData) {
  /** Nothing is folded yet, or an earlier release did not say how much. */
  public static final Progress NONE =
      new Progress(-1, 0, Clock.BEGINNING, Optional.empty(), Optional.empty());

  Progress after(long folded, Clock next) {
    return new Progress(
        folded, Decide.FOLD_VERSION, next, Optional.empty(), Optional.of(TimeZoneData.VERSION));
  }

  /** The same, written by a release with these decision rules. */
  Progress writtenBy(int version) {
    return new Progress(offset, Math.max(foldVersion, version), clock, stopped, timeZoneData);
  }

  Progress going() {
    return new Progress(offset, foldVersion, clock, Optional.empty(), timeZoneData);
  }

  Progress standing(Stopped where) {
    return new Progress(offset, foldVersion, clock, Optional.of(where), timeZoneData);
  }
}
