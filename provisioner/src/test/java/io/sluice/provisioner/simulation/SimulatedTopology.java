package io.sluice.provisioner.simulation;

import io.sluice.schemas.command.ReasonCode;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.ZoneState;
import java.util.HashMap;
import java.util.Map;

/** The real fold over the journal. It reads and writes exactly once, so it never starts anew. */
final class SimulatedTopology {
  private static final int RECORDS_MAX = 50;

  private final Cluster cluster;
  private final SimulatedBroker broker;
  private final Map<Integer, Long> positions = new HashMap<>();
  private final Map<ZoneId, ZoneState> states = new HashMap<>();

  SimulatedTopology(Cluster cluster, SimulatedBroker broker) {
    this.cluster = cluster;
    this.broker = broker;
    cluster.zones().forEach(zone -> states.put(zone, ZoneState.unknown(zone)));
  }

  void start() {
    cluster.scheduler().after(cluster.dice().usually(100, rarely(), 3000), this::turn);
  }

  private double rarely() {
    return cluster.weather().rarely(0.01);
  }

  private void turn() {
    if (broker.up()) {
      for (int partition = 0; partition < broker.journal().size(); partition++) {
        var batch =
            broker
                .journal()
                .get(partition)
                .read(positions.getOrDefault(partition, 0L), RECORDS_MAX);
        positions.put(partition, batch.next());
        batch.entries().forEach(this::decide);
      }
    }
    start();
  }

  private void decide(Log.Entry<FleetEvent> entry) {
    FleetEvent fact = entry.value().orElseThrow();
    Decision decision =
        Decide.step(state(fact.zone()), new JournalRecord(entry.offset(), entry.time(), fact));
    states.put(fact.zone(), decision.after());
    decision
        .command()
        .ifPresent(command -> {
          requireGentle(command, decision.after());
          cluster
              .trace()
              .say(
                  "decide",
                  "%s starts %s, stops %s",
                  command.id(),
                  command.start(),
                  command.stop());
          broker.command(command);
        });
  }

  private static void requireGentle(ScaleCommand command, ZoneState after) {
    long ready =
        after
            .zone()
            .in(ServerState.READY)
            .filter(server -> !after.stopping().contains(server.id()))
            .count();
    boolean stopsReady =
        after.zone().in(ServerState.READY).anyMatch(server -> command.stop().contains(server.id()));
    if (command.reason().code() == ReasonCode.ROLL_OVER && stopsReady && ready < command.to()) {
      throw new Invariant.Broken(
          Invariant.ROLLS_GENTLY,
          "%s stops %s and leaves %d of %d ready"
              .formatted(command.id(), command.stop(), ready, command.to()));
    }
  }

  /** What the zone's decisions go by. */
  ZoneState state(ZoneId zone) {
    ZoneState state = states.get(zone);
    if (state == null) {
      throw new IllegalArgumentException("zone %s: expected one of %s".formatted(zone, states));
    }
    return state;
  }

  /** Whether everything that can be read was decided on. */
  boolean caughtUp() {
    boolean all = true;
    for (int partition = 0; partition < broker.journal().size(); partition++) {
      all &= positions.getOrDefault(partition, 0L) == broker.journal().get(partition).end();
    }
    return all;
  }
}
