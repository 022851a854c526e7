package io.sluice.topology.audit;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The commands that are recorded, those of other decision rules whole: whoever folds up to a place
 * takes these as they are, and lets this release's rules decide only where they decided then.
 */
public final class RecordedCommands {
  /** No command at all. */
  public static final RecordedCommands NONE = new RecordedCommands();

  private final Map<CommandId, ScaleCommand> commands = new HashMap<>();

  /** Per zone the offsets of its commands, and whether other rules gave them. */
  private final Map<ZoneId, TreeMap<Long, Boolean>> places = new HashMap<>();

  private RecordedCommands() {}

  /** All of them. */
  static RecordedCommands of(History history) {
    return of(history, Passage.ALL);
  }

  /** Those of a part. */
  static RecordedCommands of(History history, Passage passage) {
    try (RecordSource source = history.commands(passage)) {
      return of(source);
    }
  }

  /**
   * Those of one zone.
   *
   * @param passage where they stand
   * @param beyond whether a command is of a later fact than anybody will ask about; the first one
   *     that is belongs to them, and nothing behind it is read
   */
  static RecordedCommands of(
      History history, Passage passage, ZoneId zone, Predicate<Given> beyond) {
    RecordedCommands found = new RecordedCommands();
    byte[] key = Topics.ZONE_KEY.encode(zone);
    try (RecordSource source = history.commands(passage)) {
      for (List<RawRecord> next = source.next(); !next.isEmpty(); next = source.next()) {
        for (RawRecord raw : next) {
          if (Arrays.equals(key, raw.key()) && Recorded.of(raw) instanceof Given given) {
            found.take(given);
            if (beyond.test(given)) {
              return found;
            }
          }
        }
      }
    }
    return found;
  }

  /**
   * Those of one zone from a state on.
   *
   * @param start the state; empty: the beginning
   * @param until the last moment that anybody will ask about
   */
  public static RecordedCommands of(
      History history, ZoneId zone, Optional<Checkpoint> start, Instant until) {
    Passage all = Passage.of(zone);
    return of(
        history,
        start.map(kept -> all.since(kept.time())).orElse(all),
        zone,
        command -> command.at().isAfter(until));
  }

  /**
   * The command with this id; of several that stand beside one another it is the last, as for those
   * who carry them out. It was appended after its cause, so that nothing before is read.
   */
  public static Optional<ScaleCommand> find(History history, CommandId id) {
    Passage zone = Passage.of(id.zone());
    byte[] key = Topics.ZONE_KEY.encode(id.zone());
    Optional<RawRecord> cause = Optional.empty();
    try (RecordSource journal = history.journal(zone.first(id.offset()))) {
      for (List<RawRecord> some = journal.next();
          cause.isEmpty() && !some.isEmpty();
          some = cause.isEmpty() ? journal.next() : List.of()) {
        cause =
            some.stream()
                .filter(raw -> Arrays.equals(key, raw.key()) && raw.offset() >= id.offset())
                .findFirst();
      }
    }
    // Where the cause is cut off, its command may still be there.
    Passage commands =
        cause
            .filter(raw -> raw.offset() == id.offset())
            .map(raw -> zone.since(raw.time()))
            .orElse(zone);
    Optional<ScaleCommand> found = Optional.empty();
    try (RecordSource source = history.commands(commands)) {
      for (List<RawRecord> next = source.next(); !next.isEmpty(); next = source.next()) {
        for (RawRecord raw : next) {
          if (Arrays.equals(key, raw.key()) && Recorded.of(raw) instanceof Given given) {
            if (given.id().equals(id)) {
              found = Optional.of(given.command());
            } else if (given.id().offset() > id.offset()) {
              return found;
            }
          }
        }
      }
    }
    return found;
  }

  /** Those of a source, which stays the caller's to close. */
  public static RecordedCommands of(RecordSource source) {
    RecordedCommands rules = new RecordedCommands();
    for (List<RawRecord> next = source.next(); !next.isEmpty(); next = source.next()) {
      next.forEach(rules::take);
    }
    return rules;
  }

  /** The journal offset of the fact of which the zone's last command came; -1: it has none. */
  public long last(ZoneId zone) {
    TreeMap<Long, Boolean> offsets = places.get(zone);
    return offsets == null || offsets.isEmpty() ? -1 : offsets.lastKey();
  }

  /** What comes of a fact: by the rules that decided there, if they were other ones. */
  public Decision decide(ZoneState before, JournalRecord entry) {
    return told(Decide.evaluate(before, entry), entry);
  }

  /** The same of a fact that is weighed already. */
  Decision told(Evaluation evaluation, JournalRecord entry) {
    CommandId id = new CommandId(entry.event().zone(), entry.offset());
    Optional<ScaleCommand> given = command(id);
    if (given.isPresent()) {
      return new Decision(after(evaluation, given.get()), Optional.empty());
    }
    return decidedAt(id)
        ? new Decision(evaluation.known(), Optional.empty())
        : evaluation.decision();
  }

  private void take(RawRecord raw) {
    if (Recorded.of(raw) instanceof Given given) {
      take(given);
    }
  }

  private void take(Given given) {
    places
        .computeIfAbsent(given.id().zone(), fresh -> new TreeMap<>())
        .put(given.id().offset(), !given.ours());
    if (!given.ours()) {
      commands.put(given.id(), given.command());
    }
  }

  /**
   * The state after a command that other rules gave. Where this release's rules give the same one,
   * that state is theirs, with all that they remember; a dry run otherwise changes nothing.
   */
  static ZoneState after(Evaluation evaluation, ScaleCommand command) {
    Decision ours = evaluation.decision();
    boolean same =
        ours.command()
            .filter(own ->
                own.to() == command.to()
                    && own.dryRun() == command.dryRun()
                    && own.start().equals(command.start())
                    && own.stop().equals(command.stop()))
            .isPresent();
    if (same) {
      return ours.after();
    }
    return command.dryRun() ? evaluation.known() : evaluation.known().apply(command);
  }

  /** Whether a command with this id is recorded. */
  boolean recorded(CommandId id) {
    return places.getOrDefault(id.zone(), new TreeMap<>()).containsKey(id.offset());
  }

  /** The command that other rules gave at this fact. */
  Optional<ScaleCommand> command(CommandId id) {
    return Optional.ofNullable(commands.get(id));
  }

  /** Whether other rules decided here: before a command of theirs, or after one and before ours. */
  boolean decidedAt(CommandId id) {
    TreeMap<Long, Boolean> zone = places.get(id.zone());
    if (zone == null || commands.isEmpty()) {
      return false;
    }
    var here = zone.get(id.offset());
    if (here != null) {
      return here;
    }
    var before = zone.lowerEntry(id.offset());
    var after = zone.higherEntry(id.offset());
    return (before != null && before.getValue()) || (after != null && after.getValue());
  }
}
