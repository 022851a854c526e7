package io.sluice.topology.audit;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Recorded.Given;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The newest commands of a history. They are read backwards: of each partition a stretch before the
 * end, and a stretch four times as long if that was not enough, so that the last ones of a long
 * history are found as fast as those of a short one, and no more are held than were asked for.
 */
public final class NewestCommands {
  /** Most of these positions are records; the others are marks of their transactions. */
  private static final long FIRST_STRETCH = 256;

  private static final long GROWTH = 4;

  /**
   * A zone that stood still gives its commands when it goes on; so long after their causes they are
   * still looked for.
   */
  private static final Duration STOOD_STILL_MAX = Duration.ofDays(7);

  /**
   * A command's place among all of them, newest first.
   *
   * @param at the broker's time of its cause
   * @param id which one
   */
  public record Place(Instant at, CommandId id) {
    private static final Comparator<Place> AGE =
        Comparator.comparing(Place::at)
            .thenComparing(place -> place.id().zone())
            .thenComparingLong(place -> place.id().offset());

    static Place of(ScaleCommand command) {
      return new Place(command.at(), command.id());
    }
  }

  /**
   * Which commands.
   *
   * @param zone only of this zone; empty: of all zones
   * @param from none whose cause is earlier
   * @param to none whose cause is later
   * @param before none at this place or newer; empty: from the newest on
   * @param acting none of a dry run
   */
  public record Wanted(
      Optional<ZoneId> zone, Instant from, Instant to, Optional<Place> before, boolean acting) {
    /** All of them. */
    public static final Wanted ALL =
        new Wanted(Optional.empty(), Instant.MIN, Instant.MAX, Optional.empty(), false);

    /** The same of this zone only. */
    public Wanted of(ZoneId only) {
      return new Wanted(Optional.of(only), from, to, before, acting);
    }

    /** The same with this beginning and this end. */
    public Wanted within(Instant begin, Instant end) {
      return new Wanted(zone, begin, end, before, acting);
    }

    /** The same without what is at this place or newer. */
    public Wanted before(Place place) {
      return new Wanted(zone, from, to, Optional.of(place), acting);
    }

    /** The same without those of dry runs. */
    Wanted onlyActing() {
      return new Wanted(zone, from, to, before, true);
    }

    private boolean has(ScaleCommand command) {
      return zone.map(command.zone()::equals).orElse(true)
          && !command.at().isBefore(from)
          && !command.at().isAfter(to)
          && before.map(place -> Place.AGE.compare(Place.of(command), place) < 0).orElse(true)
          && !(acting && command.dryRun());
    }

    /** Commands are appended after their causes; one of a zone that stood still long after it. */
    private Passage passage() {
      Instant end = before.map(Place::at).filter(at -> at.isBefore(to)).orElse(to);
      boolean late = end.isAfter(Instant.MAX.minus(STOOD_STILL_MAX));
      return zone.map(Passage::of)
          .orElse(Passage.ALL)
          .since(from)
          .to(late ? Instant.MAX : end.plus(STOOD_STILL_MAX));
    }
  }

  private final Wanted wanted;
  private final int limit;
  private final PriorityQueue<ScaleCommand> newest =
      new PriorityQueue<>(Comparator.comparing(Place::of, Place.AGE));

  /** Per partition the oldest cause that was seen of it. */
  private final Map<Integer, Instant> oldest = new HashMap<>();

  private NewestCommands(Wanted wanted, int limit) {
    this.wanted = wanted;
    this.limit = limit;
  }

  /**
   * The newest of those that are wanted, newest first.
   *
   * @param limit at most so many, 1 or more
   */
  public static List<ScaleCommand> of(History history, Wanted wanted, int limit) {
    Passage passage = wanted.passage();
    long before = -1;
    for (long stretch = FIRST_STRETCH; ; stretch *= GROWTH) {
      NewestCommands found = new NewestCommands(wanted, limit);
      long size = found.read(history, passage.last(stretch));
      if (found.enough() || size == before || stretch > Long.MAX_VALUE / GROWTH) {
        return found.sorted();
      }
      before = size;
    }
  }

  private long read(History history, Passage passage) {
    try (RecordSource commands = history.commands(passage)) {
      for (List<RawRecord> some = commands.next(); !some.isEmpty(); some = commands.next()) {
        some.forEach(this::take);
      }
      return commands.size();
    }
  }

  private void take(RawRecord raw) {
    // What is no command stands with the dead letters, and is nobody's decision.
    if (!(Recorded.of(raw) instanceof Given given)) {
      return;
    }
    oldest.merge(raw.partition(), given.at(), (one, other) -> one.isBefore(other) ? one : other);
    ScaleCommand command = given.command();
    if (wanted.has(command)) {
      newest.add(command);
      if (newest.size() > limit) {
        newest.remove();
      }
    }
  }

  /** Whether nothing that was not read can be newer than what was found. */
  private boolean enough() {
    if (newest.size() < limit) {
      return false;
    }
    Instant last = newest.element().at();
    return oldest.values().stream().noneMatch(last::isBefore);
  }

  private List<ScaleCommand> sorted() {
    List<ScaleCommand> sorted = new ArrayList<>(newest);
    sorted.sort(Comparator.comparing(Place::of, Place.AGE).reversed());
    return sorted;
  }
}
