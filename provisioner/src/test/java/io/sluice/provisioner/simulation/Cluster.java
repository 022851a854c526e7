package io.sluice.provisioner.simulation;

import io.sluice.schemas.id.ZoneId;
import java.util.List;

/**
 * The world that the parts of one run share.
 *
 * @param scheduler virtual time
 * @param dice chance
 * @param flaw what is broken on purpose
 * @param weather how rough it is just now
 * @param trace the last events
 * @param sights what was seen
 * @param zones the zones
 */
record Cluster(
    Scheduler scheduler,
    Dice dice,
    Flaw flaw,
    Weather weather,
    Trace trace,
    Sights sights,
    List<ZoneId> zones) {
  Cluster {
    zones = List.copyOf(zones);
  }

  void saw(Sight sight) {
    sights.saw(sight);
  }

  /** An invariant does not hold: ends the run, whatever whoever found out makes of it. */
  void fail(Invariant invariant, String what) {
    scheduler.after(
        0,
        () -> {
          throw new Invariant.Broken(invariant, what);
        });
  }

  boolean has(Flaw one) {
    return flaw == one;
  }
}
