package io.sluice.provisioner.simulation;

import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.plan.TermSettings;
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

  /** When it first ended, in ms. */
  private final Map<ServerId, Long> ends = new HashMap<>();

  /** Servers of which a stranger has told. */
  private final Set<ServerId> claimed = new HashSet<>();

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

  void end(ServerId server, long now) {
    add(server, Turn.ENDED);
    ends.putIfAbsent(server, now);
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

  /** Takes note of what a stranger tells: whatever follows for that server is not held to it. */
  void claim(FleetEvent fact) {
    switch (fact) {
      case ServerStarted started -> claimed.add(started.server());
      case ServerReady ready -> claimed.add(ready.server());
      case ServerExited exited -> claimed.add(exited.server());
      case ServerStopped gone -> claimed.add(gone.server());
      case FleetEvent ignored -> {}
    }
  }

  /** Whether the fact says too early of a server's end that nobody knows how it came. */
  boolean isHasty(FleetEvent fact, long now) {
    return fact instanceof ServerExited exited
        && exited.exitCode().isEmpty()
        && !claimed.contains(exited.server())
        && ends.getOrDefault(exited.server(), Long.MIN_VALUE)
            > now - TermSettings.END_WORD_MAX.toMillis();
  }

  /** Whether what the fact says has happened at some time. */
  boolean confirms(FleetEvent fact) {
    return switch (fact) {
      case ServerStarted started when claimed.contains(started.server()) -> true;
      case ServerReady ready when claimed.contains(ready.server()) -> true;
      case ServerExited exited when claimed.contains(exited.server()) -> true;
      case ServerStopped gone when claimed.contains(gone.server()) -> true;
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
