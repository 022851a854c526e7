package io.sluice.compose.whatif;

import io.sluice.topology.whatif.FleetTimings;
import io.sluice.topology.whatif.WhatIf;
import java.time.Duration;
import java.util.Optional;

/**
 * What somebody wants to set of the model.
 *
 * @param startUp how long servers take to become ready; empty: as recorded, else the default
 * @param drain how long they take to go; empty: as recorded, else the default
 * @param target the load above which time counts as over the target, in percent, more than 0
 */
public record Model(Optional<Duration> startUp, Optional<Duration> drain, double target) {
  /** Nothing set. */
  public static final Model DEFAULT =
      new Model(Optional.empty(), Optional.empty(), WhatIf.TARGET_DEFAULT);

  /** The timings that hold if these were measured. */
  FleetTimings timings(FleetTimings measured) {
    return new FleetTimings(startUp.orElse(measured.startUp()), drain.orElse(measured.drain()));
  }
}
