package io.sluice.provisioner.simulation;

import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a monitor finds around it. */
final class Surroundings {
  private final Cluster cluster;
  private final Witness witness;
  private final SimulatedBroker broker;
  private final SimulatedNetwork network;
  private final SimulatedFleet fleet;
  private final SimulatedRedis snapshots;
  private final SortedMap<MonitorId, SimulatedMonitor> monitors = new TreeMap<>();
  private final List<SimulatedMonitor> doubles = new ArrayList<>();
  private int terms;

  Surroundings(Cluster cluster, int partitions) {
    this.cluster = cluster;
    Truth truth = new Truth();
    this.witness = new Witness(cluster.scheduler(), cluster.sights(), truth);
    this.fleet = new SimulatedFleet(cluster, witness, truth);
    this.broker = new SimulatedBroker(cluster, witness, partitions);
    this.network = new SimulatedNetwork(cluster);
    this.snapshots = new SimulatedRedis(cluster);
    witness.watch(broker);
  }

  Cluster cluster() {
    return cluster;
  }

  Witness witness() {
    return witness;
  }

  SimulatedBroker broker() {
    return broker;
  }

  SimulatedNetwork network() {
    return network;
  }

  SimulatedFleet fleet() {
    return fleet;
  }

  SimulatedRedis snapshots() {
    return snapshots;
  }

  void add(SimulatedMonitor monitor) {
    monitors.put(monitor.id(), monitor);
  }

  /**
   * Another process with the id of this one, which nobody reaches, since its address is another.
   */
  SimulatedMonitor another(SimulatedMonitor monitor) {
    SimulatedMonitor copy = monitor.copy();
    doubles.add(copy);
    return copy;
  }

  /** The processes that have an id that another one has. */
  List<SimulatedMonitor> doubles() {
    return List.copyOf(doubles);
  }

  SimulatedMonitor monitor(MonitorId id) {
    SimulatedMonitor monitor = monitors.get(id);
    if (monitor == null) {
      throw new IllegalArgumentException("monitor %s: expected one of %s".formatted(id, monitors));
    }
    return monitor;
  }

  List<SimulatedMonitor> monitors() {
    return List.copyOf(monitors.values());
  }

  /**
   * Whoever begins another attempt at the office.
   *
   * @param file the zones of its file
   */
  Author nextAuthor(int node, List<ZoneId> file) {
    terms++;
    Author author = new Author(node, terms);
    witness.begins(author, file);
    return author;
  }

  int terms() {
    return terms;
  }
}
