package io.sluice.provisioner;

import io.sluice.provisioner.api.Tokens;
import io.sluice.provisioner.election.Electorate;
import io.sluice.provisioner.history.HistoryConfig;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.leadership.Incarnation;
import io.sluice.schemas.member.Addresses;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a monitor is to be.
 *
 * @param id its number among the monitors, 1 or more
 * @param host the address to listen on
 * @param port the port to listen on, 0 to 65535; 0 takes a free one
 * @param url where balancers and other monitors reach it
 * @param peers where the other monitors answer; empty: this one is alone
 * @param election how they elect their leader
 * @param kafka how Kafka is reached
 * @param redis where snapshots are kept, {@code redis://host:port}; empty: nowhere
 * @param tokens who may call what
 * @param zones the zones to be declared and their balancers
 * @param fleet what runs the servers
 * @param timings how long things take
 * @param secretKeys the file of keys that secrets are sealed under; empty: none are kept
 * @param history where it reads back what the load was; empty: nowhere
 */
public record MonitorConfig(
    MonitorId id,
    String host,
    int port,
    URI url,
    SortedMap<MonitorId, URI> peers,
    ElectionConfig election,
    KafkaAccess kafka,
    Optional<URI> redis,
    Tokens tokens,
    List<ZoneConfig> zones,
    FleetConfig fleet,
    MonitorTimings timings,
    Optional<Path> secretKeys,
    Optional<HistoryConfig> history) {
  /** The first monitor. */
  public static final int ID_DEFAULT = 1;

  /** Nobody but this machine. */
  public static final String HOST_DEFAULT = "127.0.0.1";

  /** The origin's port of the first monitor; the others follow. */
  public static final int PORT_DEFAULT = 8080;

  /** A broker on this machine. */
  public static final String BOOTSTRAP_DEFAULT = "127.0.0.1:9092";

  private static final int PORT_MAX = 65_535;
  private static final int REDIS_PORT = 6379;
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::");

  /**
   * Validates what does not validate itself.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public MonitorConfig {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("port %d: expected 0 to %d".formatted(port, PORT_MAX));
    }
    if (peers.containsKey(id)) {
      throw new IllegalArgumentException(
          "monitor %s is among its peers %s: expected others only".formatted(id, peers.keySet()));
    }
    peers = Collections.unmodifiableSortedMap(new TreeMap<>(peers));
    zones = List.copyOf(zones);
  }

  /** The monitors, as this process of one of them sees them. */
  public Electorate electorate(Incarnation incarnation) {
    return new Electorate(
        id, incarnation, new TreeSet<>(peers.keySet()), election.takeover(), election.timings());
  }

  /**
   * Reads a configuration.
   *
   * @param source the file or call that it came from, for the message
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  public static MonitorConfig read(String source, Section root) {
    int id = root.integer("id", ID_DEFAULT, 1, Integer.MAX_VALUE);
    SortedMap<MonitorId, URI> monitors = monitors(root);
    Optional<URI> own = Optional.ofNullable(monitors.remove(new MonitorId(id)));
    String host = root.string("host", HOST_DEFAULT);
    int port =
        root.integer("port", own.map(URI::getPort).orElse(PORT_DEFAULT + id - 1), 0, PORT_MAX);
    URI url = url(root, own, host, port);
    ElectionConfig election = ElectionConfig.read(root.section("election"));
    KafkaAccess kafka =
        new KafkaAccess(
            root.string("bootstrap", BOOTSTRAP_DEFAULT), KafkaAccess.properties(root, "kafka"));
    Optional<URI> redis = root.value("redis", MonitorConfig::redis);
    Tokens tokens = Tokens.read(root);
    Map<ZoneId, Section> places = new TreeMap<>();
    List<ZoneConfig> zones = zones(root, places);
    FleetConfig fleet = FleetConfig.read(root, places);
    MonitorTimings timings = MonitorTimings.read(root.section("timings"));
    Optional<Path> secretKeys = root.section("secrets").value("keys", Path::of);
    Optional<HistoryConfig> history = HistoryConfig.read(root.section("history"));
    root.orThrow(source);
    return new MonitorConfig(
        new MonitorId(id),
        host,
        port,
        url,
        monitors,
        election,
        kafka,
        redis,
        tokens,
        zones,
        fleet,
        timings,
        secretKeys,
        history);
  }

  /** All monitors may be named, this one among them, so that one file serves them all. */
  private static SortedMap<MonitorId, URI> monitors(Section root) {
    Section section = root.section("monitors");
    SortedMap<MonitorId, URI> monitors = new TreeMap<>();
    section
        .strings()
        .forEach((name, text) -> {
          if (!name.matches("[1-9]\\d{0,8}")) {
            section.note(name, "no id of a monitor", "a number from 1");
          } else if (!text.matches("https?://[^/?#@]+:\\d{1,5}")) {
            section.note(name, "'" + text + "'", "http://host:port");
          } else {
            monitors.put(new MonitorId(Integer.parseInt(name)), URI.create(text));
          }
        });
    return monitors;
  }

  /** The zones; on the way it collects where each one's servers are to run. */
  private static List<ZoneConfig> zones(Section root, Map<ZoneId, Section> places) {
    Section section = root.section("zones");
    List<ZoneConfig> zones = new ArrayList<>();
    section
        .entries()
        .forEach((name, zone) -> {
          try {
            ZoneId id = new ZoneId(name);
            zones.add(ZoneConfig.read(id, zone));
            places.put(id, zone.section("docker"));
          } catch (IllegalArgumentException malformed) {
            section.note(name, "no name of a zone", "a-z, 0-9 and '-', from a letter on");
          }
        });
    if (zones.isEmpty()) {
      root.note("zones", "empty", "at least one zone");
    }
    return zones;
  }

  /** Where others reach this monitor: what is said, or what follows from where it listens. */
  private static URI url(Section root, Optional<URI> own, String host, int port) {
    Optional<URI> said =
        root.value("url", text -> Addresses.requireHostAndPort(URI.create(text), "this monitor"))
            .or(() -> own);
    if (said.isEmpty() && root.string("url").isEmpty() && WILDCARDS.contains(host)) {
      root.note(
          "url",
          "missing, and host " + host + " is every address",
          "http://host:port at which others reach this monitor, here or below monitors");
    }
    String name = host.contains(":") ? "[" + host + "]" : host;
    return said.orElseGet(() -> URI.create("http://%s:%d".formatted(name, port)));
  }

  private static URI redis(String text) {
    URI uri = URI.create(text);
    boolean scheme = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
    if (!scheme || uri.getHost() == null) {
      throw new IllegalArgumentException("expected redis://host:port or rediss://host:port");
    }
    if (uri.getPort() < 0) {
      // The client wants one.
      String authority = "//" + uri.getRawAuthority();
      return URI.create(text.replace(authority, authority + ":" + REDIS_PORT));
    }
    return uri;
  }
}
