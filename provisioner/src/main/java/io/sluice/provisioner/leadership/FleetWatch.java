package io.sluice.provisioner.leadership;

import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.plan.Input;

/** Lets the leader hear of servers that end. */
public final class FleetWatch implements LeaderTask {
  private final ServerFleet fleet;

  /** A watch over this fleet. */
  public FleetWatch(ServerFleet fleet) {
    this.fleet = fleet;
  }

  @Override
  public Ongoing begin(LeaderContext term) {
    ServerFleet.Watch watch = fleet.watch(exit -> term.post(new Input.Exited(exit)));
    return watch::close;
  }
}
