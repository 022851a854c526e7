package io.sluice.compose.cluster;

import io.sluice.compose.decisions.DecidedZones;
import io.sluice.compose.kafka.MembershipTopics;
import io.sluice.provisioner.Monitor;
import io.sluice.provisioner.MonitorConfig;
import io.sluice.provisioner.TopologyHealth;
import io.sluice.provisioner.TopologyShare;
import io.sluice.provisioner.api.DecidedZone;
import io.sluice.provisioner.api.Decisions;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.watch.BalancerStarter;
import io.sluice.provisioner.zones.ZoneTopics;
import io.sluice.schemas.supervision.Halt;
import io.sluice.topology.TopologyConfig;
import io.sluice.topology.ZoneStreams;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What makes up a monitor, in one process with others or in one of its own: its share of the
 * topology, and the monitor proper.
 */
public final class MonitorProcess implements AutoCloseable {
  private final ZoneStreams streams;
  private final Monitor monitor;

  private final CompletableFuture<Throwable> failure;

  private MonitorProcess(
      ZoneStreams streams, Monitor monitor, CompletableFuture<Throwable> failure) {
    this.streams = streams;
    this.monitor = monitor;
    this.failure = failure;
  }

  /**
   * What a monitor works with that others own.
   *
   * @param sinkTrouble what is wrong with the sink of the history in the same process, if there is
   *     one
   */
  public record Surroundings(
      ServerFleet fleet,
      BalancerStarter balancers,
      Decisions decisions,
      Supplier<Optional<String>> sinkTrouble) {}

  /**
   * Starts both in a process of their own, which halts when their state may be broken. Does not
   * wait until the topology has its share.
   *
   * @throws IOException if the monitor can't listen where it is to
   */
  public static MonitorProcess start(
      TopologyConfig topology, MonitorConfig config, Surroundings surroundings) throws IOException {
    return start(topology, config, surroundings, Optional.of(Halt.ofProcess()));
  }

  /**
   * Starts both in a process with others, whose watcher has to close them when {@link #failure}
   * tells that their state may be broken. Does not wait until the topology has its share.
   *
   * @throws IOException if the monitor can't listen where it is to
   */
  static MonitorProcess startWithOthers(
      TopologyConfig topology, MonitorConfig config, Surroundings surroundings) throws IOException {
    return start(topology, config, surroundings, Optional.empty());
  }

  private static MonitorProcess start(
      TopologyConfig topology, MonitorConfig config, Surroundings surroundings, Optional<Halt> own)
      throws IOException {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Halt halt = own.orElseGet(() -> (_, cause) -> failure.complete(cause));
    ZoneStreams streams = ZoneStreams.start(topology);
    boolean started = false;
    try {
      Monitor monitor =
          Monitor.start(
              config,
              surroundings.fleet(),
              surroundings.balancers(),
              surroundings.decisions(),
              new Share(
                  streams,
                  halt,
                  surroundings.sinkTrouble(),
                  new MembershipTopics(config.kafka(), topology.replication())));
      started = true;
      var _ = streams.failure().thenAccept(failure::complete);
      var _ = monitor.refusal().thenAccept(why -> failure.complete(new ClusterException(why)));
      return new MonitorProcess(streams, monitor, failure);
    } finally {
      if (!started) {
        streams.close();
      }
    }
  }

  /** What the monitor tells of its share. */
  private record Share(
      ZoneStreams streams, Halt halt, Supplier<Optional<String>> sink, ZoneTopics topics)
      implements TopologyShare {
    @Override
    public Optional<String> sinkTrouble() {
      return sink.get();
    }

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
   * Completes with the fault that stopped its share of the topology, with a {@link
   * ClusterException} if it must not run since another process has its id, or, beside others, with
   * that after which the monitor's state may be broken; never, if nothing does.
   */
  public CompletionStage<Throwable> failure() {
    return failure.minimalCompletionStage();
  }

  /** Ends it as a fault of its own would. */
  void fail(Throwable cause) {
    failure.complete(cause);
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
