package io.sluice.provisioner.api;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A fleet that runs nothing. */
final class NoFleet implements ServerFleet {
  @Override
  public Started start(ServerSpec spec) {
    throw new FleetException("this fleet runs nothing");
  }

  @Override
  public void stop(ServerId server, Duration grace) {
    // What is gone is stopped.
  }

  @Override
  public Listing list() {
    return Listing.of(List.of());
  }

  @Override
  public Watch watch(Consumer<Exit> listener) {
    return () -> {};
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
