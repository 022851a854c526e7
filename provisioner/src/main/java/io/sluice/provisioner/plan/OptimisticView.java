package io.sluice.provisioner.plan;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What the journal says, and what it is about to say.
 *
 * <p>Only records that were read from the journal change {@link #fleet}. Between the moment a fact
 * is decided on and the moment it is read back, {@link #view} already has it, so that nothing is
 * decided twice. A fact that does not fit the view is not told at all.
 */
public final class OptimisticView {
  private final Deque<Unread> unread = new ArrayDeque<>();
  private Fleet fleet;
  private Fleet view;

  /** Begins with what recovery found. */
  public OptimisticView(Fleet recovered) {
    this.fleet = recovered;
    this.view = recovered;
  }

  /** The fleet by the records read. */
  public Fleet fleet() {
    return fleet;
  }

  /** The fleet by the records read and by our own facts that were not read back yet. */
  public Fleet view() {
    return view;
  }

  /** Takes in a record that was read from the journal. */
  void read(int partition, JournalRecord entry) {
    fleet = fleet.apply(entry);
    unread.removeIf(fact -> fact.isAtOrBefore(partition, entry.offset()));
    view = fleet;
    for (Unread fact : unread) {
      view = view.apply(fact.entry);
    }
  }

  /** Takes in a fact that is about to be recorded; false if it does not fit and is not to be. */
  boolean tell(FleetEvent fact, Instant now) {
    if (view.zone(fact.zone()).objection(fact).isPresent()) {
      return false;
    }
    JournalRecord entry = new JournalRecord(0, now, fact);
    unread.add(new Unread(entry));
    view = view.apply(entry);
    return true;
  }

  /**
   * Takes note of where the facts told so far were recorded.
   *
   * @param places of all facts told since the last call, in the order of telling
   */
  void recorded(List<Place> places) {
    List<Unread> told = new ArrayList<>();
    for (Unread fact : unread) {
      if (fact.place.isEmpty()) {
        told.add(fact);
      }
    }
    if (told.size() != places.size()) {
      throw new IllegalStateException(
          "%d facts recorded: expected %d".formatted(places.size(), told.size()));
    }
    for (int i = 0; i < told.size(); i++) {
      told.get(i).place = Optional.of(places.get(i));
    }
  }

  /** A fact of ours that was not read back yet. */
  private static final class Unread {
    private final JournalRecord entry;
    private Optional<Place> place = Optional.empty();

    Unread(JournalRecord entry) {
      this.entry = entry;
    }

    boolean isAtOrBefore(int partition, long offset) {
      return place
          .filter(known -> known.partition() == partition && known.offset() <= offset)
          .isPresent();
    }
  }
}
