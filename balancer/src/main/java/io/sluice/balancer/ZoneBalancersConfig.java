package io.sluice.balancer;

import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.util.Set;

/**
 * All that a process has to know that serves zones as they come and go, each at a port of its own.
 *
 * @param each what holds for every zone; its zone and its ports are nobody's
 * @param kafka where zones, their members and facts are
 * @param ports where requests are taken
 * @param adminPorts where orders are taken, as many as {@code ports}
 * @param advertised the host under which monitors and clients reach it
 * @param except zones that have a balancer of their own
 * @param lookEvery how often it is looked which zones there are, 100 ms to 1 min
 */
public record ZoneBalancersConfig(
    BalancerConfig each,
    KafkaAccess kafka,
    PortRange ports,
    PortRange adminPorts,
    String advertised,
    Set<ZoneId> except,
    Duration lookEvery) {
  /** Three looks in vain let a zone go, so that a broker that has just started may miss one. */
  public static final Duration LOOK_DEFAULT = Duration.ofSeconds(1);

  static final Duration LOOK_MIN = Duration.ofMillis(100);
  static final Duration LOOK_MAX = Duration.ofMinutes(1);

  /**
   * Validates what belongs together.
   *
   * @throws IllegalArgumentException if values contradict each other or are out of range
   */
  public ZoneBalancersConfig {
    except = Set.copyOf(except);
    if (ports.size() != adminPorts.size() || ports.overlaps(adminPorts)) {
      throw new IllegalArgumentException(
          "ports %s and adminPorts %s: expected as many of each, and none of both"
              .formatted(ports, adminPorts));
    }
    if (each.staticServers() || each.handOver().socket().isPresent()) {
      throw new IllegalArgumentException(
          "static servers, or a hand-over, of zones that come and go: expected neither");
    }
    if (lookEvery.compareTo(LOOK_MIN) < 0 || lookEvery.compareTo(LOOK_MAX) > 0) {
      throw new IllegalArgumentException(
          "lookEvery %s: expected %s to %s".formatted(lookEvery, LOOK_MIN, LOOK_MAX));
    }
  }

  /** The configuration of one zone's balancer, at a port of the range. */
  BalancerConfig of(ZoneId zone, int port) {
    return each.withZone(zone).withPorts(port, adminPorts.first() + port - ports.first());
  }

  /** What holds for every zone by default. */
  public static BalancerConfig each(KafkaAccess kafka) {
    return BalancerConfig.following(new ZoneId("any"), kafka);
  }
}
