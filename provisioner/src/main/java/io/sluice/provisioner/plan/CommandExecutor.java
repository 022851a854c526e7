package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.vault.SealedSecret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where commands are carried out, server by server.
 *
 * <pre>
 *   a server to start:  settled in the journal? ──yes──▶ nothing is left to do
 *                         │ no
 *                         ▼
 *                       begun ──▶ ServerStarted, or CommandFailed: settled
 *   a server to stop:   is its own start still open? ──yes──▶ waits for that
 *                         │ no
 *                         ▼
 *                       dead ──▶ its remains are removed
 *                       live ──▶ ServerDraining, once all that the command starts are settled
 *                       gone, or going ──▶ nothing is left to do
 * </pre>
 *
 * <p>A command is done when nothing is left to do for any of its servers, and whether that is so
 * the journal tells: a command that is read again, by the next leader or since offsets were lost,
 * is carried out as far as it was not. Each start is recorded when it comes to an end, and waits
 * for no other. A command of a zone that this monitor can't run stays open for one who can. The
 * open commands are soft.
 */
final class CommandExecutor {
  private final CommandOffsets offsets;
  private final ServerLifecycle servers;

  private final Map<Place, Open> open = new HashMap<>();

  /** By each server whose start is not settled, the open commands that start it. */
  private final Map<ServerId, Set<Open>> starters = new HashMap<>();

  /** By each of these, the open commands that stop it afterwards. */
  private final Map<ServerId, Set<Open>> stoppers = new HashMap<>();

  /** What was heard of the end of servers whose start is under way. */
  private final Map<ServerId, List<Exit>> underWay = new HashMap<>();

  CommandExecutor(CommandOffsets offsets, ServerLifecycle servers) {
    this.offsets = offsets;
    this.servers = servers;
  }

  /** Takes up a command; if that throws, it has failed for all that it was to start. */
  void read(Step step, Place place, ScaleCommand command) {
    if (open.containsKey(place)) {
      return;
    }
    if (command.dryRun()) {
      offsets.skip(place);
      return;
    }
    offsets.open(place, command.zone());
    Open fresh = new Open(place, command);
    open.put(place, fresh);
    if (step.runs(command.zone())) {
      step.isolated(() -> begin(step, fresh), failed -> abandon(step, fresh, failed));
    }
  }

  void skipped(Place place) {
    offsets.skip(place);
  }

  private void begin(Step step, Open fresh) {
    ScaleCommand command = fresh.command;
    for (ServerId server : command.start()) {
      if (!step.journal().settled().contains(server)) {
        fresh.starts.add(server);
        starters.computeIfAbsent(server, one -> new LinkedHashSet<>()).add(fresh);
      }
    }
    fresh.stops.addAll(command.stop());
    boolean before = fresh.starts.isEmpty() && fresh.stops.stream().noneMatch(id -> left(step, id));
    if (!before) {
      step.draft().info(describe(command));
    }
    List.copyOf(fresh.starts).forEach(server -> start(step, server));
    proceed(step, fresh);
  }

  /** Whether something is left to do to stop a server. */
  private boolean left(Step step, ServerId id) {
    return starters.containsKey(id)
        || (!servers.isEnding(id)
            && step.server(id)
                .filter(server -> server.live() || server.state() == ServerState.DEAD)
                .isPresent());
  }

  private void start(Step step, ServerId server) {
    if (!starters.containsKey(server) || underWay.containsKey(server) || servers.isEnding(server)) {
      return;
    }
    Zone zone = step.view().zone(server.zone());
    if (zone.life().retiring() || zone.life().retired()) {
      failed(
          step,
          server,
          "its zone is %s".formatted(zone.life().retired() ? "retired" : "being retired"));
      return;
    }
    Optional<String> unaskable = ServerLifecycle.unaskable(zone.template());
    if (unaskable.isPresent()) {
      failed(step, server, unaskable.get());
      return;
    }
    List<String> missing = step.shelf().missing(zone.template());
    if (!missing.isEmpty()) {
      unsealed(step, server, "there is no secret " + String.join(", ", missing));
      return;
    }
    List<SealedSecret> secrets =
        zone.template().secrets().stream()
            .flatMap(use -> step.shelf().secrets().find(use).stream())
            .toList();
    underWay.put(server, new ArrayList<>());
    step.draft()
        .effect(
            new Effect.Start(
                ServerSpec.of(
                    server,
                    step.terms().epoch(),
                    zone.template(),
                    zone.templateRevision(),
                    step.terms().environment()),
                secrets));
  }

  void up(Step step, ServerId server, Started started) {
    Conditions.clear(step, server.zone(), ConditionKind.SECRET_UNAVAILABLE, Optional.empty());
    Conditions.clear(step, server.zone(), ConditionKind.NAME_TAKEN, Optional.empty());
    starter(server)
        .ifPresent(command ->
            settle(
                step,
                new ServerStarted(
                    server.zone(),
                    step.now(),
                    server,
                    command.id(),
                    started.address(),
                    started.handle(),
                    step.terms().epoch(),
                    started.templateRevision().filter(revision -> revision > 0)),
                server));
  }

  void failed(Step step, ServerId server, String why) {
    String reason = Step.sentence(why);
    starter(server)
        .ifPresent(command -> {
          step.draft().warn("server %s could not be started: %s".formatted(server, reason));
          settle(
              step,
              new CommandFailed(command.zone(), step.now(), command.id(), server, reason),
              server);
        });
  }

  /** Trying again does not help: somebody has to see to it. */
  void nameTaken(Step step, ServerId server, String why) {
    Conditions.nameTaken(step, server.zone(), why);
    failed(step, server, why);
  }

  /** Nothing is started without its secrets. */
  void unsealed(Step step, ServerId server, String why) {
    Conditions.secretUnavailable(step, server.zone(), why);
    failed(step, server, why);
  }

  /** The earliest open command that starts the server. */
  private Optional<ScaleCommand> starter(ServerId server) {
    return starters.getOrDefault(server, Set.of()).stream()
        .findFirst()
        .map(waiting -> waiting.command);
  }

  private void settle(Step step, FleetEvent fact, ServerId server) {
    step.tell(fact);
    List<Exit> exits = underWay.getOrDefault(server, List.of());
    underWay.remove(server);
    for (Open waiting : released(server)) {
      waiting.starts.remove(server);
      proceed(step, waiting);
    }
    servers.alone(
        step,
        server,
        Optional.empty(),
        () -> {
          exits.forEach(exit -> servers.exited(step, exit));
          servers.attend(step, server);
        });
  }

  /** The commands that wait for nothing more of the server. */
  private Set<Open> released(ServerId server) {
    Set<Open> released = new LinkedHashSet<>(starters.getOrDefault(server, Set.of()));
    released.addAll(stoppers.getOrDefault(server, Set.of()));
    starters.remove(server);
    stoppers.remove(server);
    return released;
  }

  /** Stops what may be stopped by now; the command is done if nothing is left after that. */
  private void proceed(Step step, Open command) {
    Iterator<ServerId> stops = command.stops.iterator();
    while (stops.hasNext()) {
      ServerId id = stops.next();
      Optional<Server> server = step.server(id);
      if (starters.containsKey(id)) {
        stoppers.computeIfAbsent(id, one -> new LinkedHashSet<>()).add(command);
      } else if (server.filter(Server::live).isEmpty()) {
        stops.remove();
        server
            .filter(known -> known.state() == ServerState.DEAD)
            .ifPresent(dead ->
                servers.end(
                    step,
                    id,
                    "remains removed: " + command.command.reason().sentence(),
                    Optional.empty()));
      } else if (command.starts.isEmpty()) {
        stops.remove();
        step.tell(new ServerDraining(command.command.zone(), step.now(), id, command.command.id()));
        servers.attendAlone(step, id);
      }
    }
    if (command.starts.isEmpty() && command.stops.isEmpty()) {
      close(command);
    }
  }

  private void close(Open command) {
    open.remove(command.place);
    offsets.done(command.place);
  }

  /** The command can't be carried out: it has failed for all that it was to start. */
  private void abandon(Step step, Open command, Throwable why) {
    String reason = Step.sentence("the command can't be carried out: " + why);
    step.draft().warn("command %s: %s".formatted(command.command.id(), reason));
    command.stops.clear();
    stoppers.values().forEach(waiting -> waiting.remove(command));
    for (ServerId server : command.command.start()) {
      Set<Open> waiting = starters.getOrDefault(server, Set.of());
      boolean alone = waiting.stream().allMatch(command::equals);
      waiting.remove(command);
      if (alone && !step.journal().settled().contains(server)) {
        starters.remove(server);
        underWay.remove(server);
        step.tell(
            new CommandFailed(server.zone(), step.now(), command.command.id(), server, reason));
      }
    }
    close(command);
  }

  /** Keeps the end of a server whose start is under way; false if it is none of those. */
  boolean exited(Exit exit) {
    List<Exit> exits = underWay.get(exit.server());
    if (exits == null) {
      return false;
    }
    exits.add(exit);
    return true;
  }

  /** A server is gone: a command that starts it may have waited for that. */
  void gone(Step step, ServerId server) {
    start(step, server);
  }

  /** Whether a server of the zone is still to be started. */
  boolean isStartingIn(ZoneId zone) {
    return Stream.concat(starters.keySet().stream(), underWay.keySet().stream())
        .anyMatch(server -> server.zone().equals(zone));
  }

  /** The servers that open commands are going to start. */
  Set<ServerId> starting() {
    return starters.keySet();
  }

  private static String describe(ScaleCommand command) {
    return "command %s: %d to %d servers, start %s, stop %s: %s"
        .formatted(
            command.id(),
            command.from(),
            command.to(),
            command.start(),
            command.stop(),
            command.reason().sentence());
  }

  /** A command that is not carried out yet: what is left of it. */
  private static final class Open {
    private final Place place;
    private final ScaleCommand command;
    private final Set<ServerId> starts = new LinkedHashSet<>();
    private final Set<ServerId> stops = new LinkedHashSet<>();

    Open(Place place, ScaleCommand command) {
      this.place = place;
      this.command = command;
    }
  }
}
