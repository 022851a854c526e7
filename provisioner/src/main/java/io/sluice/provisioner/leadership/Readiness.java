package io.sluice.provisioner.leadership;

import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.supervision.Threads;
import io.sluice.schemas.time.Ticks;
import java.net.URI;
import java.time.Duration;

/** Asks a server for its health until it answers. Blocks its thread; ends when interrupted. */
final class Readiness {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final Duration PAUSE_MIN = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofMillis(250);
  private static final double PAUSE_GROWTH = 1.2;

  private final HealthProbe probe;
  private final Threads threads;

  Readiness(HealthProbe probe, Threads threads) {
    this.probe = probe;
    this.threads = threads;
  }

  /** {@code Answered}, or {@code Unanswered} after the timeout. */
  Input await(ServerId server, URI health, Duration timeout) throws InterruptedException {
    Ticks deadline = threads.clock().now().plus(timeout);
    Duration pause = PAUSE_MIN;
    String last = probe.ask(health, ANSWER_MAX);
    while (!last.isEmpty() && threads.clock().now().isBefore(deadline)) {
      threads.sleep(pause);
      long grown = (long) (pause.toNanos() * PAUSE_GROWTH);
      pause = grown < PAUSE_MAX.toNanos() ? Duration.ofNanos(grown) : PAUSE_MAX;
      last = probe.ask(health, ANSWER_MAX);
    }
    return last.isEmpty() ? new Input.Answered(server) : new Input.Unanswered(server, last);
  }
}
