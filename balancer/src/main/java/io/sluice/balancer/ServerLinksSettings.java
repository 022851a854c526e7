package io.sluice.balancer;

import io.sluice.balancer.proxy.ProxyHeaders;
import io.sluice.balancer.proxy.ProxyTimeouts;
import io.sluice.balancer.proxy.ServerLinks;
import io.sluice.balancer.proxy.ZoneTerms;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads how servers are spoken to, and what is different for those of single zones. */
final class ServerLinksSettings {
  private ServerLinksSettings() {}

  /**
   * Reads {@code servers} and {@code zones} of the traffic's section.
   *
   * @param all what holds where a zone says nothing else
   */
  static ServerLinks read(Section traffic, ZoneTerms all) {
    Section servers = traffic.section("servers");
    return new ServerLinks(
        servers.value("authorities", Path::of),
        servers.value(
            "name",
            name ->
                new ServerLinks(Optional.empty(), Optional.of(name)).serverName().orElseThrow()),
        servers.choice("proxyProtocol", ProxyHeaders.NONE),
        zones(traffic.section("zones"), all));
  }

  private static Map<ZoneId, ZoneTerms> zones(Section section, ZoneTerms all) {
    Map<ZoneId, ZoneTerms> zones = new TreeMap<>();
    section
        .entries()
        .forEach((name, zone) -> {
          ZoneTerms terms =
              new ZoneTerms(
                  timeouts(zone.section("timeouts"), all.timeouts()),
                  retry(zone.section("retry"), all.retry()));
          try {
            zones.put(new ZoneId(name), terms);
          } catch (IllegalArgumentException malformed) {
            section.note(name, "no name of a zone", "a name such as zone1");
          }
        });
    return zones;
  }

  /** Those of servers; those of clients are the same for all zones. */
  private static ProxyTimeouts timeouts(Section section, ProxyTimeouts all) {
    return all.withServers(
        BalancerSettings.timeout(section, "bodyIdle", all.bodyIdle()),
        BalancerSettings.timeout(section, "responseHead", all.responseHead()),
        BalancerSettings.timeout(section, "tunnelIdle", all.tunnelIdle()),
        section.duration("tryHead", all.tryHead(), Duration.ZERO, BalancerSettings.LONGEST),
        BalancerSettings.timeout(section, "streamIdle", all.streamIdle()));
  }

  static RetryRule retry(Section retry, RetryRule byDefault) {
    return new RetryRule(
        retry.integer("triesPerServerMax", byDefault.triesPerServerMax(), 1, 10),
        retry.integer("otherServersMax", byDefault.otherServersMax(), 0, 10),
        retry.value("statuses", BalancerSettings::statuses).orElse(byDefault.statuses()));
  }
}
