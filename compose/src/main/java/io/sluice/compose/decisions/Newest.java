package io.sluice.compose.decisions;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.history.History;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Commands out of a history, in memory that does not grow with it. */
final class Newest {
  private static final Comparator<ScaleCommand> AGE =
      Comparator.comparing(ScaleCommand::at)
          .thenComparing(ScaleCommand::zone)
          .thenComparingLong(command -> command.id().offset());

  private Newest() {}

  /** The newest commands of the history that are wanted, newest first. */
  static List<ScaleCommand> of(History history, Predicate<ScaleCommand> wanted, int limit) {
    PriorityQueue<ScaleCommand> newest = new PriorityQueue<>(AGE);
    each(
        history,
        command -> {
          if (wanted.test(command)) {
            newest.add(command);
            if (newest.size() > limit) {
              newest.remove();
            }
          }
        });
    List<ScaleCommand> sorted = new ArrayList<>(newest);
    sorted.sort(AGE.reversed());
    return sorted;
  }

  /** The command with this id; of several it is the last, as for those who carry them out. */
  static Optional<ScaleCommand> of(History history, CommandId id) {
    return of(history, command -> command.id().equals(id), 1).stream().findFirst();
  }

  private static void each(History history, Consumer<ScaleCommand> taker) {
    try (RecordSource commands = history.commands()) {
      for (List<RawRecord> some = commands.next(); !some.isEmpty(); some = commands.next()) {
        for (RawRecord raw : some) {
          // What is no command stands with the dead letters, and is nobody's decision.
          if (raw.value() != null
              && Topics.SCALE_COMMANDS.value().decode(raw.value())
                  instanceof Decoded.Value<ScaleCommand>(ScaleCommand command)) {
            taker.accept(command);
          }
        }
      }
    }
  }
}
