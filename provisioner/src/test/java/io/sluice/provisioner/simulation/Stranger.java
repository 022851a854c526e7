package io.sluice.provisioner.simulation;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/** Somebody with a right to write to the journal and no idea of it. */
final class Stranger {
  /** Far above every number that a zone gives out meanwhile, so that none is given out twice. */
  private static final long STRIDE = 1_000_000;

  private final Cluster cluster;
  private long told;

  Stranger(Cluster cluster) {
    this.cluster = cluster;
  }

  FleetEvent fact() {
    told++;
    Dice dice = cluster.dice();
    ZoneId zone = dice.pick(cluster.zones());
    ZoneId other = dice.pick(cluster.zones());
    Instant now = cluster.scheduler().time();
    ServerId nobody = other.server(told * STRIDE);
    CommandId command = new CommandId(zone, dice.between(0, 1000));
    return switch (Math.toIntExact(dice.between(0, 5))) {
      case 0 ->
          new ServerStarted(
              zone,
              now,
              zone.server(nobody.number()),
              command,
              URI.create("mailto:nobody"),
              "",
              new Epoch(dice.between(0, 9)),
              Optional.empty());
      case 1 -> new ServerReady(zone, now, nobody);
      case 2 -> new ServerExited(zone, now, nobody, Optional.empty(), true, "");
      case 3 -> new ServerDrained(zone, now, nobody);
      case 4 -> new CommandFailed(zone, now, command, nobody, "never");
      default -> new ServerStopped(zone, now, nobody, "gone");
    };
  }
}
