package io.sluice.provisioner.fleet.docker;

import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How servers run as services of a swarm.
 *
 * @param cluster the name under which this cluster's services are known, as {@link
 *     DockerFleetConfig#cluster()}
 * @param manager the engine of one of the swarm's managers, {@code unix:///path} or {@code
 *     tcp://host:port}
 * @param certificates directory with {@code ca.pem}, {@code cert.pem} and {@code key.pem} for
 *     mutual TLS; empty: without TLS
 * @param network the overlay network that the servers join; empty: none of their own
 * @param reach how the servers are reached: by their service's name, or by a port of the node that
 *     they run on
 * @param placement which nodes may run a server, each condition as {@code docker service create
 *     --constraint} takes it, with {@code {zone}} for the server's zone; empty: any node
 * @param stopGrace how long a server may take to end by itself before it is killed: a swarm has to
 *     know when it makes the service
 * @param nodeEngine where the engine of a node is reached, with {@code {address}} for the node's
 *     address, such as {@code tcp://{address}:2376}; with the same certificates as the manager;
 *     empty: what runs on nodes can't be measured from outside
 * @param bootstrap the Kafka brokers as servers reach them; empty: as the monitor does
 */
public record SwarmConfig(
    String cluster,
    URI manager,
    Optional<Path> certificates,
    Optional<String> network,
    Reach reach,
    List<String> placement,
    Duration stopGrace,
    Optional<String> nodeEngine,
    Optional<String> bootstrap) {
  /** Stands for the server's zone in a condition. */
  public static final String ZONE = "{zone}";

  /** Stands for a node's address. */
  public static final String ADDRESS = "{address}";

  /** Each node has a label that names its zone. */
  public static final List<String> PLACEMENT_DEFAULT =
      List.of("node.labels.sluice.zone == " + ZONE);

  /** What Docker itself gives a container. */
  public static final Duration STOP_GRACE_DEFAULT = Duration.ofSeconds(10);

  private static final Duration STOP_GRACE_MAX = Duration.ofMinutes(10);
  private static final Pattern CONDITION = Pattern.compile("[^=!\\s]+\\s*[=!]=\\s*\\S+");

  /**
   * Validates what belongs together.
   *
   * @throws IllegalArgumentException if a name, the address or a condition is none, or servers are
   *     to be reached by name without a network
   */
  public SwarmConfig {
    DockerFleetConfig.requireCluster(cluster);
    DockerConfig.requireEngine(manager);
    placement = List.copyOf(placement);
    placement.forEach(SwarmConfig::requireCondition);
    nodeEngine.ifPresent(SwarmConfig::requireNodeEngine);
    if (reach == Reach.NAME && network.isEmpty()) {
      throw new IllegalArgumentException(
          "servers reached by name without a network: expected an overlay network of the swarm");
    }
  }

  /** Reads the section {@code swarm}; the manager's key is {@code engine}. */
  public static SwarmConfig read(Section section) {
    String cluster =
        section
            .value("cluster", DockerFleetConfig::requireCluster)
            .orElse(DockerFleetConfig.CLUSTER_DEFAULT);
    URI manager =
        section
            .value("engine", text -> DockerConfig.requireEngine(URI.create(text)))
            .orElse(DockerConfig.ENGINE_DEFAULT);
    Optional<String> network = section.string("network");
    Reach reach = section.choice("reach", Reach.PORT);
    if (reach == Reach.NAME && network.isEmpty()) {
      section.note("network", "missing", "an overlay network of the swarm");
      network = Optional.of("none");
    }
    return new SwarmConfig(
        cluster,
        manager,
        section.value("certificates", Path::of),
        network,
        reach,
        section.value("placement", SwarmConfig::conditions).orElse(PLACEMENT_DEFAULT),
        section.duration("stopGrace", STOP_GRACE_DEFAULT, Duration.ZERO, STOP_GRACE_MAX),
        section.value("nodeEngine", SwarmConfig::requireNodeEngine),
        section.string("bootstrap"));
  }

  /** Which nodes may run this zone's servers. */
  List<String> placement(ZoneId zone) {
    return placement.stream().map(condition -> condition.replace(ZONE, zone.toString())).toList();
  }

  Access access() {
    return new Access(manager, certificates);
  }

  /** The way to the engine of a node, if that is said. */
  Optional<Access> access(String address) {
    return nodeEngine.map(engine -> new Access(engineOf(engine, address), certificates));
  }

  private static URI engineOf(String engine, String address) {
    String host = address.contains(":") ? "[" + address + "]" : address;
    return URI.create(engine.replace(ADDRESS, host));
  }

  private static String requireNodeEngine(String engine) {
    DockerConfig.requireEngine(engineOf(engine, "node"));
    return engine;
  }

  private static List<String> conditions(String text) {
    return "any".equals(text.strip())
        ? List.of()
        : Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .map(SwarmConfig::requireCondition)
            .toList();
  }

  private static String requireCondition(String condition) {
    if (!CONDITION.matcher(condition).matches()) {
      throw new IllegalArgumentException(
          "'%s': expected 'any', or conditions such as node.labels.sluice.zone == {zone}, between commas"
              .formatted(condition));
    }
    return condition;
  }
}
