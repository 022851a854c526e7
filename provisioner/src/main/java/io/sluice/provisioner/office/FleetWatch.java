package io.sluice.provisioner.office;

import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.plan.Input;

/** Lets the leader hear of servers that end. */
public final class FleetWatch implements Companion {
  private final ServerFleet fleet;

  /** A watch over this fleet. */
  public FleetWatch(ServerFleet fleet) {
    this.fleet = fleet;
  }

  @Override
  public Ongoing begin(TermDesk term) {
    ServerFleet.Watch watch = fleet.watch(exit -> term.post(new Input.Exited(exit)));
    return watch::close;
  }
}
