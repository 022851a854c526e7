package io.sluice.topology.audit;

import io.sluice.schemas.id.CommandId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The recorded commands of one zone that no fact was found for yet, in their order. */
final class Lane {
  private final Deque<Recorded> waiting = new ArrayDeque<>();
  private Optional<CommandId> lastTaken = Optional.empty();

  void add(Recorded command) {
    waiting.add(command);
  }

  Optional<Recorded> head() {
    return Optional.ofNullable(waiting.peek());
  }

  /** Takes the head away: its fact was found. */
  void take(CommandId id) {
    waiting.remove();
    lastTaken = Optional.of(id);
  }

  boolean empty() {
    return waiting.isEmpty();
  }

  /** The command with this id, wherever it stands. */
  Optional<Recorded.Given> find(CommandId id) {
    return waiting.stream()
        .filter(Recorded.Given.class::isInstance)
        .map(Recorded.Given.class::cast)
        .filter(given -> given.id().equals(id))
        .findFirst();
  }

  /** The last command whose fact was found. */
  Optional<CommandId> lastTaken() {
    return lastTaken;
  }
}
