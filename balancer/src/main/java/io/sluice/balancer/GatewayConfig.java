package io.sluice.balancer;

import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.balancer.pool.PoolThresholds;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.proxy.ProxyConfig;
import io.sluice.balancer.spill.SpillRule;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * All that a gateway process has to know.
 *
 * @param name how it calls itself in metrics and towards Kafka, a name like a zone's
 * @param spill its home zone, and when others take requests
 * @param zones which zones it serves; empty: all whose membership topic is in Kafka, those that
 *     come and go included
 * @param lookEvery how often Kafka is asked which zones there are, 100 ms to 1 h
 * @param traffic the data path
 * @param adminHost the address of the admin port
 * @param adminPort the admin port, 0 to 65535; 0 means any that is free
 * @param token the bearer token that orders need; empty: none
 * @param kafka where memberships come from
 * @param directory where copies of the memberships are kept, for itself alone; empty: nowhere
 * @param health how servers are judged
 * @param closeGrace for requests that are under way when it closes, 0 to 10 minutes
 * @param handOver whether and how a successor can take over
 */
public record GatewayConfig(
    ZoneId name,
    SpillRule spill,
    SortedSet<ZoneId> zones,
    Duration lookEvery,
    ProxyConfig traffic,
    String adminHost,
    int adminPort,
    Optional<String> token,
    KafkaAccess kafka,
    Optional<Path> directory,
    Health health,
    Duration closeGrace,
    HandOverConfig handOver) {
  /** What it is called if nobody says. */
  public static final ZoneId NAME_DEFAULT = new ZoneId("gateway");

  /** Room for the bursts of a page with its pictures, little enough that nobody waits long. */
  public static final int BUSY_AT_DEFAULT = 64;

  /** Between two questions which zones there are. */
  public static final Duration LOOK_EVERY_DEFAULT = Duration.ofSeconds(5);

  /** The well-known port for traffic. */
  public static final int TRAFFIC_PORT_DEFAULT = 3000;

  /** The port for orders, beside those of the balancers. */
  public static final int ADMIN_PORT_DEFAULT = 5049;

  /**
   * Like a balancer's, but no server is given up for good: that is for its zone's balancer to say,
   * and what the gateway can't reach it may reach later.
   */
  public static final PoolTimings TIMINGS_DEFAULT =
      new PoolTimings(
          PoolTimings.DEFAULT.aliveEvery(),
          PoolTimings.DEFAULT.aliveEvery(),
          0,
          PoolTimings.DEFAULT.confirmAfter(),
          PoolTimings.DEFAULT.reportEvery());

  /**
   * How servers are judged.
   *
   * @param timings when they are checked
   * @param thresholds how much it takes to take one out
   * @param check how they are asked
   */
  public record Health(PoolTimings timings, PoolThresholds thresholds, HealthCheck check) {
    /** The defaults. */
    public static final Health DEFAULT =
        new Health(TIMINGS_DEFAULT, PoolThresholds.DEFAULT, HealthCheck.DEFAULT);
  }

  /**
   * Validates what belongs together.
   *
   * @throws IllegalArgumentException if values contradict each other or are out of range
   */
  public GatewayConfig {
    zones = new TreeSet<>(zones);
    if (adminPort < 0 || adminPort > 65_535) {
      throw new IllegalArgumentException("admin port %d: expected 0 to 65535".formatted(adminPort));
    }
    if (adminPort != 0
        && traffic.endpoints().stream().anyMatch(endpoint -> endpoint.port() == adminPort)) {
      throw new IllegalArgumentException(
          "port %d: named for traffic and admin, expected two".formatted(adminPort));
    }
    if (health.timings().retriesMax() != 0) {
      throw new IllegalArgumentException(
          "retries of a gateway %d: expected 0, since servers are given up by their zone's balancer"
              .formatted(health.timings().retriesMax()));
    }
    if (!zones.isEmpty() && !zones.contains(spill.home())) {
      throw new IllegalArgumentException(
          "home zone %s: not among the zones, expected one of %s".formatted(spill.home(), zones));
    }
  }

  /** What can't change while it runs. */
  static final List<Reloading.Part<GatewayConfig>> FIXED =
      List.of(
          new Reloading.Part<>("name", GatewayConfig::name),
          new Reloading.Part<>("home", config -> config.spill().home()),
          new Reloading.Part<>("busyAt", config -> config.spill().busyAt()),
          new Reloading.Part<>("zones", GatewayConfig::zones),
          new Reloading.Part<>("lookEvery", GatewayConfig::lookEvery),
          new Reloading.Part<>("kafka", GatewayConfig::kafka),
          new Reloading.Part<>("directory", GatewayConfig::directory),
          new Reloading.Part<>("admin.host", GatewayConfig::adminHost),
          new Reloading.Part<>("admin.port", GatewayConfig::adminPort),
          new Reloading.Part<>("handOver.socket", config -> config.handOver().socket()),
          new Reloading.Part<>("traffic.loops", config -> config.traffic().loops()),
          new Reloading.Part<>("traffic.transport", config -> config.traffic().transport()));

  /** The defaults for a gateway of all zones. */
  public static GatewayConfig of(SpillRule spill, KafkaAccess kafka) {
    return new GatewayConfig(
        NAME_DEFAULT,
        spill,
        new TreeSet<>(),
        LOOK_EVERY_DEFAULT,
        trafficDefault(),
        BalancerConfig.HOST_DEFAULT,
        ADMIN_PORT_DEFAULT,
        Optional.empty(),
        kafka,
        Optional.empty(),
        Health.DEFAULT,
        BalancerConfig.CLOSE_GRACE_DEFAULT,
        HandOverConfig.NONE);
  }

  /** The data path's defaults: a balancer's on the gateway's port. */
  public static ProxyConfig trafficDefault() {
    return BalancerConfig.trafficDefault().withPort(TRAFFIC_PORT_DEFAULT);
  }

  FrontConfig front() {
    return new FrontConfig(traffic, adminHost, adminPort, token, closeGrace, handOver);
  }

  /** The same with this token, this directory and this judgement of servers, on these ports. */
  public GatewayConfig with(
      int trafficPort, int adminPort, String token, Path directory, Health health) {
    return new GatewayConfig(
        name,
        spill,
        zones,
        lookEvery,
        traffic.withPort(trafficPort),
        adminHost,
        adminPort,
        Optional.of(token),
        kafka,
        Optional.of(directory),
        health,
        closeGrace,
        handOver);
  }

  /** The same, which a successor can take over from. */
  public GatewayConfig withHandOver(HandOverConfig handOver) {
    return new GatewayConfig(
        name,
        spill,
        zones,
        lookEvery,
        traffic,
        adminHost,
        adminPort,
        token,
        kafka,
        directory,
        health,
        closeGrace,
        handOver);
  }
}
