package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.fleet.Rollout;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.time.Ticks;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * What is being done about servers that the journal knows.
 *
 * <p>{@link #attend} looks at a server's state, whoever brought it there and however long ago, and
 * begins what that state asks for, unless it is being done already. It is called whenever something
 * is heard of the server, when one of its deadlines is reached, and for every server when the fleet
 * is listed. So nothing has to be resumed after a change of leader: the next one attends to the
 * same states.
 *
 * <p>Soft: who is being asked for its health, since when a server drains or is dead, which stops
 * are under way. When it is lost, a poll, a wait or a stop begins anew.
 */
final class ServerLifecycle {
  /** In place of a server's address as long as it has none. */
  private static final URI ANYWHERE = URI.create("http://server");

  private final CommandOffsets commands;
  private final Set<ServerId> awaited = new HashSet<>();
  private final Map<ServerId, Ticks> drainDeadlines = new HashMap<>();
  private final Map<ServerId, Ticks> remainsDeadlines = new HashMap<>();
  private final Map<ServerId, Ending> endings = new HashMap<>();
  private final PriorityQueue<Due> due = new PriorityQueue<>();

  /** A server that is to be looked at again. */
  private record Due(Ticks at, ServerId server) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      return Long.signum(at.nanos() - other.at.nanos());
    }
  }

  ServerLifecycle(CommandOffsets commands) {
    this.commands = commands;
  }

  /** Begins what the server's state asks for. */
  void attend(Step step, ServerId id) {
    if (!step.runs(id.zone())) {
      return;
    }
    Optional<Server> found = step.server(id);
    if (found.isEmpty()) {
      stopAwaiting(step, id);
      drainDeadlines.remove(id);
      remainsDeadlines.remove(id);
      return;
    }
    if (endings.containsKey(id)) {
      return;
    }
    Server server = found.get();
    switch (server.state()) {
      case STARTING -> await(step, server);
      case READY -> {}
      case DRAINING -> drain(step, server);
      case DEAD -> bury(step, server);
    }
  }

  private void await(Step step, Server server) {
    if (awaited.contains(server.id())) {
      return;
    }
    ServerTemplate template = template(step, server.id());
    Optional<String> unaskable = unaskable(template);
    if (unaskable.isPresent()) {
      String reason = unaskable.get();
      step.draft().warn("server %s: %s".formatted(server.id(), reason));
      end(step, server.id(), reason, Optional.of(server.command()));
      return;
    }
    awaited.add(server.id());
    step.draft()
        .effect(
            new Effect.AwaitReady(
                server.id(),
                server.address(),
                template.health(),
                bounded(template.startTimeout())));
  }

  private void drain(Step step, Server server) {
    ServerId id = server.id();
    stopAwaiting(step, id);
    Duration timeout = bounded(template(step, id).drainTimeout());
    if (Addresses.isWorker(server.address())) {
      // Nobody sends it anything: it is asked to end, and has this long to finish what it does.
      end(
          step,
          id,
          "asked to end, with %d s to finish its work".formatted(timeout.toSeconds()),
          Optional.empty());
    } else if (server.drained()) {
      end(step, id, "drained", Optional.empty());
    } else if (reached(step, drainDeadlines, id, timeout)) {
      end(
          step,
          id,
          "not drained within %d s, stopped nevertheless".formatted(timeout.toSeconds()),
          Optional.empty());
    }
  }

  /** Removes a dead server whose command was lost. */
  private void bury(Step step, Server server) {
    ServerId id = server.id();
    stopAwaiting(step, id);
    drainDeadlines.remove(id);
    if (reached(step, remainsDeadlines, id, TermSettings.REMAINS_WAIT)) {
      if (commands.anyOpenIn(id.zone())) {
        // One of them may be the one that removes it.
        lookAgain(step, id, TermSettings.REMAINS_WAIT);
      } else {
        end(step, id, "remains removed: " + server.trouble().orElse("dead"), Optional.empty());
      }
    }
  }

  /** Whether the server's deadline has been reached; sets one if it has none. */
  private boolean reached(Step step, Map<ServerId, Ticks> deadlines, ServerId id, Duration within) {
    Ticks known = deadlines.get(id);
    if (known == null) {
      deadlines.put(id, step.ticks().plus(within));
      lookAgain(step, id, within);
      return false;
    }
    return !step.ticks().isBefore(known);
  }

  private void lookAgain(Step step, ServerId id, Duration within) {
    due.add(new Due(step.ticks().plus(within), id));
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
    endings.put(id, new Ending(Step.sentence(reason), failed, 1, Optional.empty()));
    step.draft().effect(new Effect.Stop(id, grace(step, id)));
  }

  /** A worker that is to end finishes its work first; all others have nothing left to do then. */
  private static Duration grace(Step step, ServerId id) {
    Duration usual = step.terms().stopGrace();
    return step.server(id)
        .filter(server -> server.state() == ServerState.DRAINING)
        .filter(server -> Addresses.isWorker(server.address()))
        .map(_ -> bounded(template(step, id).drainTimeout()))
        .filter(own -> own.compareTo(usual) > 0)
        .orElse(usual);
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
    remainsDeadlines.remove(id);
    if (ending == null) {
      return;
    }
    boolean starting =
        step.server(id).filter(server -> server.state() == ServerState.STARTING).isPresent();
    FleetEvent gone =
        ending
            .failed()
            .filter(command -> starting)
            .<FleetEvent>map(
                command -> new CommandFailed(id.zone(), step.now(), command, id, ending.reason()))
            .orElseGet(() -> new ServerStopped(id.zone(), step.now(), id, ending.reason()));
    boolean known = step.tell(gone);
    Conditions.clear(step, id.zone(), ConditionKind.SERVER_STUCK, Optional.of(id));
    step.draft()
        .info("server %s is gone%s: %s".formatted(id, known ? "" : " for good", ending.reason()));
  }

  void stopFailed(Step step, ServerId id, String reason) {
    Ending ending = endings.get(id);
    if (ending == null) {
      return;
    }
    Duration pause = ending.pause();
    endings.put(id, ending.failedUntil(step.ticks().plus(pause)));
    lookAgain(step, id, pause);
    step.draft()
        .warn(
            "server %s could not be stopped, trying again in %d s: %s"
                .formatted(id, pause.toSeconds(), reason));
    if (ending.attempts() > TermSettings.STOP_ATTEMPTS_QUIET) {
      Conditions.stuck(step, id, reason);
    }
  }

  void exited(Step step, Exit exit) {
    ServerId id = exit.server();
    if (endings.containsKey(id) || !step.runs(id.zone()) || isOfAnother(step, exit)) {
      return;
    }
    boolean draining =
        step.server(id).filter(server -> server.state() == ServerState.DRAINING).isPresent();
    String reason = Step.sentence(exit.reason());
    boolean told =
        step.tell(
            new ServerExited(
                id.zone(), step.now(), id, exit.exitCode(), exit.outOfMemory(), reason));
    if (told) {
      step.draft().warn("server %s: %s".formatted(id, reason));
      attend(step, id);
    }
    if (told && draining) {
      // Its stop was asked for already: no further command will come to remove it.
      end(step, id, "ended while it drained", Optional.empty());
    }
  }

  /** Whether a server of the zone is being stopped, be it one that the journal does not know. */
  boolean isEndingIn(ZoneId zone) {
    return endings.keySet().stream().anyMatch(server -> server.zone().equals(zone));
  }

  /**
   * Its fleet says that a worker is not well any more; one that is still starting may become so. An
   * image may bring a check of its own: that counts for nothing where no command was asked for.
   */
  void unwell(Step step, ServerId id, String reason) {
    boolean counts =
        step.runs(id.zone())
            && step.server(id)
                .filter(server -> server.state() == ServerState.READY)
                .filter(server -> Addresses.isWorker(server.address()))
                .filter(_ -> template(step, id).health() instanceof Health.Command)
                .isPresent();
    if (counts && step.tell(new ServerReported(id.zone(), step.now(), id, Step.sentence(reason)))) {
      step.draft().warn("server %s: %s".formatted(id, reason));
      attend(step, id);
    }
  }

  /** Whether a copy of the server has ended, or what was in its place. */
  private static boolean isOfAnother(Step step, Exit exit) {
    return step.server(exit.server())
        .map(Server::handle)
        .filter(handle -> exit.handle().filter(ended -> !ended.equals(handle)).isPresent())
        .isPresent();
  }

  /** Looks at the servers one of whose deadlines is reached, and tries failed stops again. */
  void tick(Step step) {
    while (!due.isEmpty() && !due.element().at().isAfter(step.ticks())) {
      ServerId id = due.remove().server();
      tryAgain(step, id);
      attendAlone(step, id);
    }
  }

  /** Looks at every server. */
  void sweep(Step step) {
    for (Zone zone : step.view().zones().values()) {
      zone.servers().keySet().forEach(id -> attendAlone(step, id));
    }
  }

  /** Attends to a server whose trouble, whatever it is, is its own. */
  void attendAlone(Step step, ServerId id) {
    alone(step, id, Optional.empty(), () -> attend(step, id));
  }

  /**
   * Does what concerns one server. If it throws, what is being done about the server is as it was
   * before.
   *
   * @param offset the place of the fact that is being worked in, if it is one
   */
  void alone(Step step, ServerId id, Optional<Long> offset, Runnable work) {
    boolean asked = awaited.contains(id);
    Optional<Ending> ending = Optional.ofNullable(endings.get(id));
    step.isolated(
        work,
        failed -> {
          awaited.remove(id);
          endings.remove(id);
          ending.ifPresent(before -> endings.put(id, before));
          if (asked) {
            awaited.add(id);
          }
          Conditions.failed(
              step,
              id.zone(),
              Optional.of(id),
              offset,
              "what was heard of server %s can't be worked in: %s".formatted(id, failed));
        });
  }

  private void tryAgain(Step step, ServerId id) {
    Ending ending = endings.get(id);
    if (ending != null
        && ending.retryAt().filter(time -> !time.isAfter(step.ticks())).isPresent()) {
      endings.put(id, ending.again());
      step.draft().effect(new Effect.Stop(id, grace(step, id)));
    }
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

  /** Where a server is asked for its health; empty if that path can't stand in an address. */
  static Optional<URI> health(URI server, String path) {
    try {
      // Put behind the server's own host and port, so that no path leads to another host.
      URI health = new URI("%s://%s%s".formatted(server.getScheme(), server.getAuthority(), path));
      return Optional.of(health);
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }

  /** Why nobody can tell whether servers of this template are well; empty: somebody can. */
  static Optional<String> unaskable(ServerTemplate template) {
    return template.health() instanceof Health.Http(var path, var _, var _)
            && health(ANYWHERE, path).isEmpty()
        ? Optional.of(
            "its template's health path '%.200s' can't be asked: expected the path of a URI"
                .formatted(path))
        : Optional.empty();
  }

  private static Duration bounded(Duration timeout) {
    return timeout.compareTo(TermSettings.WAIT_MAX) < 0 ? timeout : TermSettings.WAIT_MAX;
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
      String reason, Optional<CommandId> failed, int attempts, Optional<Ticks> retryAt) {
    Duration pause() {
      Duration pause =
          TermSettings.STOP_RETRY_MIN.multipliedBy(1L << Math.min(attempts - 1, Integer.SIZE / 2));
      return pause.compareTo(TermSettings.STOP_RETRY_MAX) < 0 ? pause : TermSettings.STOP_RETRY_MAX;
    }

    Ending failedUntil(Ticks time) {
      return new Ending(reason, failed, attempts, Optional.of(time));
    }

    Ending again() {
      return new Ending(reason, failed, attempts + 1, Optional.empty());
    }
  }
}
