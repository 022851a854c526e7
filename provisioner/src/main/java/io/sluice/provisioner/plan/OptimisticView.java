package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.ZoneId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the journal says, and what it is about to say.
 *
 * <p>Only records that were read from the journal change {@link #journal}. Between the moment a
 * fact is decided on and the moment it is read back, {@link #view} already has it, so that nothing
 * is decided twice. A fact that does not fit the view is not told at all.
 *
 * <p>A fact of ours that is read back in its turn costs nothing: the view has it. Only a fact of
 * somebody else that comes in between has those of its zone worked in anew behind it.
 */
public final class OptimisticView {
  /** Facts of ours that were not read back yet, per zone in the order in which they were told. */
  private final Map<ZoneId, Deque<Unread>> unread = new HashMap<>();

  /** Those of them of which it is not known yet where they stand. */
  private final List<Unread> unplaced = new ArrayList<>();

  private JournalState journal;
  private JournalState view;

  /** Begins with what recovery found. */
  public OptimisticView(JournalState recovered) {
    this.journal = recovered;
    this.view = recovered;
  }

  /** What the records say that were read. */
  public JournalState journal() {
    return journal;
  }

  /** The fleet by the records read and by our own facts that were not read back yet. */
  public Fleet view() {
    return view.fleet();
  }

  /** The starts that are settled by the records read and by our own facts. */
  SettledStarts settled() {
    return view.settled();
  }

  /** How far the view has got, to come back to if what follows fails. */
  record Mark(JournalState view, int unplaced) {}

  Mark mark() {
    return new Mark(view, unplaced.size());
  }

  /** Takes back what was told since; nothing may have been read in between. */
  void backTo(Mark mark) {
    while (unplaced.size() > mark.unplaced()) {
      Unread told = unplaced.removeLast();
      Deque<Unread> ours = ours(told.zone());
      ours.removeLast();
      if (ours.isEmpty()) {
        unread.remove(told.zone());
      }
    }
    view = mark.view();
  }

  /**
   * Takes in a record that was read from the journal. If that fails, the journal is as if the
   * record had not been there.
   */
  void read(int partition, JournalRecord entry) {
    try {
      journal = journal.read(partition, entry);
    } finally {
      caughtUp(entry.event().zone(), partition, entry.offset());
    }
  }

  private void caughtUp(ZoneId zone, int partition, long offset) {
    Deque<Unread> ours = ours(zone);
    boolean next = !ours.isEmpty() && ours.getFirst().standsAt(partition, offset);
    while (!ours.isEmpty() && ours.getFirst().standsAtOrBefore(partition, offset)) {
      ours.removeFirst();
    }
    if (ours.isEmpty()) {
      unread.remove(zone);
      view = unread.isEmpty() ? journal : view.with(zone, journal);
    } else if (!next) {
      view = view.with(zone, journal);
      ours.forEach(fact -> view = view.apply(fact.entry));
    }
  }

  private Deque<Unread> ours(ZoneId zone) {
    Deque<Unread> ours = unread.get(zone);
    return ours == null ? new ArrayDeque<>() : ours;
  }

  /** Takes in a fact that is about to be recorded; false if it does not fit and is not to be. */
  boolean tell(FleetEvent fact, Instant now) {
    if (view().zone(fact.zone()).objection(fact).isPresent()) {
      return false;
    }
    Unread told = new Unread(new JournalRecord(0, now, fact));
    view = view.apply(told.entry);
    unread.computeIfAbsent(fact.zone(), fresh -> new ArrayDeque<>()).add(told);
    unplaced.add(told);
    return true;
  }

  /**
   * Takes note of where the facts told so far were recorded.
   *
   * @param places of all facts told since the last call, in the order of telling
   */
  void recorded(List<Place> places) {
    if (unplaced.size() != places.size()) {
      throw new IllegalStateException(
          "%d facts recorded: expected %d".formatted(places.size(), unplaced.size()));
    }
    for (int i = 0; i < unplaced.size(); i++) {
      unplaced.get(i).place = Optional.of(places.get(i));
    }
    unplaced.clear();
  }

  /** A fact of ours that was not read back yet. */
  private static final class Unread {
    private final JournalRecord entry;
    private Optional<Place> place = Optional.empty();

    Unread(JournalRecord entry) {
      this.entry = entry;
    }

    ZoneId zone() {
      return entry.event().zone();
    }

    boolean standsAt(int partition, long offset) {
      return place.equals(Optional.of(new Place(partition, offset)));
    }

    boolean standsAtOrBefore(int partition, long offset) {
      return place
          .filter(known -> known.partition() == partition && known.offset() <= offset)
          .isPresent();
    }
  }
}
