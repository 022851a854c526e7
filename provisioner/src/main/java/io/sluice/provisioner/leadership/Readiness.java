package io.sluice.provisioner.leadership;

import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.plan.Input;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.supervision.Threads;
import io.sluice.schemas.time.Ticks;
import java.net.URI;
import java.time.Duration;

/** Looks at a server's health until it is well. Blocks its thread; ends when interrupted. */
final class Readiness {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final Duration PAUSE_MIN = Duration.ofMillis(50);
  private static final Duration PAUSE_MAX = Duration.ofMillis(250);

  /** An engine is asked for what it found out itself, once a second at most. */
  private static final Duration FLEET_PAUSE_MAX = Duration.ofSeconds(1);

  private static final double PAUSE_GROWTH = 1.2;

  private final HealthProbe probe;
  private final ServerFleet fleet;
  private final Threads threads;

  Readiness(LeaderLoop.Tools tools) {
    this.probe = tools.probe();
    this.fleet = tools.fleet();
    this.threads = tools.threads();
  }

  /** What is wrong with a server; empty: it is well. */
  private interface Question {
    String ask() throws InterruptedException;
  }

  /** {@code Answered}, or {@code Unanswered} after the timeout. */
  Input await(ServerId server, URI address, Health health, Duration timeout)
      throws InterruptedException {
    return switch (health) {
      case Health.Serving serving ->
          await(server, () -> probe.ask(address, serving, ANSWER_MAX), PAUSE_MAX, timeout);
      case Health.Command ignored ->
          await(server, () -> byCommand(server), FLEET_PAUSE_MAX, timeout);
      case Health.Running(Duration after) -> {
        // If it ends before, its fleet tells, and nobody waits for it any more.
        threads.sleep(after);
        yield new Input.Answered(server);
      }
    };
  }

  private String byCommand(ServerId server) {
    try {
      return fleet.unwell(server);
    } catch (FleetException unasked) {
      return String.valueOf(unasked.getMessage());
    }
  }

  private Input await(ServerId server, Question question, Duration pauseMax, Duration timeout)
      throws InterruptedException {
    Ticks deadline = threads.clock().now().plus(timeout);
    Duration pause = PAUSE_MIN;
    String last = question.ask();
    while (!last.isEmpty() && threads.clock().now().isBefore(deadline)) {
      threads.sleep(pause);
      long grown = (long) (pause.toNanos() * PAUSE_GROWTH);
      pause = grown < pauseMax.toNanos() ? Duration.ofNanos(grown) : pauseMax;
      last = question.ask();
    }
    return last.isEmpty() ? new Input.Answered(server) : new Input.Unanswered(server, last);
  }
}
