package io.sluice.provisioner;

import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;

/**
 * A zone as a monitor is told of it. Policy and template hold until the journal knows the zone;
 * from then on the journal's do.
 *
 * @param zone its name
 * @param policy how it scales at first
 * @param template what its servers are made of at first
 * @param balancer where its balancer takes requests, {@code http://host:port}
 * @param balancerAdmin where its balancer takes orders, {@code http://host:port}
 */
public record ZoneConfig(
    ZoneId zone, ZonePolicy policy, ServerTemplate template, URI balancer, URI balancerAdmin) {
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  /**
   * Reads the keys {@code policy}, {@code template}, {@code balancer} and {@code balancerAdmin};
   * the last two are required.
   */
  static ZoneConfig read(ZoneId zone, Section section) {
    return new ZoneConfig(
        zone,
        Policies.policy(section.section("policy")),
        Policies.template(section.section("template")),
        address(section, "balancer"),
        address(section, "balancerAdmin"));
  }

  private static URI address(Section section, String key) {
    if (!section.has(key)) {
      section.note(key, "missing", "http://host:port");
      // So that the key counts as known.
      return section.value(key, URI::create).orElse(NOWHERE);
    }
    return section
        .value(key, text -> Addresses.requireHostAndPort(URI.create(text), "balancer"))
        .orElse(NOWHERE);
  }
}
