package io.sluice.provisioner;

import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether the topology's observations of the zones arrive. Each declared zone is observed every
 * second, with servers or without: where that ends, nothing decides on the zone, whatever else
 * looks well.
 */
final class ZonesHealth {
  /**
   * How old a zone's last observation may be: a follower's shares move within 3 s, and a broker
   * that was killed is back within 20.
   */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private ZonesHealth() {}

  /**
   * What is wrong, for people; empty: every zone was observed lately, or never yet.
   *
   * @param fleet the zones by the journal
   * @param now the time of the machine; observations have that of the servers' machines
   */
  static Optional<String> trouble(Fleet fleet, Instant now) {
    String unobserved =
        fleet.zones().values().stream()
            .filter(Zone::declared)
            .flatMap(zone -> zone.load().stream())
            .filter(observed -> observed.at().isBefore(now.minus(PATIENCE)))
            .map(observed ->
                "%s was last observed %d s ago"
                    .formatted(observed.zone(), Duration.between(observed.at(), now).toSeconds()))
            .collect(Collectors.joining(", "));
    return unobserved.isEmpty()
        ? Optional.empty()
        : Optional.of(unobserved + ": nothing is decided there");
  }
}
