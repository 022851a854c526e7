package io.sluice.compose.cluster;

import io.sluice.provisioner.Monitor;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.MonitorId;
import io.sluice.topology.ZoneStreams;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;

/** The monitors of an embedded cluster; each can be stopped and started again. */
public final class EmbeddedMonitors implements AutoCloseable {
  private final Wiring wiring;
  private final MonitorProcess.Surroundings surroundings;
  private final ConcurrentSkipListMap<MonitorId, MonitorProcess> running =
      new ConcurrentSkipListMap<>();

  EmbeddedMonitors(Wiring wiring, MonitorProcess.Surroundings surroundings) {
    this.wiring = wiring;
    this.surroundings = surroundings;
  }

  void startAll() throws IOException {
    for (MonitorId id : wiring.monitors().keySet()) {
      start(id);
    }
  }

  void awaitRunning(Duration atMost) {
    running.values().forEach(process -> process.awaitRunning(atMost));
  }

  /**
   * Starts a monitor; without effect if it runs.
   *
   * @throws IOException if it can't listen where it is to
   */
  public void start(MonitorId id) throws IOException {
    if (!running.containsKey(id)) {
      running.put(id, MonitorProcess.start(wiring.topology(id), wiring.monitor(id), surroundings));
    }
  }

  /** Stops a monitor in order; without effect if it does not run. */
  public void stop(MonitorId id) {
    MonitorProcess process = running.remove(id);
    if (process != null) {
      process.close();
    }
  }

  /** Those that run. */
  public SortedSet<MonitorId> running() {
    return new TreeSet<>(running.keySet());
  }

  /** The one that leads, if any does. */
  public Optional<MonitorId> leader() {
    return running.entrySet().stream()
        .filter(entry -> entry.getValue().monitor().state().leads())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** How a monitor stands among the others; empty: it does not run. */
  public Optional<Monitor> monitor(MonitorId id) {
    return Optional.ofNullable(running.get(id)).map(MonitorProcess::monitor);
  }

  /** What the leader knows of the fleet, or else whoever runs. */
  Fleet fleet() {
    return leader()
        .or(() -> running().stream().findFirst())
        .flatMap(this::monitor)
        .map(monitor -> monitor.state().fleet())
        .orElse(Fleet.EMPTY);
  }

  /** What has stopped a monitor's share of the topology, if anything has. */
  Optional<Throwable> failure() {
    for (MonitorProcess process : running.values()) {
      if (process.topology() instanceof ZoneStreams.Status.Failed(Throwable cause)) {
        return Optional.of(cause);
      }
    }
    return Optional.empty();
  }

  /** Stops all, the leader last, so that nobody takes over what ends. */
  @Override
  public void close() {
    Optional<MonitorId> leader = leader();
    running().stream().filter(id -> !leader.equals(Optional.of(id))).forEach(this::stop);
    leader.ifPresent(this::stop);
  }
}
