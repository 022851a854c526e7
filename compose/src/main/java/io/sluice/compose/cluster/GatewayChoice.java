package io.sluice.compose.cluster;

import io.sluice.balancer.GatewayConfig;
import io.sluice.balancer.spill.SpillRule;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.util.Map;
import java.util.Optional;

/**
 * How the gateway of an embedded cluster spreads requests.
 *
 * @param home the zone that is preferred; empty: the first one
 * @param busyAt requests under way per alive server from which on a zone is over the limit, 0 to
 *     1,000,000; 0: it never is
 */
public record GatewayChoice(Optional<ZoneId> home, int busyAt) {
  private static final int BUSY_AT_MAX = 1_000_000;

  static GatewayChoice read(Section section) {
    return new GatewayChoice(
        section.value("home", ZoneId::new),
        section.integer("busyAt", GatewayConfig.BUSY_AT_DEFAULT, 0, BUSY_AT_MAX));
  }

  /** The rule that follows, where this is the first zone. */
  SpillRule rule(ZoneId first) {
    return new SpillRule(home.orElse(first), busyAt);
  }

  Map<String, Object> describe(ZoneId first) {
    return Map.of("home", home.orElse(first).value(), "busyAt", busyAt);
  }
}
