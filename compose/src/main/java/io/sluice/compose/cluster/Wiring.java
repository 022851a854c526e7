package io.sluice.compose.cluster;

import io.sluice.balancer.BalancerConfig;
import io.sluice.balancer.GatewayConfig;
import io.sluice.balancer.HealthCheck;
import io.sluice.balancer.ZoneBalancersConfig;
import io.sluice.balancer.pool.PoolThresholds;
import io.sluice.balancer.pool.PoolTimings;
import io.sluice.provisioner.FleetConfig;
import io.sluice.provisioner.MonitorConfig;
import io.sluice.provisioner.MonitorTimings;
import io.sluice.provisioner.ZoneConfig;
import io.sluice.provisioner.api.Tokens;
import io.sluice.provisioner.fleet.docker.DockerFleetConfig;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.provisioner.history.SinkConfig;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Health;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.topology.TopologyConfig;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The configurations of a cluster's parts, as they follow from that of the cluster.
 *
 * @param config the cluster's
 * @param data where its data lives
 * @param tokens who may call what
 * @param hostAddress how containers reach this host; empty: servers are processes
 */
record Wiring(ClusterConfig config, Path data, Tokens tokens, Optional<String> hostAddress) {
  /** The origin's 30 s to its 10 s. */
  private static final int RETRY_INTERVALS = 3;

  /** Where Kafka listens, {@code host:port}. */
  String bootstrap() {
    return config.host() + ":" + config.ports().kafka();
  }

  /** How the parts reach Kafka. */
  KafkaAccess kafka() {
    return KafkaAccess.at(bootstrap());
  }

  /** Where Redis listens. */
  URI redis() {
    return URI.create("redis://%s:%d".formatted(config.host(), config.ports().redis()));
  }

  /** Where the monitors answer. */
  SortedMap<MonitorId, URI> monitors() {
    SortedMap<MonitorId, URI> monitors = new TreeMap<>();
    for (int id = 1; id <= config.monitors(); id++) {
      monitors.put(new MonitorId(id), http(config.ports().monitor(id)));
    }
    return monitors;
  }

  /** Whether there may be times in which no zone has a server. */
  boolean mayBeEmpty() {
    return config.zones().stream().allMatch(zone -> zone.policy().min() == 0);
  }

  /** Which of the zones it is. */
  int index(ZoneId zone) {
    return config.zones().stream().map(ClusterConfig.ZoneConfig::id).toList().indexOf(zone);
  }

  /** Where the balancer of a zone takes requests, by the zone's index. */
  URI balancerAddress(int index) {
    return http(config.ports().balancer(index));
  }

  TopologyConfig topology(MonitorId monitor) {
    TopologyConfig byDefault =
        TopologyConfig.of(
            bootstrap(),
            config.partitions(),
            data.resolve("streams").resolve("monitor-" + monitor));
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
    return balancer(BalancerConfig.following(zone.id(), kafka()))
        .withPorts(config.ports().balancer(index), config.ports().balancerAdmin(index));
  }

  /** How zones are served that are added while the cluster runs. */
  ZoneBalancersConfig addedZones() {
    return new ZoneBalancersConfig(
        balancer(ZoneBalancersConfig.each(kafka())),
        kafka(),
        config.ports().zones(),
        config.ports().zonesAdmin(),
        config.host(),
        config.zones().stream().map(ClusterConfig.ZoneConfig::id).collect(Collectors.toSet()),
        ZoneBalancersConfig.LOOK_DEFAULT);
  }

  private BalancerConfig balancer(BalancerConfig byDefault) {
    PoolTimings seeds = PoolTimings.DEFAULT;
    return byDefault
        .withToken(tokens.balancer())
        .withDirectory(data.resolve("balancers"))
        .withPools(
            new PoolTimings(
                config.healthInterval(),
                config.healthInterval().multipliedBy(RETRY_INTERVALS),
                seeds.retriesMax(),
                seeds.confirmAfter(),
                seeds.reportEvery()));
  }

  /** A path that the servers of a zone answer. */
  String healthPath(int index, Fleet fleet) {
    return template(index, fleet).health() instanceof Health.Http(var path, var _, var _)
        ? path
        : "/";
  }

  /**
   * What the servers of a zone are made of.
   *
   * @param fleet what the journal says, which may be something else than the configuration
   */
  ServerTemplate template(int index, Fleet fleet) {
    ClusterConfig.ZoneConfig zone = config.zones().get(index);
    return Optional.ofNullable(fleet.zones().get(zone.id()))
        .map(Zone::template)
        .orElse(zone.template());
  }

  /** Which of the zones the gateway prefers. */
  int gatewayHome() {
    return Math.max(0, index(config.gateway().rule(config.zones().getFirst().id()).home()));
  }

  /** Where the gateway takes requests. */
  URI gatewayAddress() {
    return http(config.ports().gateway());
  }

  /** Where the gateway answers questions. */
  URI gatewayAdmin() {
    return http(config.ports().gatewayAdmin());
  }

  GatewayConfig gateway() {
    PoolTimings byDefault = GatewayConfig.TIMINGS_DEFAULT;
    PoolTimings timings =
        new PoolTimings(
            config.healthInterval(),
            config.healthInterval(),
            byDefault.retriesMax(),
            byDefault.confirmAfter(),
            byDefault.reportEvery());
    ZoneId first = config.zones().getFirst().id();
    return GatewayConfig.of(config.gateway().rule(first), kafka())
        .with(
            config.ports().gateway(),
            config.ports().gatewayAdmin(),
            tokens.balancer(),
            data.resolve("gateway"),
            new GatewayConfig.Health(timings, PoolThresholds.DEFAULT, HealthCheck.DEFAULT));
  }

  MonitorConfig monitor(MonitorId id) {
    List<ZoneConfig> zones = new ArrayList<>();
    for (int index = 0; index < config.zones().size(); index++) {
      ClusterConfig.ZoneConfig zone = config.zones().get(index);
      zones.add(
          new ZoneConfig(
              zone.id(),
              zone.policy(),
              zone.template(),
              balancerAddress(index),
              http(config.ports().balancerAdmin(index)),
              List.of(),
              zone.loads()));
    }
    SortedMap<MonitorId, URI> peers = monitors();
    int port = config.ports().monitor(id.value());
    peers.remove(id);
    return new MonitorConfig(
        id,
        config.host(),
        port,
        http(port),
        peers,
        config.election(),
        kafka(),
        Optional.of(redis()),
        tokens,
        zones,
        fleet(),
        MonitorTimings.DEFAULT,
        Optional.of(data.resolve(DataDirectory.SECRET_KEYS)),
        config.history());
  }

  /** What carries metrics into the history, if there is one. */
  Optional<SinkConfig> sink() {
    return config.history().map(history -> SinkConfig.of(kafka(), history));
  }

  /** What runs the servers. */
  FleetConfig fleet() {
    return hostAddress
        .<FleetConfig>map(address -> new FleetConfig.Docker(containers(address)))
        .orElseGet(() -> new FleetConfig.Processes(processes()));
  }

  private DockerFleetConfig containers(String address) {
    return config
        .fleet()
        .fleet(
            "up-" + config.ports().offset(),
            config.zones().stream().map(ClusterConfig.ZoneConfig::id).toList(),
            address + ":" + config.ports().kafkaContainers());
  }

  /** Where the broker listens: with containers, also where they reach this host. */
  EmbeddedBroker.Place broker() {
    int port = config.ports().kafkaContainers();
    return new EmbeddedBroker.Place(
        config.host(),
        config.ports().kafka(),
        config.ports().kafkaController(),
        hostAddress.stream()
            .map(address ->
                new EmbeddedBroker.Door(
                    "CONTAINERS", Optional.of(address), port, address + ":" + port))
            .toList());
  }

  private ProcessFleetConfig processes() {
    return new ProcessFleetConfig(
        ServerCommand.line(),
        data.resolve("servers"),
        config.host(),
        config.ports().servers(),
        ProcessFleetConfig.CRASH_LOGS_MAX_DEFAULT,
        ProcessFleetConfig.DETACHED_DEFAULT);
  }

  /** Checks that nobody has the ports yet, so that the error names the first that is taken. */
  void requireFreePorts() {
    Ports ports = config.ports();
    EmbeddedRedis.endLeftOver(config.data().resolve("redis"));
    Ports.requireFree(config.host(), ports.kafka(), "Kafka");
    Ports.requireFree(config.host(), ports.kafkaController(), "Kafka's controller");
    hostAddress.ifPresent(address ->
        Ports.requireFree(address, ports.kafkaContainers(), "Kafka, for servers in containers"));
    Ports.requireFree(config.host(), ports.redis(), "Redis");
    monitors()
        .forEach((id, url) -> Ports.requireFree(config.host(), url.getPort(), "monitor " + id));
    Ports.requireFree(config.host(), ports.gateway(), "the gateway");
    Ports.requireFree(config.host(), ports.gatewayAdmin(), "the orders of the gateway");
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
