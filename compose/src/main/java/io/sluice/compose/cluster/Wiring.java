package io.sluice.compose.cluster;

import io.sluice.app.AppMain;
import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.KafkaAccess;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.provisioner.MonitorConfig;
import io.sluice.provisioner.MonitorTimings;
import io.sluice.provisioner.ZoneConfig;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.schemas.id.MonitorId;
import io.sluice.topology.TopologyConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configurations of a cluster's parts, as they follow from that of the cluster.
 *
 * @param config the cluster's
 * @param data where its data lives
 * @param token the bearer token of calls that change something
 */
record Wiring(ClusterConfig config, Path data, String token) {
  private static final MonitorId MONITOR = new MonitorId(1);
  private static final String SERVER_CACHE = "server.aot";

  /** Where Kafka listens, {@code host:port}. */
  String bootstrap() {
    return config.host() + ":" + config.ports().kafka();
  }

  /** Where Redis listens. */
  URI redis() {
    return URI.create("redis://%s:%d".formatted(config.host(), config.ports().redis()));
  }

  /** Where the monitor answers. */
  URI monitorUrl() {
    return http(config.ports().monitor(MONITOR.value()));
  }

  /** Where the balancer of a zone takes requests, by the zone's index. */
  URI balancerAddress(int index) {
    return http(config.ports().balancer(index));
  }

  TopologyConfig topology() {
    TopologyConfig byDefault =
        TopologyConfig.of(bootstrap(), config.partitions(), data.resolve("streams"));
    return new TopologyConfig(
        byDefault.bootstrap(),
        byDefault.applicationId(),
        byDefault.partitions(),
        byDefault.replication(),
        byDefault.threads(),
        config.commitInterval(),
        byDefault.stateDirectory(),
        byDefault.groupProtocol(),
        byDefault.sessionTimeout(),
        byDefault.kafka());
  }

  BalancerConfig balancer(int index) {
    ClusterConfig.ZoneConfig zone = config.zones().get(index);
    BalancerConfig byDefault = BalancerConfig.following(zone.id(), KafkaAccess.at(bootstrap()));
    PoolTimings seeds = PoolTimings.DEFAULT;
    return byDefault
        .withPorts(config.ports().balancer(index), config.ports().balancerAdmin(index))
        .withToken(token)
        .withDirectory(data.resolve("balancers"))
        .withPools(
            new PoolTimings(
                config.healthInterval(),
                seeds.retryEvery(),
                seeds.retriesMax(),
                seeds.confirmAfter(),
                seeds.reportEvery()));
  }

  MonitorConfig monitor() {
    List<ZoneConfig> zones = new ArrayList<>();
    for (int index = 0; index < config.zones().size(); index++) {
      ClusterConfig.ZoneConfig zone = config.zones().get(index);
      zones.add(
          new ZoneConfig(
              zone.id(),
              zone.policy(),
              zone.template(),
              balancerAddress(index),
              http(config.ports().balancerAdmin(index))));
    }
    return new MonitorConfig(
        MONITOR,
        config.host(),
        config.ports().monitor(MONITOR.value()),
        monitorUrl(),
        bootstrap(),
        Optional.of(redis()),
        token,
        zones,
        processes(),
        MonitorTimings.DEFAULT);
  }

  ProcessFleetConfig processes() {
    return new ProcessFleetConfig(
        serverCommand(),
        data.resolve("servers"),
        config.host(),
        config.ports().servers(),
        ProcessFleetConfig.CRASH_LOGS_MAX_DEFAULT,
        ProcessFleetConfig.DETACHED_DEFAULT);
  }

  /**
   * Small and quick to start: servers are many, and each is wanted at once. Where the build left a
   * start-up cache beside the jar it is used; a JVM that finds it of another build goes on without.
   */
  private static List<String> serverCommand() {
    String classPath = System.getProperty("java.class.path");
    Path cache = Path.of(classPath).resolveSibling(SERVER_CACHE);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
    if (Files.exists(cache)) {
      command.add("-XX:AOTCache=" + cache);
    }
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            classPath,
            AppMain.class.getName()));
    return command;
  }

  /** Checks that nobody has the ports yet, so that the error names the first that is taken. */
  void requireFreePorts() {
    Ports ports = config.ports();
    Ports.requireFree(config.host(), ports.kafka(), "Kafka");
    Ports.requireFree(config.host(), ports.kafkaController(), "Kafka's controller");
    Ports.requireFree(config.host(), ports.redis(), "Redis");
    Ports.requireFree(config.host(), ports.monitor(MONITOR.value()), "the monitor");
    for (int index = 0; index < config.zones().size(); index++) {
      String zone = config.zones().get(index).id().toString();
      Ports.requireFree(config.host(), ports.balancer(index), "the balancer of " + zone);
      Ports.requireFree(
          config.host(), ports.balancerAdmin(index), "the orders of the balancer of " + zone);
    }
  }

  private URI http(int port) {
    return URI.create("http://%s:%d".formatted(config.host(), port));
  }
}
