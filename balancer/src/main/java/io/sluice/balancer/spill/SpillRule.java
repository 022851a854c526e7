package io.sluice.balancer.spill;

import io.sluice.schemas.id.ZoneId;
import java.util.Optional;

/**
 * Home first, and only the excess elsewhere. A zone is over the limit when it has as many requests
 * under way per alive server as the limit says; a server that is full takes nothing at all.
 *
 * <ol>
 *   <li>The home zone, if a server of it can take the request and it is not over the limit.
 *   <li>Else the least loaded of the other zones for which the same holds.
 *   <li>Else, since the limit is a wish and an answer is more than a wish, the least loaded of all
 *       zones in which a server can take the request.
 * </ol>
 *
 * <p>Load is requests under way per alive server; of several zones with the same load, the home
 * zone comes first, then the one that comes first. Nothing is remembered from request to request,
 * so the home zone has its requests back as soon as it can take them.
 *
 * @param home the zone that is preferred; it need not be there
 * @param busyAt requests under way per alive server from which on a zone is over the limit, 0 to
 *     1,000,000; 0: it never is
 */
public record SpillRule(ZoneId home, int busyAt) {
  private static final int MAX = 1_000_000;

  /**
   * Validates the limit.
   *
   * @throws IllegalArgumentException if it is out of its range
   */
  public SpillRule {
    if (busyAt < 0 || busyAt > MAX) {
      throw new IllegalArgumentException(
          "requests per server %d: expected 0 to %d".formatted(busyAt, MAX));
    }
  }

  /** Where the request goes. */
  public Destination choose(Zones zones) {
    int at = homeIn(zones);
    if (at >= 0 && zones.open(at) > 0 && !busy(zones, at)) {
      return new Destination.Zone(at, Optional.empty());
    }
    int chosen = least(zones, at, true);
    if (chosen < 0) {
      chosen = least(zones, at, false);
    }
    if (chosen < 0) {
      return new Destination.Nowhere();
    }
    return new Destination.Zone(chosen, chosen == at ? Optional.empty() : Optional.of(why(zones)));
  }

  /** Why the home zone is passed over. */
  public Reason why(Zones zones) {
    int at = homeIn(zones);
    if (at < 0 || zones.alive(at) == 0) {
      return Reason.EMPTY;
    }
    if (zones.open(at) > 0) {
      return Reason.BUSY;
    }
    return zones.again() ? Reason.FAILED : Reason.FULL;
  }

  private int homeIn(Zones zones) {
    for (int index = 0; index < zones.size(); index++) {
      if (zones.zone(index).equals(home)) {
        return index;
      }
    }
    return -1;
  }

  private boolean busy(Zones zones, int index) {
    return busyAt > 0 && zones.inFlight(index) >= (long) busyAt * zones.alive(index);
  }

  private int least(Zones zones, int at, boolean withinLimit) {
    int least = at >= 0 && fits(zones, at, withinLimit) ? at : -1;
    for (int index = 0; index < zones.size(); index++) {
      boolean better = least < 0 || lessLoaded(zones, index, least);
      if (better && fits(zones, index, withinLimit)) {
        least = index;
      }
    }
    return least;
  }

  private boolean fits(Zones zones, int index, boolean withinLimit) {
    return zones.open(index) > 0 && !(withinLimit && busy(zones, index));
  }

  /** Compares fractions without dividing. */
  private static boolean lessLoaded(Zones zones, int one, int other) {
    return (long) zones.inFlight(one) * zones.alive(other)
        < (long) zones.inFlight(other) * zones.alive(one);
  }
}
