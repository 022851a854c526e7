package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.id.ServerId;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What really happened to each server, against which its facts are held. */
final class History {
  private final Map<ServerId, Set<Turn>> turns = new HashMap<>();

  private final Map<ServerId, Set<Integer>> templates = new HashMap<>();

  private enum Turn {
    LAUNCHED,
    ANSWERED,
    ENDED,
    STOPPED
  }

  void launch(ServerSpec spec) {
    add(spec.server(), Turn.LAUNCHED);
    templates.computeIfAbsent(spec.server(), fresh -> new HashSet<>()).add(spec.templateRevision());
  }

  void answer(ServerId server) {
    add(server, Turn.ANSWERED);
  }

  void end(ServerId server) {
    add(server, Turn.ENDED);
  }

  void stop(ServerId server) {
    add(server, Turn.STOPPED);
  }

  private void add(ServerId server, Turn turn) {
    turns.computeIfAbsent(server, fresh -> EnumSet.noneOf(Turn.class)).add(turn);
  }

  private boolean ever(ServerId server, Turn turn) {
    return turns.getOrDefault(server, Set.of()).contains(turn);
  }

  /** Whether a leader ever had it stopped. */
  boolean stopped(ServerId server) {
    return ever(server, Turn.STOPPED);
  }

  /** Whether what the fact says has happened at some time. */
  boolean confirms(FleetEvent fact) {
    return switch (fact) {
      case ServerStarted started ->
          started
              .templateRevision()
              .filter(templates.getOrDefault(started.server(), Set.of())::contains)
              .isPresent();
      case ServerReady ready -> ever(ready.server(), Turn.ANSWERED);
      case ServerExited exited -> ever(exited.server(), Turn.ENDED);
      case ServerStopped gone -> ever(gone.server(), Turn.ENDED);
      default -> true;
    };
  }
}
