package io.sluice.balancer.proxy;

import io.sluice.balancer.pick.Pick;
import io.sluice.schemas.id.ZoneId;
import java.util.List;

/** The servers of one zone as one loop sees them; made anew whenever they change. */
final class ZoneSlots {
  private final ZoneId zone;
  private final ServerSlot[] alive;
  private final ServerSlot[] lastResort;
  private final Pick pick;
  private final ZoneTally tally;

  /**
   * The servers of a zone.
   *
   * @param alive those that take requests
   * @param lastResort those that are asked when nobody alive is left
   * @param pick chooses among them
   * @param tally what is counted of the zone
   */
  ZoneSlots(
      ZoneId zone,
      List<ServerSlot> alive,
      List<ServerSlot> lastResort,
      Pick pick,
      ZoneTally tally) {
    this.zone = zone;
    this.alive = alive.toArray(ServerSlot[]::new);
    this.lastResort = lastResort.toArray(ServerSlot[]::new);
    this.pick = pick;
    this.tally = tally;
  }

  ZoneId zone() {
    return zone;
  }

  /** Not to be changed. */
  ServerSlot[] alive() {
    return alive;
  }

  /** Not to be changed. */
  ServerSlot[] lastResort() {
    return lastResort;
  }

  Pick pick() {
    return pick;
  }

  ZoneTally tally() {
    return tally;
  }
}
