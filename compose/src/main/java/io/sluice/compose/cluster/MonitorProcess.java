package io.sluice.compose.cluster;

import io.sluice.compose.decisions.DecidedZones;
import io.sluice.provisioner.Monitor;
import io.sluice.provisioner.MonitorConfig;
import io.sluice.provisioner.TopologyHealth;
import io.sluice.provisioner.TopologyShare;
import io.sluice.provisioner.api.DecidedZone;
import io.sluice.provisioner.api.Decisions;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.watch.BalancerStarter;
import io.sluice.topology.TopologyConfig;
import io.sluice.topology.ZoneStreams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What makes up a monitor, in one process with others or in one of its own: its share of the
 * topology, and the monitor proper.
 */
public final class MonitorProcess implements AutoCloseable {
  private final ZoneStreams streams;
  private final Monitor monitor;

  private MonitorProcess(ZoneStreams streams, Monitor monitor) {
    this.streams = streams;
    this.monitor = monitor;
  }

  /** What a monitor works with that others own. */
  public record Surroundings(ServerFleet fleet, BalancerStarter balancers, Decisions decisions) {}

  /**
   * Starts both; does not wait until the topology has its share.
   *
   * @throws IOException if the monitor can't listen where it is to
   */
  public static MonitorProcess start(
      TopologyConfig topology, MonitorConfig config, Surroundings surroundings) throws IOException {
    ZoneStreams streams = ZoneStreams.start(topology);
    boolean started = false;
    try {
      Monitor monitor =
          Monitor.start(
              config,
              surroundings.fleet(),
              surroundings.balancers(),
              surroundings.decisions(),
              new Share(streams));
      started = true;
      return new MonitorProcess(streams, monitor);
    } finally {
      if (!started) {
        streams.close();
      }
    }
  }

  /** What the monitor tells of its share. */
  private record Share(ZoneStreams streams) implements TopologyShare {
    @Override
    public TopologyHealth health() {
      return MonitorProcess.health(streams.status());
    }

    @Override
    public List<DecidedZone> decides() {
      return DecidedZones.of(streams.zones());
    }
  }

  /** Waiting for a share is no fault: the others have it meanwhile. */
  private static TopologyHealth health(ZoneStreams.Status status) {
    return switch (status) {
      case ZoneStreams.Status.Starting() -> new TopologyHealth(true, "starting");
      case ZoneStreams.Status.Running() -> new TopologyHealth(true, "running");
      case ZoneStreams.Status.Failed(Throwable cause) ->
          new TopologyHealth(false, "stopped by a fault: " + cause);
      case ZoneStreams.Status.Closed() -> new TopologyHealth(false, "closed");
    };
  }

  /** The monitor proper. */
  public Monitor monitor() {
    return monitor;
  }

  /** How its share of the topology is doing. */
  public ZoneStreams.Status topology() {
    return streams.status();
  }

  /**
   * Completes with the fault that stopped its share of the topology, or with a {@link
   * ClusterException} if it must not run since another process has its id; never, if nothing does.
   */
  public CompletionStage<Throwable> failure() {
    return streams
        .failure()
        .applyToEither(monitor.refusal().thenApply(ClusterException::new), fault -> fault);
  }

  /** Waits until its share of the topology works. */
  public void awaitRunning(Duration atMost) {
    streams.awaitRunning(atMost);
  }

  /** Leaves office, if it is in it, and gives its share of the topology to the others. */
  @Override
  public void close() {
    monitor.close();
    streams.close();
  }
}
