package io.sluice.provisioner.plan;

import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What holds for one term in office.
 *
 * @param epoch the term
 * @param zones the zones of its configuration, whose servers this monitor can run
 * @param takesRequested whether its fleet can run zones, too, that were declared by request and
 *     stand in no configuration
 * @param environment environment variables that every server gets
 * @param stopGrace how long a server may take to end by itself once it is stopped
 * @param listInterval how often the fleet is listed and compared with the journal
 */
public record TermSettings(
    Epoch epoch,
    Set<ZoneId> zones,
    boolean takesRequested,
    SortedMap<String, String> environment,
    Duration stopGrace,
    Duration listInterval) {
  /** How long the remains of a dead server wait for the command to remove them. */
  public static final Duration REMAINS_WAIT = Duration.ofSeconds(10);

  /** How long after the first sight a server that the journal does not know is looked at again. */
  public static final Duration SECOND_LOOK = Duration.ofSeconds(2);

  /**
   * How long a server that a listing shows to have ended waits for word of how it did: a listing
   * may be faster than what the fleet tells of an end, or asks its engine for. Its end is noticed
   * later by no more than this.
   */
  public static final Duration END_WORD_MAX = Duration.ofSeconds(1);

  /** How long after a server's end the whole fleet is listed. */
  public static final Duration LOOK_AFTER_EXIT = Duration.ofSeconds(1);

  /** How many attempts to stop a server may fail before its zone is said to be in trouble. */
  public static final int STOP_ATTEMPTS_QUIET = 2;

  /** How long anything is waited for, whatever a template says: moments are counted in 64 bits. */
  public static final Duration WAIT_MAX = Duration.ofDays(30);

  /** How long after the first failed attempt a server is stopped again; doubles each time. */
  public static final Duration STOP_RETRY_MIN = Duration.ofSeconds(1);

  /** The longest pause between two attempts to stop a server. */
  public static final Duration STOP_RETRY_MAX = Duration.ofMinutes(2);

  /** Copies the collections. */
  public TermSettings {
    zones = Set.copyOf(zones);
    environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
  }

  /** Terms with the default times. */
  public static TermSettings of(Epoch epoch, Set<ZoneId> zones, Map<String, String> environment) {
    return new TermSettings(
        epoch,
        zones,
        true,
        new TreeMap<>(environment),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30));
  }

  /** Whether this monitor can run the zone's servers; one that can't leaves them alone. */
  public boolean runs(Zone zone) {
    return zones.contains(zone.id()) || (takesRequested && zone.life().requested());
  }
}
