package io.sluice.provisioner.simulation;

import io.sluice.provisioner.snapshot.Snapshot;
import io.sluice.provisioner.snapshot.Snapshots;
import java.util.Optional;
import java.util.TreeMap;

/** Redis as one monitor reaches it. */
final class SimulatedSnapshots implements Snapshots {
  private final SimulatedMonitor monitor;
  private final Cluster cluster;
  private Optional<SimulatedLeaderLog> log = Optional.empty();

  SimulatedSnapshots(SimulatedMonitor monitor) {
    this.monitor = monitor;
    this.cluster = monitor.cluster();
  }

  /** A term begins that reads by this. */
  void ofTermWith(SimulatedLeaderLog fresh) {
    log = Optional.of(fresh);
  }

  @Override
  public Optional<Snapshot> load() {
    pause(cluster.dice().usually(5, cluster.weather().rarely(0.02), 2000));
    monitor.mayThrow(0.02);
    return cluster.has(Flaw.OFFSETS_BELIEVED)
        ? Optional.of(monitor.around().witness().forgetful())
        : monitor.around().snapshots().load();
  }

  @Override
  public boolean save(Snapshot snapshot) {
    long delay = cluster.dice().usually(5, cluster.weather().rarely(0.1), 6000);
    Snapshot told =
        cluster.has(Flaw.SNAPSHOTS_AHEAD)
            ? new Snapshot(
                snapshot.journal(),
                snapshot.epoch(),
                new TreeMap<>(log.orElseThrow().consumer().fetched()),
                "",
                snapshot.fleet(),
                snapshot.settled(),
                monitor.broker().marks(log.orElseThrow().consumer().fetched()))
            : snapshot;
    // It is under way, whatever becomes of the monitor.
    cluster.scheduler().after(delay, () -> monitor.around().snapshots().save(told));
    pause(delay);
    monitor.mayThrow(0.02);
    return true;
  }

  @Override
  public void discard() {
    pause(cluster.dice().usually(5, cluster.weather().rarely(0.1), 2000));
    monitor.mayThrow(0.02);
    monitor.around().snapshots().empty();
  }

  private void pause(long millis) {
    try {
      monitor.threads().sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<String> trouble() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
