package io.sluice.provisioner.watch;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.id.ZoneId;

/** Whatever can start a zone's balancer again; used by several threads, and may block. */
@FunctionalInterface
public interface BalancerStarter {
  /** Nothing: whoever runs the balancers sees to them. */
  BalancerStarter NONE = zone -> false;

  /**
   * Starts a balancer that does not answer, and ends what is left of it first.
   *
   * @return whether it was started; false: this is not its business
   * @throws FleetException if it can't be started; whatever else is thrown means the same
   */
  boolean start(ZoneId zone) throws FleetException;
}
