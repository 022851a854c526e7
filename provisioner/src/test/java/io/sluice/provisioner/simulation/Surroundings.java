package io.sluice.provisioner.simulation;

import io.sluice.schemas.id.MonitorId;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a monitor finds around it. */
final class Surroundings {
  private final Cluster cluster;
  private final Witness witness;
  private final Broker broker;
  private final Network network;
  private final ModelFleet fleet;
  private final SnapshotStore snapshots;
  private final SortedMap<MonitorId, ModelMonitor> monitors = new TreeMap<>();
  private int terms;

  Surroundings(Cluster cluster, Witness witness, int partitions) {
    this.cluster = cluster;
    this.witness = witness;
    this.broker = new Broker(cluster, witness, partitions);
    this.network = new Network(cluster);
    this.fleet = new ModelFleet(cluster, witness);
    this.snapshots = new SnapshotStore(cluster);
    witness.watch(broker);
  }

  Cluster cluster() {
    return cluster;
  }

  Witness witness() {
    return witness;
  }

  Broker broker() {
    return broker;
  }

  Network network() {
    return network;
  }

  ModelFleet fleet() {
    return fleet;
  }

  SnapshotStore snapshots() {
    return snapshots;
  }

  void add(ModelMonitor monitor) {
    monitors.put(new MonitorId(monitor.id()), monitor);
  }

  ModelMonitor monitor(MonitorId id) {
    ModelMonitor monitor = monitors.get(id);
    if (monitor == null) {
      throw new IllegalArgumentException("monitor %s: expected one of %s".formatted(id, monitors));
    }
    return monitor;
  }

  List<ModelMonitor> monitors() {
    return List.copyOf(monitors.values());
  }

  Author nextAuthor(int monitor) {
    terms++;
    return new Author(monitor, terms);
  }

  int terms() {
    return terms;
  }
}
