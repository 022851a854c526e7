package io.sluice.provisioner;

import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a monitor is to be.
 *
 * @param id its number among the monitors, 1 or more
 * @param host the address to listen on
 * @param port the port to listen on, 0 to 65535; 0 takes a free one
 * @param url where balancers and other monitors reach it
 * @param bootstrap addresses of Kafka brokers to begin with, {@code host:port[,host:port]}
 * @param redis where snapshots are kept, {@code redis://host:port}; empty: nowhere
 * @param token the bearer token of calls that change anything, {@value #TOKEN_LENGTH_MIN}
 *     characters or more
 * @param zones the zones to be declared and their balancers
 * @param processes how servers run
 * @param timings how long things take
 */
public record MonitorConfig(
    MonitorId id,
    String host,
    int port,
    URI url,
    String bootstrap,
    Optional<URI> redis,
    String token,
    List<ZoneConfig> zones,
    ProcessFleetConfig processes,
    MonitorTimings timings) {
  /** The first monitor. */
  public static final int ID_DEFAULT = 1;

  /** Nobody but this machine. */
  public static final String HOST_DEFAULT = "127.0.0.1";

  /** The origin's port of the first monitor. */
  public static final int PORT_DEFAULT = 8080;

  /** A broker on this machine. */
  public static final String BOOTSTRAP_DEFAULT = "127.0.0.1:9092";

  /** Shorter tokens can be guessed. */
  public static final int TOKEN_LENGTH_MIN = 16;

  private static final int PORT_MAX = 65_535;

  /**
   * Validates what does not validate itself.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public MonitorConfig {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("port %d: expected 0 to %d".formatted(port, PORT_MAX));
    }
    if (token.length() < TOKEN_LENGTH_MIN) {
      throw new IllegalArgumentException(
          "a token of %d characters: expected %d or more"
              .formatted(token.length(), TOKEN_LENGTH_MIN));
    }
    zones = List.copyOf(zones);
  }

  /**
   * Reads a configuration.
   *
   * @param source the file or call that it came from, for the message
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  public static MonitorConfig read(String source, Section root) {
    int id = root.integer("id", ID_DEFAULT, 1, Integer.MAX_VALUE);
    String host = root.string("host", HOST_DEFAULT);
    int port = root.integer("port", PORT_DEFAULT, 0, PORT_MAX);
    Optional<URI> url = root.value("url", URI::create);
    String bootstrap = root.string("bootstrap", BOOTSTRAP_DEFAULT);
    Optional<URI> redis = root.value("redis", MonitorConfig::redis);
    String token = root.string("token", "");
    if (token.length() < TOKEN_LENGTH_MIN) {
      root.note(
          "token", token.length() + " characters long", TOKEN_LENGTH_MIN + " characters or more");
    }
    List<ZoneConfig> zones = zones(root);
    ProcessFleetConfig processes = ProcessFleetConfig.read(root.section("processes"));
    MonitorTimings timings = MonitorTimings.read(root.section("timings"));
    root.orThrow(source);
    return new MonitorConfig(
        new MonitorId(id),
        host,
        port,
        url.orElseGet(() -> URI.create("http://%s:%d".formatted(host, port))),
        bootstrap,
        redis,
        token,
        zones,
        processes,
        timings);
  }

  private static List<ZoneConfig> zones(Section root) {
    Section section = root.section("zones");
    List<ZoneConfig> zones = new ArrayList<>();
    section
        .entries()
        .forEach((name, zone) -> {
          try {
            zones.add(ZoneConfig.read(new ZoneId(name), zone));
          } catch (IllegalArgumentException malformed) {
            section.note(name, "no name of a zone", "a-z, 0-9 and '-', from a letter on");
          }
        });
    if (zones.isEmpty()) {
      root.note("zones", "empty", "at least one zone");
    }
    return zones;
  }

  private static URI redis(String text) {
    URI uri = URI.create(text);
    boolean scheme = "redis".equals(uri.getScheme()) || "rediss".equals(uri.getScheme());
    if (!scheme || uri.getHost() == null) {
      throw new IllegalArgumentException("expected redis://host:port or rediss://host:port");
    }
    return uri;
  }
}
