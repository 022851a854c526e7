package io.sluice.balancer.admin;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.sluice.schemas.id.ZoneId;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of a zone that is served from here.
 *
 * @param zone its name
 * @param home whether requests go there first
 * @param membership from where its servers are known: nowhere, copy, topic or hand
 * @param kafka whether Kafka answered the last time it was asked about the zone
 * @param servers how many there are, by pool
 * @param traffic what was given to it
 */
public record ZoneStatus(
    ZoneId zone,
    boolean home,
    String membership,
    boolean kafka,
    Servers servers,
    @JsonUnwrapped Traffic traffic) {
  /** Servers by pool, as in {@link PoolsView}. */
  public record Servers(int alive, int ejected, int disconnected, int dead, int draining) {}

  /**
   * Requests given to the zone.
   *
   * @param inFlight how many are under way
   * @param requests how many went there first, since the start
   * @param spillOvers how many went there since the start though another zone is home, by reason
   */
  public record Traffic(long inFlight, long requests, SortedMap<String, Long> spillOvers) {
    /** Copies the map. */
    public Traffic {
      spillOvers = new TreeMap<>(spillOvers);
    }
  }
}
