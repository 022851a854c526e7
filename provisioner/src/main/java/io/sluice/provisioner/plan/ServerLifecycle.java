package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.ServerTemplate;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is being done about servers that the journal knows.
 *
 * <p>{@link #attend} looks at a server's state, whoever brought it there and however long ago, and
 * begins what that state asks for, unless it is being done already. It is called whenever something
 * is heard of the server, and for every server from time to time. So nothing has to be resumed
 * after a change of leader: the next one attends to the same states.
 *
 * <p>Soft: who is being asked for its health, since when a server drains, which stops are under
 * way. When it is lost, a poll, a drain or a stop begins anew.
 */
final class ServerLifecycle {
  private final Set<ServerId> awaited = new HashSet<>();
  private final Map<ServerId, Instant> drainDeadlines = new HashMap<>();
  private final Map<ServerId, Ending> endings = new HashMap<>();

  /** Begins what the server's state asks for. */
  void attend(Step step, ServerId id) {
    Optional<Server> found = step.server(id);
    if (found.isEmpty()) {
      stopAwaiting(step, id);
      drainDeadlines.remove(id);
      return;
    }
    if (endings.containsKey(id)) {
      return;
    }
    Server server = found.get();
    switch (server.state()) {
      case STARTING -> {
        if (awaited.add(id)) {
          ServerTemplate template = template(step, id);
          URI health = server.address().resolve(template.healthPath());
          step.draft().effect(new Effect.AwaitReady(id, health, template.startTimeout()));
        }
      }
      case READY -> drainDeadlines.remove(id);
      case DRAINING -> drain(step, server);
      case DEAD -> {
        stopAwaiting(step, id);
        drainDeadlines.remove(id);
      }
    }
  }

  private void drain(Step step, Server server) {
    stopAwaiting(step, server.id());
    Duration timeout = template(step, server.id()).drainTimeout();
    Instant deadline =
        drainDeadlines.computeIfAbsent(server.id(), fresh -> step.now().plus(timeout));
    if (server.drained()) {
      end(step, server.id(), "drained", Optional.empty());
    } else if (!step.now().isBefore(deadline)) {
      end(
          step,
          server.id(),
          "not drained within %d s, stopped nevertheless".formatted(timeout.toSeconds()),
          Optional.empty());
    }
  }

  /**
   * Stops the server and removes its remains.
   *
   * @param failed the command to be reported as failed, if it is one whose server never answered
   */
  void end(Step step, ServerId id, String reason, Optional<CommandId> failed) {
    if (endings.containsKey(id)) {
      return;
    }
    stopAwaiting(step, id);
    endings.put(id, new Ending(reason, failed, 1, Optional.empty()));
    step.draft().effect(new Effect.Stop(id, step.terms().stopGrace()));
  }

  boolean isEnding(ServerId id) {
    return endings.containsKey(id);
  }

  Set<ServerId> ending() {
    return Set.copyOf(endings.keySet());
  }

  void answered(Step step, ServerId id) {
    if (awaited.remove(id) && step.tell(new ServerReady(id.zone(), step.now(), id))) {
      step.draft().info("server %s is ready".formatted(id));
    }
  }

  void unanswered(Step step, ServerId id, String last) {
    Optional<Server> found = step.server(id);
    if (!awaited.remove(id) || found.isEmpty() || found.get().state() != ServerState.STARTING) {
      return;
    }
    Duration timeout = template(step, id).startTimeout();
    String reason = "no answer within %d s: %s".formatted(timeout.toSeconds(), last);
    step.draft().warn("server %s: %s".formatted(id, reason));
    end(step, id, reason, Optional.of(found.get().command()));
  }

  void stopped(Step step, ServerId id) {
    Ending ending = endings.remove(id);
    drainDeadlines.remove(id);
    if (ending == null) {
      return;
    }
    boolean starting =
        step.server(id).filter(server -> server.state() == ServerState.STARTING).isPresent();
    ending
        .failed()
        .filter(command -> starting)
        .ifPresent(command ->
            step.tell(new CommandFailed(id.zone(), step.now(), command, id, ending.reason())));
    boolean known = step.tell(new ServerStopped(id.zone(), step.now(), id, ending.reason()));
    step.draft()
        .info("server %s is gone%s: %s".formatted(id, known ? "" : " for good", ending.reason()));
  }

  void stopFailed(Step step, ServerId id, String reason) {
    Ending ending = endings.get(id);
    if (ending != null) {
      Duration pause = ending.pause();
      endings.put(id, ending.failedUntil(step.now().plus(pause)));
      step.draft()
          .warn(
              "server %s could not be stopped, trying again in %d s: %s"
                  .formatted(id, pause.toSeconds(), reason));
    }
  }

  void exited(Step step, Exit exit) {
    ServerId id = exit.server();
    if (endings.containsKey(id)) {
      return;
    }
    boolean draining =
        step.server(id).filter(server -> server.state() == ServerState.DRAINING).isPresent();
    boolean told =
        step.tell(
            new ServerExited(
                id.zone(), step.now(), id, exit.exitCode(), exit.outOfMemory(), exit.reason()));
    if (told) {
      step.draft().warn("server %s: %s".formatted(id, exit.reason()));
      attend(step, id);
    }
    if (told && draining) {
      // Its stop was asked for already: no further command will come to remove it.
      end(step, id, "ended while it drained", Optional.empty());
    }
  }

  /**
   * Attends to every server, tries failed stops again, and removes dead servers whose command was
   * lost.
   *
   * @param idle whether no command is open, so that none will come to remove a dead server
   */
  void tick(Step step, boolean idle) {
    endings.replaceAll((id, ending) -> tryAgain(step, id, ending));
    step.view()
        .zones()
        .values()
        .forEach(zone ->
            zone.servers()
                .values()
                .forEach(server -> {
                  attend(step, server.id());
                  boolean dead = server.state() == ServerState.DEAD;
                  if (dead
                      && idle
                      && !server.since().plus(TermSettings.REMAINS_WAIT).isAfter(step.now())) {
                    String trouble = server.trouble().orElse("dead");
                    end(step, server.id(), "remains removed: " + trouble, Optional.empty());
                  }
                }));
  }

  private static Ending tryAgain(Step step, ServerId id, Ending ending) {
    if (ending.retryAt().filter(time -> !time.isAfter(step.now())).isEmpty()) {
      return ending;
    }
    step.draft().effect(new Effect.Stop(id, step.terms().stopGrace()));
    return ending.again();
  }

  private void stopAwaiting(Step step, ServerId id) {
    if (awaited.remove(id)) {
      step.draft().effect(new Effect.StopAwaiting(id));
    }
  }

  /** What the server is made from: while its zone rolls over, that may be the template before. */
  private static ServerTemplate template(Step step, ServerId id) {
    Zone zone = step.view().zone(id.zone());
    return zone.rollout()
        .filter(rollout -> step.server(id).filter(zone::outdated).isPresent())
        .map(Rollout::before)
        .orElse(zone.template());
  }

  /**
   * A stop that is under way or to be tried again.
   *
   * @param reason why, for people
   * @param failed the command to be reported as failed afterwards
   * @param attempts how often it was tried
   * @param retryAt when it is tried again; empty: it is under way
   */
  private record Ending(
      String reason, Optional<CommandId> failed, int attempts, Optional<Instant> retryAt) {
    Duration pause() {
      Duration pause =
          TermSettings.STOP_RETRY_MIN.multipliedBy(1L << Math.min(attempts - 1, Integer.SIZE / 2));
      return pause.compareTo(TermSettings.STOP_RETRY_MAX) < 0 ? pause : TermSettings.STOP_RETRY_MAX;
    }

    Ending failedUntil(Instant time) {
      return new Ending(reason, failed, attempts, Optional.of(time));
    }

    Ending again() {
      return new Ending(reason, failed, attempts + 1, Optional.empty());
    }
  }
}
