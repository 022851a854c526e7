package io.sluice.compose.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.provisioner.ElectionConfig;
import io.sluice.provisioner.FleetConfig;
import io.sluice.provisioner.history.HistoryConfig;
import io.sluice.provisioner.outside.OutsideSource;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Documents;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Policies;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Templates;
import io.sluice.schemas.policy.ZonePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How an embedded cluster is to be.
 *
 * @param data directory for everything that outlives the process
 * @param host address that everything listens on
 * @param ports the ports
 * @param partitions partitions of the partitioned topics, 1 to {@value #PARTITIONS_MAX}
 * @param commitInterval how long decisions gather before they are committed, 10 ms to 1 s
 * @param healthInterval how often a balancer looks at its servers, 100 ms to 1 h
 * @param monitors how many monitors, 1 to {@value #MONITORS_MAX}
 * @param election how they elect their leader
 * @param fleet what runs the servers
 * @param gateway what stands in front of all zones
 * @param history where metrics are kept for long; empty: nowhere
 * @param zones the zones, 1 to {@value #ZONES_MAX}, in the order of their ports
 */
public record ClusterConfig(
    Path data,
    String host,
    Ports ports,
    int partitions,
    Duration commitInterval,
    Duration healthInterval,
    int monitors,
    ElectionConfig election,
    FleetChoice fleet,
    GatewayChoice gateway,
    Optional<HistoryConfig> history,
    List<ZoneConfig> zones) {
  /** Beside the user's other data. */
  public static final String DATA_DEFAULT = ".sluice";

  /** Nobody but this machine. */
  public static final String HOST_DEFAULT = "127.0.0.1";

  /** The fewest over which Kafka's partitioner spreads {@code zone1} to {@code zone4} evenly. */
  public static final int PARTITIONS_DEFAULT = 4;

  /** More would only cost memory on one machine. */
  public static final int PARTITIONS_MAX = 64;

  /** The topology's own default. */
  public static final Duration COMMIT_INTERVAL_DEFAULT = Duration.ofMillis(30);

  /** The origin's figure. */
  public static final Duration HEALTH_INTERVAL_DEFAULT = Duration.ofSeconds(10);

  /** The origin's: one may die while another one is away. */
  public static final int MONITORS_DEFAULT = 3;

  /** The well-known ports leave room for this many monitors. */
  public static final int MONITORS_MAX = 9;

  /** The well-known ports leave room for this many balancers. */
  public static final int ZONES_MAX = 20;

  private static final List<String> ZONES_DEFAULT = List.of("zone1", "zone2", "zone3");

  /** Copies the list. */
  public ClusterConfig {
    zones = List.copyOf(zones);
  }

  /**
   * A zone of the cluster.
   *
   * @param id its name
   * @param policy how it scales at first; afterwards the journal knows
   * @param template what its servers are made of at first
   * @param loads figures of it that the leader asks others for
   */
  public record ZoneConfig(
      ZoneId id, ZonePolicy policy, ServerTemplate template, List<OutsideSource> loads) {
    /** Copies the list. */
    public ZoneConfig {
      loads = List.copyOf(loads);
    }

    static ZoneConfig byDefault(String name) {
      return new ZoneConfig(
          new ZoneId(name), ZonePolicy.DEFAULT, ServerTemplate.DEFAULT, List.of());
    }
  }

  /**
   * Reads a configuration file.
   *
   * @param file YAML or JSON
   * @param environment {@code SLUICE_…} variables override the file
   * @throws ConfigException if anything in it is wrong, with everything that is
   */
  public static ClusterConfig read(Path file, Map<String, String> environment) {
    try {
      String text = Files.readString(file);
      return of(file.toString(), Documents.parse(file.toString(), text), environment);
    } catch (IOException unreadable) {
      throw new ConfigException(
          file.toString(), List.of(new Problem("(file)", "unreadable", "a file that can be read")));
    }
  }

  /** The defaults, with what the environment says. */
  public static ClusterConfig defaults(Map<String, String> environment) {
    return of("environment", MissingNode.getInstance(), environment);
  }

  private static ClusterConfig of(String source, JsonNode tree, Map<String, String> environment) {
    Section root = Section.root(tree, environment);
    Path data =
        root.value("data", Path::of)
            .orElse(Path.of(System.getProperty("user.home"), DATA_DEFAULT))
            .toAbsolutePath()
            .normalize();
    String host = root.string("host", HOST_DEFAULT);
    Map<ZoneId, Section> places = new LinkedHashMap<>();
    List<ZoneConfig> zones = zones(root, places);
    ClusterConfig config =
        new ClusterConfig(
            data,
            host,
            new Ports(root.integer("portOffset", 0, 0, Ports.OFFSET_MAX)),
            root.integer("partitions", PARTITIONS_DEFAULT, 1, PARTITIONS_MAX),
            root.duration(
                "commitInterval",
                COMMIT_INTERVAL_DEFAULT,
                Duration.ofMillis(10),
                Duration.ofSeconds(1)),
            root.duration(
                "healthInterval",
                HEALTH_INTERVAL_DEFAULT,
                Duration.ofMillis(100),
                Duration.ofHours(1)),
            root.integer("monitors", MONITORS_DEFAULT, 1, MONITORS_MAX),
            ElectionConfig.read(root.section("election")),
            FleetChoice.read(root, environment, host, places),
            GatewayChoice.read(root.section("gateway")),
            HistoryConfig.read(root.section("history")),
            zones);
    root.orThrow(source);
    return config;
  }

  /** The zones; on the way it collects where servers of some are to run. */
  private static List<ZoneConfig> zones(Section root, Map<ZoneId, Section> places) {
    Section section = root.section("zones");
    List<ZoneConfig> zones = new ArrayList<>();
    section
        .entries()
        .forEach((name, zone) -> {
          try {
            ZoneId id = new ZoneId(name);
            zones.add(
                new ZoneConfig(
                    id,
                    Policies.policy(zone.section("policy")),
                    Templates.read(zone.section("template")),
                    OutsideSource.read(zone)));
            if (zone.has("docker")) {
              places.put(id, zone.section("docker"));
            }
          } catch (IllegalArgumentException malformed) {
            section.note(name, "no name of a zone", "a-z, 0-9 and '-', from a letter on");
          }
        });
    if (zones.size() > ZONES_MAX) {
      root.note("zones", zones.size() + " zones", "at most " + ZONES_MAX);
    }
    return zones.isEmpty() ? zonesByDefault() : zones;
  }

  private static List<ZoneConfig> zonesByDefault() {
    return ZONES_DEFAULT.stream().map(ZoneConfig::byDefault).toList();
  }

  /** The same with another data directory. */
  public ClusterConfig withData(Path other) {
    return new ClusterConfig(
        other.toAbsolutePath().normalize(),
        host,
        ports,
        partitions,
        commitInterval,
        healthInterval,
        monitors,
        election,
        fleet,
        gateway,
        history,
        zones);
  }

  /** The same with other ports. */
  public ClusterConfig withPorts(Ports other) {
    return new ClusterConfig(
        data,
        host,
        other,
        partitions,
        commitInterval,
        healthInterval,
        monitors,
        election,
        fleet,
        gateway,
        history,
        zones);
  }

  /** The same with another fleet. */
  public ClusterConfig withFleet(FleetConfig.Kind kind) {
    return new ClusterConfig(
        data,
        host,
        ports,
        partitions,
        commitInterval,
        healthInterval,
        monitors,
        election,
        fleet.with(kind),
        gateway,
        history,
        zones);
  }

  /** The same with the first zones only, or with further ones called {@code zoneN}. */
  public ClusterConfig withZones(int count) {
    List<ZoneConfig> some = new ArrayList<>(zones.subList(0, Math.min(count, zones.size())));
    while (some.size() < count) {
      some.add(ZoneConfig.byDefault("zone" + (some.size() + 1)));
    }
    return new ClusterConfig(
        data,
        host,
        ports,
        partitions,
        commitInterval,
        healthInterval,
        monitors,
        election,
        fleet,
        gateway,
        history,
        some);
  }

  /** The configuration in the form in which it is read. */
  public Map<String, Object> describe() {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("data", data.toString());
    tree.put("host", host);
    tree.put("portOffset", ports.offset());
    tree.put("partitions", partitions);
    tree.put("commitInterval", io.sluice.schemas.config.Durations.format(commitInterval));
    tree.put("healthInterval", io.sluice.schemas.config.Durations.format(healthInterval));
    tree.put("monitors", monitors);
    tree.put("election", election.describe());
    tree.put("fleet", fleet.kind().name().toLowerCase(Locale.ROOT));
    tree.put("engine", fleet.engine().toString());
    tree.put("gateway", gateway.describe(zones.getFirst().id()));
    history.ifPresent(kept -> tree.put("history", kept.describe()));
    Map<String, Object> byName = new LinkedHashMap<>();
    zones.forEach(zone -> byName.put(zone.id().value(), describe(zone)));
    tree.put("zones", byName);
    return tree;
  }

  private Map<String, Object> describe(ZoneConfig zone) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("policy", Policies.describe(zone.policy()));
    tree.put("template", Templates.describe(zone.template()));
    Optional.ofNullable(fleet.zones().get(zone.id()))
        .ifPresent(place -> tree.put("docker", place.describe()));
    if (!zone.loads().isEmpty()) {
      tree.put("loads", zone.loads().stream().map(OutsideSource::describe).toList());
    }
    return tree;
  }
}
