package io.sluice.provisioner.plan;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerDraining;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where commands are carried out.
 *
 * <pre>
 *   read ──▶ waiting ──▶ begun ──▶ recorded
 *            while an    while the  all its facts and its
 *            earlier one fleet      offset in one transaction
 *            names the   starts
 *            same server servers
 * </pre>
 *
 * <p>All facts of a command are recorded at once, together with its offset: a command whose leader
 * died half-way is either not recorded at all, and done again by the next one (which the fleet
 * turns into adoption), or never looked at again. The commands that are not recorded yet are soft.
 */
final class CommandExecutor {
  private final CommandOffsets book;
  private final ServerLifecycle care;
  private final List<Open> open = new ArrayList<>();

  CommandExecutor(CommandOffsets book, ServerLifecycle care) {
    this.book = book;
    this.care = care;
  }

  void read(Step step, Place place, ScaleCommand command) {
    if (!book.read(place)) {
      return;
    }
    if (command.dryRun()) {
      step.draft().info("command %s is a dry run: nothing is done".formatted(command.id()));
      book.done(place);
      return;
    }
    open.add(new Open(place, command));
    takeUp(step);
  }

  void skipped(Place place) {
    if (book.read(place)) {
      book.done(place);
    }
  }

  void up(Step step, ServerId server, Started started) {
    resolved(step, server, new Result.Up(started));
  }

  void failed(Step step, ServerId server, String reason) {
    resolved(step, server, new Result.Failed(reason));
  }

  /** Keeps the end of a server that is not recorded yet; false if it is none of those. */
  boolean exited(Exit exit) {
    Optional<Open> starting = starting(exit.server());
    starting.ifPresent(command -> command.exits.add(exit));
    return starting.isPresent();
  }

  /** The servers that commands not recorded yet name. */
  Set<ServerId> named() {
    Set<ServerId> named = new HashSet<>();
    open.forEach(command -> named.addAll(command.servers));
    return named;
  }

  /** Begins what is no longer held up. */
  void takeUp(Step step) {
    boolean again = true;
    while (again) {
      Optional<Open> ready = nextReady();
      ready.ifPresent(command -> begin(step, command));
      again = ready.isPresent();
    }
  }

  private Optional<Open> nextReady() {
    Set<ServerId> busy = new HashSet<>();
    for (Open command : open) {
      boolean free =
          Collections.disjoint(busy, command.servers)
              && command.command.start().stream().noneMatch(care::isEnding);
      if (!command.begun && free) {
        return Optional.of(command);
      }
      busy.addAll(command.servers);
    }
    return Optional.empty();
  }

  private void begin(Step step, Open command) {
    command.begun = true;
    step.draft().info(describe(command.command));
    for (ServerId server : command.command.start()) {
      if (step.server(server).isEmpty()) {
        command.pending.add(server);
        step.draft()
            .effect(
                new Effect.Start(
                    ServerSpec.of(
                        server,
                        step.terms().epoch(),
                        step.view().zone(server.zone()).template(),
                        step.view().zone(server.zone()).templateRevision(),
                        step.terms().environment())));
      }
    }
    String reason = command.command.reason().sentence();
    for (ServerId server : command.command.stop()) {
      if (step.server(server).filter(known -> known.state() == ServerState.DEAD).isPresent()) {
        care.end(step, server, "remains removed: " + reason, Optional.empty());
      }
    }
    recordWhenDone(step, command);
  }

  private void resolved(Step step, ServerId server, Result result) {
    starting(server)
        .ifPresent(command -> {
          command.pending.remove(server);
          command.results.put(server, result);
          recordWhenDone(step, command);
          takeUp(step);
        });
  }

  private void recordWhenDone(Step step, Open open) {
    if (!open.pending.isEmpty()) {
      return;
    }
    ScaleCommand command = open.command;
    command.start().forEach(server -> tellStart(step, open, server));
    for (ServerId server : command.stop()) {
      if (step.server(server).filter(Server::live).isPresent()) {
        step.tell(new ServerDraining(command.zone(), step.now(), server, command.id()));
      }
    }
    this.open.remove(open);
    book.done(open.place);
    open.exits.forEach(exit -> care.exited(step, exit));
    open.servers.forEach(server -> care.attend(step, server));
  }

  private static void tellStart(Step step, Open open, ServerId server) {
    Result result = open.results.get(server);
    if (result == null) {
      return;
    }
    ScaleCommand command = open.command;
    FleetEvent fact =
        switch (result) {
          case Result.Up(Started started) ->
              new ServerStarted(
                  command.zone(),
                  step.now(),
                  server,
                  command.id(),
                  started.address(),
                  started.handle(),
                  step.terms().epoch(),
                  started.templateRevision().filter(revision -> revision > 0));
          case Result.Failed(String reason) -> {
            step.draft().warn("server %s could not be started: %s".formatted(server, reason));
            yield new CommandFailed(command.zone(), step.now(), command.id(), server, reason);
          }
        };
    step.tell(fact);
  }

  private Optional<Open> starting(ServerId server) {
    return open.stream()
        .filter(command -> command.begun && command.command.start().contains(server))
        .findFirst();
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

  /** What became of a start. */
  private sealed interface Result {
    record Up(Started started) implements Result {}

    record Failed(String reason) implements Result {}
  }

  /** A command that is not recorded yet. */
  private static final class Open {
    private final Place place;
    private final ScaleCommand command;
    private final Set<ServerId> servers = new HashSet<>();
    private final Set<ServerId> pending = new HashSet<>();
    private final Map<ServerId, Result> results = new HashMap<>();
    private final List<Exit> exits = new ArrayList<>();
    private boolean begun;

    Open(Place place, ScaleCommand command) {
      this.place = place;
      this.command = command;
      servers.addAll(command.start());
      servers.addAll(command.stop());
    }
  }
}
