package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.plan.Input;
import io.sluice.provisioner.plan.Place;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A leader's consumer. It fetches ahead, as Kafka's does: what a turn takes was fetched at the end
 * of the turn before, and may be old by the time that a paused process takes it.
 */
final class SimulatedConsumer {
  private static final int RECORDS_MAX = 200;

  private final Cluster cluster;
  private final SimulatedBroker broker;
  private final int monitor;
  private final Map<Integer, Long> journal = new HashMap<>();
  private final Map<Integer, Long> commands = new HashMap<>();
  private Map<Integer, Long> journalAhead = new HashMap<>();
  private Map<Integer, Long> commandsAhead = new HashMap<>();
  private Map<Integer, Long> commandEnds = new HashMap<>();
  private List<Input> ahead = List.of();
  private long stalledUntil;

  SimulatedConsumer(SimulatedMonitor monitor) {
    this.cluster = monitor.cluster();
    this.broker = monitor.broker();
    this.monitor = monitor.node();
  }

  /** Where reading begins. */
  void begin(Map<Integer, Long> from, Map<Integer, Long> commandsFrom) {
    for (int partition = 0; partition < broker.journal().size(); partition++) {
      journal.put(partition, from.getOrDefault(partition, 0L));
      commands.put(partition, commandsFrom.getOrDefault(partition, 0L));
    }
    journalAhead = new HashMap<>(journal);
    commandsAhead = new HashMap<>(commands);
    stalled(0.3);
  }

  /** The next offset to be taken, per partition of the journal. */
  Map<Integer, Long> positions() {
    return Map.copyOf(journal);
  }

  /** The next offset to be fetched, per partition of the journal. */
  Map<Integer, Long> fetched() {
    return Map.copyOf(journalAhead);
  }

  /** Whether every command was taken that stood there when it was last looked. */
  boolean commandsRead() {
    return commands.equals(commandEnds);
  }

  /** What was fetched before; fetches what comes next. */
  List<Input> take(Set<Integer> held) {
    List<Input> taken = ahead;
    journal.putAll(journalAhead);
    commands.putAll(commandsAhead);
    ahead = broker.reachable(monitor) ? fetch(held) : List.of();
    return taken;
  }

  private List<Input> fetch(Set<Integer> held) {
    List<Input> fetched = new ArrayList<>();
    if (!stalled(0.01)) {
      fetchCommands(held, fetched);
    }
    fetchFacts(fetched);
    return fetched;
  }

  /** Whether the commands' partitions don't answer just now. */
  private boolean stalled(double share) {
    long now = cluster.scheduler().now();
    if (now >= stalledUntil && cluster.dice().chance(cluster.weather().rarely(share))) {
      stalledUntil = now + cluster.dice().between(500, 6000);
    }
    return now < stalledUntil;
  }

  private void fetchCommands(Set<Integer> held, List<Input> fetched) {
    for (int partition : List.copyOf(commands.keySet())) {
      Log<ScaleCommand> log = broker.commands().get(partition);
      commandEnds.put(partition, log.end());
      if (!held.contains(partition)) {
        var batch = log.read(commands.getOrDefault(partition, 0L), RECORDS_MAX);
        commandsAhead.put(partition, batch.next());
        for (Log.Entry<ScaleCommand> entry : batch.entries()) {
          entry
              .value()
              .map(command -> new Input.CommandRead(new Place(partition, entry.offset()), command))
              .ifPresent(fetched::add);
        }
      }
    }
  }

  private void fetchFacts(List<Input> fetched) {
    for (int partition : List.copyOf(journal.keySet())) {
      Log<FleetEvent> log = broker.journal().get(partition);
      var batch = log.read(journal.getOrDefault(partition, 0L), RECORDS_MAX);
      journalAhead.put(partition, batch.next());
      for (Log.Entry<FleetEvent> entry : batch.entries()) {
        entry
            .value()
            .map(fact -> new JournalRecord(entry.offset(), entry.time(), fact))
            .map(fact -> new Input.FactRead(partition, fact))
            .ifPresent(fetched::add);
      }
    }
  }

  /** A listing that shows just what the journal says, whatever runs. */
  static List<Instance> asListed(Fleet fleet) {
    return fleet.zones().values().stream()
        .flatMap(zone -> zone.servers().values().stream())
        .map(server -> new Instance(server.id(), server.state() != ServerState.DEAD))
        .toList();
  }
}
