package io.sluice.provisioner.api;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Places for something that costs much, such that no caller can take them from the others: each
 * caller has so many at most, and some are kept for operators, whom nobody can pretend to be.
 */
final class Places {
  private final int total;
  private final int kept;
  private final int perCaller;
  private final Map<String, Integer> taken = new HashMap<>();
  private int strangers;
  private int operators;

  /**
   * Free places.
   *
   * @param total how many there are
   * @param kept how many of them only operators can have, fewer than all
   * @param perCaller how many one caller can have who is no operator, 1 or more
   */
  Places(int total, int kept, int perCaller) {
    if (kept < 0 || kept >= total || perCaller < 1) {
      throw new IllegalArgumentException(
          "%d places, %d kept, %d per caller: expected fewer kept than there are, and one or more"
              .formatted(total, kept, perCaller));
    }
    this.total = total;
    this.kept = kept;
    this.perCaller = perCaller;
  }

  /** A place that is held until it is given back. */
  final class Place implements AutoCloseable {
    private final Caller caller;
    private boolean held = true;

    private Place(Caller caller) {
      this.caller = caller;
    }

    /** Gives it back; a second time does nothing. */
    @Override
    public void close() {
      synchronized (Places.this) {
        if (held) {
          held = false;
          release(caller);
        }
      }
    }
  }

  /** Takes a place; empty: none is left for this caller. */
  synchronized Optional<Place> take(Caller caller) {
    if (strangers + operators >= total) {
      return Optional.empty();
    }
    if (caller.operator()) {
      operators++;
    } else if (strangers >= total - kept || taken.getOrDefault(caller.name(), 0) >= perCaller) {
      return Optional.empty();
    } else {
      strangers++;
      taken.merge(caller.name(), 1, Integer::sum);
    }
    return Optional.of(new Place(caller));
  }

  private void release(Caller caller) {
    if (caller.operator()) {
      operators--;
    } else {
      strangers--;
      taken.computeIfPresent(
          caller.name(), (name, count) -> count == 1 ? null : Integer.valueOf(count - 1));
    }
  }

  /** In words, for a refusal. */
  @Override
  public String toString() {
    return "%d at once, of which %d are for operators, and %d for one caller without a token"
        .formatted(total, kept, perCaller);
  }
}
