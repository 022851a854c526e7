package io.sluice.balancer;

import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a {@link ZoneBalancersConfig} from a configuration tree: the keys of {@link
 * BalancerSettings}, which hold for every zone, and in the place of {@code zone}, {@code
 * traffic.port} and {@code admin.port}
 *
 * <pre>
 *   zones           ports, adminPorts (first-last; both required), advertise (host; default that of
 *                   traffic), except (zones with a balancer of their own, by commas),
 *                   lookEvery (100ms to 1m, default 1s)
 * </pre>
 */
public final class ZoneBalancersSettings {
  private static final ZoneId ANY = new ZoneId("any");
  private static final PortRange NONE = new PortRange(1, 1);

  private ZoneBalancersSettings() {}

  /** Whether a tree is of a process that serves zones as they come and go. */
  public static boolean areIn(Section root) {
    return root.has("zones");
  }

  /**
   * The configuration in the tree. Problems are noted in it; the caller ends the reading.
   *
   * @return empty if the problems leave nothing that could be used
   */
  public static Optional<ZoneBalancersConfig> read(Section root) {
    Section zones = root.section("zones");
    PortRange ports = ports(zones, "ports");
    PortRange adminPorts = ports(zones, "adminPorts");
    Optional<String> advertised = zones.value("advertise", ZoneBalancersSettings::host);
    Set<ZoneId> except = zones.value("except", ZoneBalancersSettings::names).orElse(Set.of());
    Duration lookEvery =
        zones.duration(
            "lookEvery",
            ZoneBalancersConfig.LOOK_DEFAULT,
            ZoneBalancersConfig.LOOK_MIN,
            ZoneBalancersConfig.LOOK_MAX);
    for (String part : List.of("traffic", "admin")) {
      if (root.section(part).has("port")) {
        root.section(part).note("port", "given", "zones.ports and zones.adminPorts alone");
      }
    }
    if (root.has("zone")) {
      root.note("zone", "given", "either zone or zones");
    }
    Optional<BalancerConfig> each = BalancerSettings.read(root, Optional.of(ANY));
    if (each.isPresent() && each.get().kafka().isEmpty()) {
      root.note("kafka", "missing", "where the zones, their members and facts are");
    }
    if (!root.problems().isEmpty() || each.isEmpty()) {
      return Optional.empty();
    }
    return BalancerSettings.consistent(
        root,
        "(zones)",
        () ->
            new ZoneBalancersConfig(
                each.get(),
                each.get().kafka().orElseThrow(),
                ports,
                adminPorts,
                advertised.orElse(each.get().traffic().host()),
                except,
                lookEvery));
  }

  private static PortRange ports(Section zones, String key) {
    if (!zones.has(key)) {
      zones.note(key, "missing", "two ports, such as 9000-9099");
    }
    return zones.value(key, PortRange::parse).orElse(NONE);
  }

  private static String host(String text) {
    if (!text.matches("[A-Za-z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}]")) {
      throw new IllegalArgumentException(
          "host '%s': expected a name, or an address, an IPv6 one in brackets".formatted(text));
    }
    return text;
  }

  private static Set<ZoneId> names(String text) {
    return Stream.of(text.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(ZoneId::new)
        .collect(Collectors.toSet());
  }
}
