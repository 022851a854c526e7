package io.sluice.balancer;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;

import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.balancer.proxy.ProxyConfig;
import io.sluice.balancer.spill.SpillRule;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads a {@link GatewayConfig} from a configuration tree:
 *
 * <pre>
 *   home            the zone that is preferred; required
 *   name            default gateway
 *   zones           names, separated by commas; default all that there are
 *   lookEvery       100 ms to 1 h, default 5s
 *   busyAt          0 to 1,000,000, default 64
 *   directory       for copies of the memberships; default none
 *   closeGrace, handOver, kafka, admin, traffic, pools
 *                   as a balancer's, see {@link BalancerSettings}; kafka is required, the ports
 *                   are 3000 and 5049, and pools.retriesMax is always 0
 * </pre>
 */
public final class GatewaySettings {
  private GatewaySettings() {}

  /**
   * The configuration in the tree. Problems are noted in it; the caller ends the reading.
   *
   * @return empty if the problems leave nothing that could be used
   */
  public static Optional<GatewayConfig> read(Section root) {
    Optional<ZoneId> home = home(root);
    ZoneId name = root.value("name", ZoneId::new).orElse(GatewayConfig.NAME_DEFAULT);
    int busyAt = root.integer("busyAt", GatewayConfig.BUSY_AT_DEFAULT, 0, 1_000_000);
    SortedSet<ZoneId> zones = root.value("zones", GatewaySettings::zones).orElseGet(TreeSet::new);
    Duration lookEvery =
        root.duration("lookEvery", GatewayConfig.LOOK_EVERY_DEFAULT, ofMillis(100), ofHours(1));
    Optional<Path> directory = root.value("directory", Path::of);
    Duration closeGrace = BalancerSettings.closeGrace(root);
    HandOverConfig handOver = HandOverSettings.read(root.section("handOver"));
    Optional<KafkaAccess> kafka = kafka(root);
    Section admin = root.section("admin");
    String adminHost = admin.string("host", BalancerConfig.HOST_DEFAULT);
    int adminPort = admin.integer("port", GatewayConfig.ADMIN_PORT_DEFAULT, 0, 65_535);
    Optional<String> token = admin.token("token");
    ProxyConfig traffic =
        BalancerSettings.traffic(root.section("traffic"), GatewayConfig.trafficDefault());
    GatewayConfig.Health health = health(root.section("pools"));
    if (!root.problems().isEmpty() || home.isEmpty() || kafka.isEmpty()) {
      return Optional.empty();
    }
    return BalancerSettings.consistent(
        root,
        "(gateway)",
        () ->
            new GatewayConfig(
                name,
                new SpillRule(home.get(), busyAt),
                zones,
                lookEvery,
                traffic,
                adminHost,
                adminPort,
                token,
                kafka.get(),
                directory,
                health,
                closeGrace,
                handOver));
  }

  private static Optional<ZoneId> home(Section root) {
    if (!root.has("home")) {
      root.note("home", "missing", "the name of the zone that is preferred");
    }
    return root.value("home", ZoneId::new);
  }

  private static Optional<KafkaAccess> kafka(Section root) {
    Optional<KafkaAccess> kafka = BalancerSettings.kafka(root.section("kafka"));
    if (kafka.isEmpty()) {
      root.note("kafka.bootstrap", "missing", "host:port");
    }
    return kafka;
  }

  private static SortedSet<ZoneId> zones(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .map(ZoneId::new)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static GatewayConfig.Health health(Section pools) {
    return new GatewayConfig.Health(
        BalancerSettings.timings(pools, GatewayConfig.TIMINGS_DEFAULT),
        BalancerSettings.thresholds(pools),
        BalancerSettings.check(pools));
  }
}
