package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a swarm every second which tasks live: its events tell of services, not of what becomes of
 * their tasks. One call, however many servers there are.
 */
final class SwarmWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Swarm swarm;
  private final String cluster;
  private final Consumer<Exit> listener;
  private final Thread thread;
  private Map<String, SwarmTask> before = Map.of();

  /** Begins to ask. */
  SwarmWatch(Swarm swarm, String cluster, Consumer<Exit> listener) {
    this.swarm = swarm;
    this.cluster = cluster;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("tasks-" + swarm.access()).start(this::askAlways);
  }

  private void askAlways() {
    boolean told = false;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        try {
          ask();
          told = false;
        } catch (FleetException failed) {
          // It says nothing about its servers: they may well go on serving.
          if (!told && !Thread.currentThread().isInterrupted()) {
            LOG.warn("{}; trying again until it works", failed.getMessage());
            told = true;
          }
        }
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells of those that lived and do so no more, and of those that were never seen alive. */
  private void ask() {
    Map<String, SwarmTask> now = new HashMap<>();
    swarm.tasks(Labels.CLUSTER, cluster).forEach(task -> now.put(task.id(), task));
    before.forEach((id, task) -> {
      if (task.lives() && !now.containsKey(id)) {
        tell(task, Optional.empty());
      }
    });
    now.forEach((id, task) -> {
      SwarmTask known = before.get(id);
      if (!task.lives() && (known == null || known.lives())) {
        tell(task, Optional.of(task));
      }
    });
    before = now;
  }

  private void tell(SwarmTask task, Optional<SwarmTask> remains) {
    Optional<ServerId> server = task.server(cluster);
    server.ifPresent(id ->
        listener.accept(
            remains
                .map(ended -> ended.exit(id))
                .orElseGet(() -> new Exit(id, Optional.empty(), false, "its service is gone"))));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
