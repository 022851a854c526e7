package io.sluice.provisioner.fleet.docker;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.supervision.LoopState;
import io.sluice.schemas.supervision.Loops;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a swarm every second which tasks live: its events tell of services, not of what becomes of
 * their tasks. Two calls, however many servers there are.
 */
final class SwarmWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SwarmWatch.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Each of its calls has half a minute. */
  private static final Duration TURN_MAX = Duration.ofSeconds(90);

  private final Swarm swarm;
  private final SwarmServices services;
  private final Consumer<Exit> listener;
  private final Loops loops = WatchLoops.make();
  private Map<String, SwarmTask> before = Map.of();

  /** Begins to ask. */
  SwarmWatch(Swarm swarm, SwarmServices services, Consumer<Exit> listener) {
    this.swarm = swarm;
    this.services = services;
    this.listener = listener;
    var _ = loops.restarting("tasks-" + swarm.access(), TURN_MAX, this::askAlways);
  }

  private void askAlways(Loops.Turns turns) throws InterruptedException {
    boolean told = false;
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
      turns.turned();
      Thread.sleep(INTERVAL);
    }
  }

  /** Tells of those that lived and do so no more, and of those that were never seen alive. */
  private void ask() {
    Map<String, SwarmTask> now = byId(services.tasks());
    // A copy may have been seen before it was known as one.
    Map<String, SwarmTask> known = byId(services.own(List.copyOf(before.values())));
    before = now;
    known.forEach((id, task) -> {
      if (task.lives() && !now.containsKey(id)) {
        tell(task, Optional.empty());
      }
    });
    now.forEach((id, task) -> {
      SwarmTask earlier = known.get(id);
      if (!task.lives() && (earlier == null || earlier.lives())) {
        tell(task, Optional.of(task));
      }
    });
  }

  private static Map<String, SwarmTask> byId(List<SwarmTask> tasks) {
    Map<String, SwarmTask> byId = new HashMap<>();
    tasks.forEach(task -> byId.put(task.id(), task));
    return byId;
  }

  /** Asking for its log must not hold up the others. */
  private void tell(SwarmTask task, Optional<SwarmTask> remains) {
    task.server(services.cluster())
        .ifPresent(server ->
            Thread.ofVirtual()
                .name("exit-" + server)
                .start(() -> listener.accept(exit(server, remains))));
  }

  private Exit exit(ServerId server, Optional<SwarmTask> remains) {
    return remains
        .map(ended -> swarm.exit(server, ended))
        .orElseGet(() -> new Exit(server, Optional.empty(), false, "its service is gone"));
  }

  List<LoopState> states() {
    return loops.states();
  }

  @Override
  public void close() {
    WatchLoops.end(loops);
  }
}
