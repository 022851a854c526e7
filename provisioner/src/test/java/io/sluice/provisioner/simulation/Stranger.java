package io.sluice.provisioner.simulation;

import io.sluice.provisioner.election.Input;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.LeaderElected;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.leadership.Incarnation;
import java.net.URI;
import java.time.Instant;
import java.util.List;
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

  /** A leader's sign of life, of a monitor that there is or not, in any term. */
  Input.Beat heartbeat() {
    Dice dice = cluster.dice();
    return new Input.Beat(
        new MonitorId(Math.toIntExact(dice.between(1, 9))),
        Incarnation.UNKNOWN,
        new Epoch(dice.pick(List.of(1L, 2L, 50L, 1_000_000L, Epoch.MAX))));
  }

  FleetEvent fact() {
    told++;
    Dice dice = cluster.dice();
    ZoneId zone = dice.pick(cluster.zones());
    ZoneId other = dice.pick(cluster.zones());
    Instant now = cluster.scheduler().time();
    ServerId nobody = other.server(told * STRIDE);
    CommandId command = new CommandId(zone, dice.between(0, 1000));
    return switch (Math.toIntExact(dice.between(0, 6))) {
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
      case 5 ->
          // The number of a term that is to come is another matter: then its zone has two leaders.
          new LeaderElected(
              zone, now, new MonitorId(1), new Epoch(Epoch.MAX), URI.create("http://nobody:1"));
      default -> new ServerStopped(zone, now, nobody, "gone");
    };
  }
}
