package io.sluice.provisioner.fleet.docker;

import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ClusterName;
import io.sluice.schemas.id.ZoneId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How servers run as containers.
 *
 * @param cluster the name under which this cluster's containers are known, so that several clusters
 *     can share an engine: the label and the beginning of the names of its containers; 1 to 30 of
 *     {@code a-z}, {@code 0-9} and {@code -}, from a letter or digit on
 * @param common where the containers of all zones run, if no zones are named
 * @param zones where each zone's containers run; empty: all in the same place
 * @param startsMax how many containers are created and started on one engine at the same time, 1 to
 *     1,000
 * @param directories which directories of their hosts templates may give to containers
 */
public record DockerFleetConfig(
    String cluster,
    DockerConfig common,
    SortedMap<ZoneId, DockerConfig> zones,
    int startsMax,
    HostDirectories directories) {
  /** The only cluster of an engine needs no name of its own. */
  public static final String CLUSTER_DEFAULT = ClusterName.DEFAULT.value();

  /** Beyond, an engine starts each so much later. */
  public static final int STARTS_MAX_DEFAULT = 8;

  private static final int STARTS_MAX_LIMIT = 1_000;

  /**
   * Copies the zones.
   *
   * @throws IllegalArgumentException if the name has another form, or the number is out of range
   */
  public DockerFleetConfig {
    requireCluster(cluster);
    if (startsMax < 1 || startsMax > STARTS_MAX_LIMIT) {
      throw new IllegalArgumentException(
          "starts at the same time %d: expected 1 to %d".formatted(startsMax, STARTS_MAX_LIMIT));
    }
    zones = Collections.unmodifiableSortedMap(new TreeMap<>(zones));
  }

  /** Without directories of hosts. */
  public DockerFleetConfig(
      String cluster, DockerConfig common, SortedMap<ZoneId, DockerConfig> zones, int startsMax) {
    this(cluster, common, zones, startsMax, HostDirectories.NONE);
  }

  /** With so many starts at the same time as usual. */
  public DockerFleetConfig(
      String cluster, DockerConfig common, SortedMap<ZoneId, DockerConfig> zones) {
    this(cluster, common, zones, STARTS_MAX_DEFAULT);
  }

  /** All zones on one engine. */
  public static DockerFleetConfig of(String cluster, DockerConfig common) {
    return new DockerFleetConfig(cluster, common, Collections.emptySortedMap());
  }

  /**
   * Where a zone's containers run; empty: nothing is said about it, and the engine of the others is
   * not one for all.
   */
  public Optional<DockerConfig> of(ZoneId zone) {
    return Optional.ofNullable(zones.get(zone))
        .or(() -> takesOthers() ? Optional.of(common) : Optional.empty());
  }

  /**
   * Whether zones that stand in no configuration have an engine: what holds for every zone names
   * one, and a zone of the configuration runs there, or there is none in it.
   */
  public boolean takesOthers() {
    return zones.isEmpty()
        || zones.values().stream().anyMatch(zone -> Access.of(zone).equals(Access.of(common)));
  }

  /** Every place there is. */
  List<DockerConfig> all() {
    return zones.isEmpty() ? List.of(common) : List.copyOf(zones.values());
  }

  /**
   * Reads the section {@code docker}: {@code cluster}, {@code startsMax}, {@code directories}, and
   * what holds for every zone.
   *
   * @param zones the section {@code docker} of each zone, for what holds there instead
   */
  public static DockerFleetConfig read(Section section, Map<ZoneId, Section> zones) {
    String cluster =
        section.value("cluster", DockerFleetConfig::requireCluster).orElse(CLUSTER_DEFAULT);
    DockerConfig common = DockerConfig.read(section, DockerConfig.DEFAULT);
    SortedMap<ZoneId, DockerConfig> each = new TreeMap<>();
    zones.forEach((zone, own) -> each.put(zone, DockerConfig.read(own, common)));
    return new DockerFleetConfig(
        cluster,
        common,
        each,
        section.integer("startsMax", STARTS_MAX_DEFAULT, 1, STARTS_MAX_LIMIT),
        HostDirectories.read(section));
  }

  /**
   * The name, if it can be a cluster's.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static String requireCluster(String name) {
    return new ClusterName(name).value();
  }
}
