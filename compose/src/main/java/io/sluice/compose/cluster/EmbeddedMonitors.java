package io.sluice.compose.cluster;

import io.sluice.provisioner.Monitor;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.supervision.Loops;
import io.sluice.schemas.supervision.Supervised;
import io.sluice.schemas.time.MonotonicClock;
import io.sluice.schemas.time.Ticks;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitors of an embedded cluster; each can be stopped and started again. One that stops by a
 * fault is started again alone, with growing pauses, and the others go on meanwhile.
 */
public final class EmbeddedMonitors implements AutoCloseable {
  /** For so long none may run before the cluster is given up. */
  static final Duration NONE_MAX = Duration.ofSeconds(90);

  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A start takes as long as Kafka takes to answer. */
  private static final Duration TURN_MAX = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedMonitors.class);

  private final Wiring wiring;
  private final MonitorProcess.Surroundings surroundings;
  private final Loops loops = new Loops((loop, cause) -> LOG.error("{} ended", loop, cause));
  private final ConcurrentSkipListMap<MonitorId, MonitorProcess> running =
      new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<MonitorId, Supervised> watches =
      new ConcurrentSkipListMap<>();
  private volatile Optional<Fault> fault = Optional.empty();

  /** By what a monitor stopped last, and since when none runs; empty again once one does. */
  private record Fault(Throwable cause, Ticks since) {}

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
    if (!watches.containsKey(id)) {
      running.put(id, process(id));
      watches.put(id, loops.restarting("monitor-" + id, TURN_MAX, turns -> watch(id, turns)));
    }
  }

  private MonitorProcess process(MonitorId id) throws IOException {
    return MonitorProcess.startWithOthers(wiring.topology(id), wiring.monitor(id), surroundings);
  }

  /** Keeps a monitor running; ends by the fault that stopped it, so that it is begun anew. */
  private void watch(MonitorId id, Loops.Turns turns) throws Exception {
    MonitorProcess process = running.get(id);
    if (process == null) {
      try {
        process = process(id);
      } catch (IOException | RuntimeException impossible) {
        note(impossible);
        throw impossible;
      }
      running.put(id, process);
      fault = Optional.empty();
      LOG.warn("monitor {} was started again", id);
    }
    Throwable cause = failure(process, turns);
    running.remove(id);
    note(cause);
    process.close();
    throw new ClusterException("monitor %s stopped: %s".formatted(id, cause.getMessage()), cause);
  }

  private static Throwable failure(MonitorProcess process, Loops.Turns turns) throws Exception {
    while (true) {
      turns.turned();
      try {
        return process.failure().toCompletableFuture().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException well) {
        LOG.trace("still running", well);
      }
    }
  }

  private void note(Throwable cause) {
    if (running.isEmpty()) {
      Ticks since = fault.map(Fault::since).orElseGet(MonotonicClock.SYSTEM::now);
      fault = Optional.of(new Fault(cause, since));
    }
  }

  /** Lets a monitor end as a fault would end it; without effect if it does not run. */
  void fail(MonitorId id, Throwable cause) {
    Optional.ofNullable(running.get(id)).ifPresent(process -> process.fail(cause));
  }

  /** Stops a monitor in order; without effect if it does not run. */
  public void stop(MonitorId id) {
    Supervised watch = watches.remove(id);
    if (watch != null) {
      watch.close();
    }
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

  /** Why no monitor can be started again, after it was tried for long enough. */
  Optional<Throwable> failure() {
    return fault
        .filter(last ->
            running.isEmpty()
                && MonotonicClock.SYSTEM.now().since(last.since()).compareTo(NONE_MAX) > 0)
        .map(Fault::cause);
  }

  /** Stops all, the leader last, so that nobody takes over what ends. */
  @Override
  public void close() {
    Optional<MonitorId> leader = leader();
    new TreeSet<>(watches.keySet())
        .stream().filter(id -> !leader.equals(Optional.of(id))).forEach(this::stop);
    leader.ifPresent(this::stop);
    loops.close();
  }
}
