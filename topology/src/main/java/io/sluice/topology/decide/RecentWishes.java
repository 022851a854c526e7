package io.sluice.topology.decide;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.sluice.schemas.event.FleetEvent.RequestsWaiting;
import io.sluice.schemas.policy.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The wishes of the last while, as far as the largest or smallest of a window can still come from
 * them: a wish that a later one exceeds can never again be the largest, so that it is dropped. Each
 * list is no longer than the policy's limits are apart.
 *
 * @param largest wishes in the order of time, each smaller than the one before
 * @param smallest wishes in the order of time, each larger than the one before
 * @param waited when requests last waited for servers that all had as many as they may
 */
public record RecentWishes(
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Wished> largest,
    @JsonSetter(nulls = Nulls.AS_EMPTY) List<Wished> smallest,
    Optional<Instant> waited) {
  /** No wish yet. */
  public static final RecentWishes NONE = new RecentWishes(List.of(), List.of(), Optional.empty());

  /** Makes the lists unmodifiable. */
  public RecentWishes {
    largest = List.copyOf(largest);
    smallest = List.copyOf(smallest);
  }

  /**
   * A wish and when it was last wished for.
   *
   * @param at broker's time
   * @param servers the wished number, within the policy's limits
   */
  public record Wished(Instant at, int servers) {}

  /** A number that was set rather than wished for: what was wished before does not count now. */
  RecentWishes startingAt(Instant time, int servers) {
    List<Wished> only = List.of(new Wished(time, servers));
    return new RecentWishes(only, only, waited);
  }

  /** After requests waited at this time, for whatever. */
  RecentWishes after(RequestsWaiting fact, Instant time) {
    return fact.servers().isPresent()
        ? new RecentWishes(largest, smallest, Optional.of(time))
        : this;
  }

  RecentWishes with(Instant time, int servers, Limits limits) {
    return new RecentWishes(
        next(largest, time, servers, limits.stabilisationIn(), true),
        next(smallest, time, servers, limits.stabilisationOut(), false),
        waited);
  }

  /** The largest wish of the window, to be asked after one was added. */
  int max() {
    return largest.getFirst().servers();
  }

  /** The smallest wish of the window, to be asked after one was added. */
  int min() {
    return smallest.getFirst().servers();
  }

  /** Adds a wish at the end; drops those before it that it outdoes, and those that are too old. */
  private static List<Wished> next(
      List<Wished> before, Instant time, int servers, Duration window, boolean largest) {
    if (before.isEmpty() || window.isZero()) {
      return List.of(new Wished(time, servers));
    }
    List<Wished> next = new ArrayList<>(before.size() + 1);
    for (int i = 0; i < before.size(); i++) {
      Wished wished = before.get(i);
      boolean outdone = largest ? servers >= wished.servers() : servers <= wished.servers();
      if (!outdone && wished.at().plus(window).isAfter(time)) {
        next.add(wished);
      }
    }
    next.add(new Wished(time, servers));
    return next;
  }
}
