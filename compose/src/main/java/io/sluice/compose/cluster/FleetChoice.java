package io.sluice.compose.cluster;

import io.sluice.provisioner.FleetConfig;
import io.sluice.provisioner.fleet.docker.DockerConfig;
import io.sluice.provisioner.fleet.docker.DockerFleetConfig;
import io.sluice.provisioner.fleet.docker.HostDirectories;
import io.sluice.provisioner.fleet.docker.PullPolicy;
import io.sluice.provisioner.fleet.docker.Reach;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What runs the servers of an embedded cluster.
 *
 * @param kind processes or containers
 * @param common where containers run unless their zone says otherwise: on this host's engine
 * @param zones the zones that say otherwise
 * @param directories which directories of hosts templates may give to containers
 */
public record FleetChoice(
    FleetConfig.Kind kind,
    DockerConfig common,
    SortedMap<ZoneId, DockerConfig> zones,
    HostDirectories directories) {
  /** Where Docker's own command line is told of another engine. */
  static final String ENGINE_VARIABLE = "DOCKER_HOST";

  /** Copies the zones. */
  public FleetChoice {
    zones = Collections.unmodifiableSortedMap(new TreeMap<>(zones));
  }

  /**
   * Reads the keys {@code fleet}, {@code engine} and {@code directories}; without an engine,
   * Docker's own variable holds.
   *
   * @param host what the cluster listens on
   * @param places the section {@code docker} of each zone that has one
   */
  static FleetChoice read(
      Section root, Map<String, String> environment, String host, Map<ZoneId, Section> places) {
    URI byDefault = engineByDefault(environment);
    DockerConfig common =
        new DockerConfig(
            root.value("engine", FleetChoice::requireSocket).orElse(byDefault),
            Optional.empty(),
            Optional.empty(),
            Reach.PORT,
            host,
            host,
            PullPolicy.MISSING,
            Optional.empty());
    SortedMap<ZoneId, DockerConfig> zones = new TreeMap<>();
    places.forEach((zone, section) -> zones.put(zone, DockerConfig.read(section, common)));
    return new FleetChoice(kind(root), common, zones, HostDirectories.read(root));
  }

  private static FleetConfig.Kind kind(Section root) {
    FleetConfig.Kind kind = root.choice("fleet", FleetConfig.Kind.PROCESS);
    return switch (kind) {
      case PROCESS, DOCKER -> kind;
      case SWARM -> {
        root.note("fleet", "'swarm'", "process or docker; a swarm is for single monitors");
        yield FleetConfig.Kind.PROCESS;
      }
    };
  }

  /**
   * This host's engine, if nothing else is said: where Docker's own variable has it, or as usual.
   */
  public static URI engineByDefault(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(ENGINE_VARIABLE))
        .filter(text -> text.startsWith("unix:///"))
        .map(URI::create)
        .orElse(DockerConfig.ENGINE_DEFAULT);
  }

  private static URI requireSocket(String text) {
    if (!text.startsWith("unix:///")) {
      // The other parts of the cluster are on this host, and Kafka listens on its engine's network.
      throw new IllegalArgumentException("expected unix:///path, an engine of this host");
    }
    return URI.create(text);
  }

  /** This host's engine. */
  public URI engine() {
    return common.engine();
  }

  /** Whether servers are containers. */
  public boolean containers() {
    return kind == FleetConfig.Kind.DOCKER;
  }

  /** The same with another kind. */
  public FleetChoice with(FleetConfig.Kind other) {
    return new FleetChoice(other, common, zones, directories);
  }

  /**
   * The fleet of containers.
   *
   * @param cluster the name under which they are known
   * @param all the cluster's zones
   * @param bootstrap Kafka as containers of this host's engine reach it
   */
  DockerFleetConfig fleet(String cluster, List<ZoneId> all, String bootstrap) {
    SortedMap<ZoneId, DockerConfig> each = new TreeMap<>();
    all.forEach(zone -> each.put(zone, zones.getOrDefault(zone, common).orBootstrap(bootstrap)));
    return new DockerFleetConfig(
        cluster,
        common.orBootstrap(bootstrap),
        each,
        DockerFleetConfig.STARTS_MAX_DEFAULT,
        directories);
  }
}
