package io.sluice.provisioner;

import io.sluice.provisioner.outside.OutsideSource;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Templates;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

/**
 * A zone as a monitor is told of it. Policy and template hold until the journal knows the zone;
 * from then on the journal's do.
 *
 * @param zone its name
 * @param policy how it scales at first
 * @param template what its servers are made of at first
 * @param balancer where its balancer takes requests, {@code http://host:port}
 * @param balancerAdmin where its balancer takes orders, {@code http://host:port}
 * @param balancerCommand what the leader runs to start its balancer again when it is lost; empty:
 *     whoever runs the balancer sees to it
 * @param loads figures of it that the leader asks others for
 */
public record ZoneConfig(
    ZoneId zone,
    ZonePolicy policy,
    ServerTemplate template,
    URI balancer,
    URI balancerAdmin,
    List<String> balancerCommand,
    List<OutsideSource> loads) {
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  /** Copies the lists. */
  public ZoneConfig {
    balancerCommand = List.copyOf(balancerCommand);
    loads = List.copyOf(loads);
  }

  /**
   * Reads the keys {@code policy}, {@code template}, {@code balancer}, {@code balancerAdmin}, both
   * required, {@code balancerCommand}, one text that is split at blanks, and {@code loads}.
   */
  static ZoneConfig read(ZoneId zone, Section section) {
    return new ZoneConfig(
        zone,
        Policies.policy(section.section("policy")),
        Templates.read(section.section("template")),
        address(section, "balancer"),
        address(section, "balancerAdmin"),
        section.string("balancerCommand").stream()
            .flatMap(text -> Stream.of(text.strip().split("\\s+")))
            .filter(word -> !word.isEmpty())
            .toList(),
        OutsideSource.read(section));
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
