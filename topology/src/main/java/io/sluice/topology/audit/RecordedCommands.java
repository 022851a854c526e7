package io.sluice.topology.audit;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.decide.Clock;
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
import java.util.OptionalInt;
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

  /** The decision rules that made the state from which one zone is folded on, if others did. */
  private OptionalInt before = OptionalInt.empty();

  /** Journal offset of the last fact in that state. */
  private long from = -1;

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
   * Those of one zone from a state on.
   *
   * @param start the state; empty: the beginning
   * @param beyond whether a command is of a later fact than anybody will ask about; the first of
   *     them belong to it. Behind {@link Clock#ROW_MAX} of them in a row nothing is read: one alone
   *     may be of a clock that was ahead
   */
  static RecordedCommands of(
      History history, ZoneId zone, Optional<Checkpoint> start, Predicate<Given> beyond) {
    RecordedCommands found = new RecordedCommands();
    start
        .filter(kept -> kept.isKept() && kept.foldVersion() < Decide.FOLD_VERSION)
        .ifPresent(kept -> {
          found.before = OptionalInt.of(kept.foldVersion());
          found.from = kept.offset();
        });
    byte[] key = Topics.ZONE_KEY.encode(zone);
    Passage all = Passage.of(zone);
    Passage passage = start.map(kept -> all.since(kept.earliest())).orElse(all);
    int row = 0;
    try (RecordSource source = history.commands(passage)) {
      for (List<RawRecord> next = source.next(); !next.isEmpty(); next = source.next()) {
        for (RawRecord raw : next) {
          if (Arrays.equals(key, raw.key()) && Recorded.of(raw) instanceof Given given) {
            found.take(given);
            row = beyond.test(given) ? row + 1 : 0;
            if (row == Clock.ROW_MAX) {
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
    return of(history, zone, start, (Given command) -> command.at().isAfter(until));
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
    boolean there = cause.filter(raw -> raw.offset() == id.offset()).isPresent();
    // Where the cause is cut off, its command may still be there.
    if (!there && !beginsBehind(history, zone, id.offset())) {
      return Optional.empty();
    }
    Passage commands = there ? zone.since(cause.orElseThrow().time()) : zone;
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

  /** Whether nothing of the journal is left up to this offset. */
  private static boolean beginsBehind(History history, Passage zone, long offset) {
    try (RecordSource journal = history.journal(zone)) {
      return journal.next().stream().noneMatch(raw -> raw.offset() <= offset);
    }
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
    if (!decidedAt(id)) {
      return evaluation.decision();
    }
    ZoneState known = evaluation.known();
    ZoneState theirs = before.isPresent() ? known.decidedBy(before.getAsInt()) : known;
    return new Decision(theirs, Optional.empty());
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

  /**
   * Whether other rules decided here: before a command of theirs, or after one, or after a state of
   * theirs, and before ours.
   */
  boolean decidedAt(CommandId id) {
    TreeMap<Long, Boolean> zone = places.getOrDefault(id.zone(), new TreeMap<>());
    if (commands.isEmpty() && before.isEmpty()) {
      return false;
    }
    var here = zone.get(id.offset());
    if (here != null) {
      return here;
    }
    var earlier = zone.lowerEntry(id.offset());
    var later = zone.higherEntry(id.offset());
    boolean first = earlier == null || earlier.getKey() <= from;
    boolean theirs = (first && before.isPresent()) || (earlier != null && earlier.getValue());
    return theirs || (later != null && later.getValue());
  }
}
