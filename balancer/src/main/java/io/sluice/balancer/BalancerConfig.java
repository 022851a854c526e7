package io.sluice.balancer;

import io.sluice.balancer.handover.HandOverConfig;
import io.sluice.balancer.http.HeadLimits;
import io.sluice.balancer.http.HopRules;
import io.sluice.balancer.pool.PoolThresholds;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.balancer.proxy.Balancing;
import io.sluice.balancer.proxy.ClientLimits;
import io.sluice.balancer.proxy.ListenerConfig;
import io.sluice.balancer.proxy.ProxyConfig;
import io.sluice.balancer.proxy.ProxyHeaders;
import io.sluice.balancer.proxy.ProxyTimeouts;
import io.sluice.balancer.proxy.Transport;
import io.sluice.balancer.retry.RetryBudgetLimits;
import io.sluice.balancer.retry.RetryRule;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All that a balancer process has to know.
 *
 * @param zone the zone whose servers it serves
 * @param traffic the data path
 * @param adminHost the address of the admin port
 * @param adminPort the admin port, 0 to 65535; 0 means any that is free
 * @param token the bearer token that orders need, and that reports to the monitor carry; empty:
 *     none
 * @param kafka where membership comes from and facts go to; empty: a balancer by itself
 * @param staticServers whether servers are given by hand instead of by the membership topic
 * @param servers the servers of a static balancer at its start
 * @param directory where a copy of the membership is kept; empty: nowhere
 * @param pools when servers are checked and given up
 * @param thresholds how much it takes to take a server out, and to let it in again
 * @param check how servers are asked whether they are well
 * @param closeGrace for requests that are under way when the balancer closes, 0 to 10 minutes
 * @param handOver whether and how a successor can take over
 */
public record BalancerConfig(
    ZoneId zone,
    ProxyConfig traffic,
    String adminHost,
    int adminPort,
    Optional<String> token,
    Optional<KafkaAccess> kafka,
    boolean staticServers,
    List<URI> servers,
    Optional<Path> directory,
    PoolTimings pools,
    PoolThresholds thresholds,
    HealthCheck check,
    Duration closeGrace,
    HandOverConfig handOver) {
  /** What can't change while it runs. */
  static final List<Reloading.Part<BalancerConfig>> FIXED =
      List.of(
          new Reloading.Part<>("zone", BalancerConfig::zone),
          new Reloading.Part<>("static", BalancerConfig::staticServers),
          new Reloading.Part<>("kafka", BalancerConfig::kafka),
          new Reloading.Part<>("directory", BalancerConfig::directory),
          new Reloading.Part<>("admin.host", BalancerConfig::adminHost),
          new Reloading.Part<>("admin.port", BalancerConfig::adminPort),
          new Reloading.Part<>("handOver.socket", config -> config.handOver().socket()),
          new Reloading.Part<>("traffic.loops", config -> config.traffic().loops()),
          new Reloading.Part<>("traffic.transport", config -> config.traffic().transport()));

  /** Loopback: what is to be reached from elsewhere is opened on purpose. */
  public static final String HOST_DEFAULT = "127.0.0.1";

  /** The seed's port for traffic. */
  public static final int TRAFFIC_PORT_DEFAULT = 3030;

  /** The seed's port for orders. */
  public static final int ADMIN_PORT_DEFAULT = 5050;

  /** 5 s. */
  public static final Duration CLOSE_GRACE_DEFAULT = Duration.ofSeconds(5);

  /**
   * Validates what belongs together.
   *
   * @throws IllegalArgumentException if values contradict each other or are out of range
   */
  public BalancerConfig {
    servers = List.copyOf(servers);
    if (adminPort < 0 || adminPort > 65_535) {
      throw new IllegalArgumentException("admin port %d: expected 0 to 65535".formatted(adminPort));
    }
    if (adminPort != 0
        && traffic.endpoints().stream().anyMatch(endpoint -> endpoint.port() == adminPort)) {
      throw new IllegalArgumentException(
          "port %d: named for traffic and admin, expected two".formatted(adminPort));
    }
    if (!staticServers && kafka.isEmpty()) {
      throw new IllegalArgumentException(
          "balancer of %s: neither kafka nor static, expected one of them".formatted(zone));
    }
    if (!staticServers && !servers.isEmpty()) {
      throw new IllegalArgumentException("servers %s: expected static: true".formatted(servers));
    }
    if (traffic.servers().proxyHeaders() != ProxyHeaders.NONE
        && servers.stream().anyMatch(server -> "https".equals(server.getScheme()))) {
      throw new IllegalArgumentException(
          "servers %s: headers of the PROXY protocol for one over TLS, expected http or h2c"
              .formatted(servers));
    }
  }

  /** The defaults for a balancer of this zone that takes its servers by hand. */
  public static BalancerConfig standalone(ZoneId zone) {
    return new BalancerConfig(
        zone,
        trafficDefault(),
        HOST_DEFAULT,
        ADMIN_PORT_DEFAULT,
        Optional.empty(),
        Optional.empty(),
        true,
        List.of(),
        Optional.empty(),
        PoolTimings.DEFAULT,
        PoolThresholds.DEFAULT,
        HealthCheck.DEFAULT,
        CLOSE_GRACE_DEFAULT,
        HandOverConfig.NONE);
  }

  /** The defaults for a balancer of this zone that follows its membership topic. */
  public static BalancerConfig following(ZoneId zone, KafkaAccess kafka) {
    return new BalancerConfig(
        zone,
        trafficDefault(),
        HOST_DEFAULT,
        ADMIN_PORT_DEFAULT,
        Optional.empty(),
        Optional.of(kafka),
        false,
        List.of(),
        Optional.empty(),
        PoolTimings.DEFAULT,
        PoolThresholds.DEFAULT,
        HealthCheck.DEFAULT,
        CLOSE_GRACE_DEFAULT,
        HandOverConfig.NONE);
  }

  /** By what its servers are judged. */
  static List<Object> judging(BalancerConfig config) {
    return List.of(config.pools(), config.thresholds(), config.check());
  }

  FrontConfig front() {
    return new FrontConfig(traffic, adminHost, adminPort, token, closeGrace, handOver);
  }

  /** The data path's defaults: one loop per processor. */
  public static ProxyConfig trafficDefault() {
    return new ProxyConfig(
        HOST_DEFAULT,
        TRAFFIC_PORT_DEFAULT,
        Runtime.getRuntime().availableProcessors(),
        Transport.AUTO,
        ListenerConfig.DEFAULT,
        HeadLimits.DEFAULT,
        ClientLimits.DEFAULT,
        Balancing.DEFAULT,
        ProxyTimeouts.DEFAULT,
        RetryRule.DEFAULT,
        RetryBudgetLimits.DEFAULT,
        ProxyConfig.REPLAY_MAX_BYTES_DEFAULT,
        ProxyConfig.IDLE_PER_SERVER_MAX_DEFAULT,
        HopRules.DEFAULT);
  }

  /** The same for another zone. */
  public BalancerConfig withZone(ZoneId other) {
    return new BalancerConfig(
        other,
        traffic,
        adminHost,
        adminPort,
        token,
        kafka,
        staticServers,
        servers,
        directory,
        pools,
        thresholds,
        check,
        closeGrace,
        handOver);
  }

  /** The same with these ports. */
  public BalancerConfig withPorts(int trafficPort, int adminPort) {
    return new BalancerConfig(
        zone,
        traffic.withPort(trafficPort),
        adminHost,
        adminPort,
        token,
        kafka,
        staticServers,
        servers,
        directory,
        pools,
        thresholds,
        check,
        closeGrace,
        handOver);
  }

  /** The same with this data path. */
  public BalancerConfig withTraffic(ProxyConfig traffic) {
    return new BalancerConfig(
        zone,
        traffic,
        adminHost,
        adminPort,
        token,
        kafka,
        staticServers,
        servers,
        directory,
        pools,
        thresholds,
        check,
        closeGrace,
        handOver);
  }

  /** The same with this token. */
  public BalancerConfig withToken(String token) {
    return new BalancerConfig(
        zone,
        traffic,
        adminHost,
        adminPort,
        Optional.of(token),
        kafka,
        staticServers,
        servers,
        directory,
        pools,
        thresholds,
        check,
        closeGrace,
        handOver);
  }

  /** The same with a copy of the membership in this directory. */
  public BalancerConfig withDirectory(Path directory) {
    return new BalancerConfig(
        zone,
        traffic,
        adminHost,
        adminPort,
        token,
        kafka,
        staticServers,
        servers,
        Optional.of(directory),
        pools,
        thresholds,
        check,
        closeGrace,
        handOver);
  }

  /** The same with these timings of the pools. */
  public BalancerConfig withPools(PoolTimings pools) {
    return new BalancerConfig(
        zone,
        traffic,
        adminHost,
        adminPort,
        token,
        kafka,
        staticServers,
        servers,
        directory,
        pools,
        thresholds,
        check,
        closeGrace,
        handOver);
  }

  /** The same with these servers from the start; for a static balancer. */
  public BalancerConfig withServers(List<URI> servers) {
    return new BalancerConfig(
        zone,
        traffic,
        adminHost,
        adminPort,
        token,
        kafka,
        staticServers,
        servers,
        directory,
        pools,
        thresholds,
        check,
        closeGrace,
        handOver);
  }
}
