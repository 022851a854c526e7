package io.sluice.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ServerId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a server is told at its start, by environment variables.
 *
 * @param server {@code SLUICE_SERVER}: the server's id, such as {@code zone1-1}; required
 * @param host {@code SLUICE_HOST}: the address to listen on; default {@value #HOST}
 * @param port {@code SLUICE_PORT}: the TCP port to listen on, 0 to 65535, 0 takes a free one;
 *     default {@value #PORT}
 * @param kafka {@code SLUICE_BOOTSTRAP}: Kafka's addresses as {@code host:port}, separated by
 *     commas; without it the server serves but sends no metrics. {@code SLUICE_KAFKA_…}: further
 *     settings of the producer, {@code SLUICE_KAFKA_SASL_MECHANISM} for {@code sasl.mechanism}
 * @param metricsInterval {@code SLUICE_METRICS_INTERVAL}: time between two measurements, 100ms to
 *     1m; default 1s
 * @param workMax {@code SLUICE_WORK_MAX}: most processor time that one {@code GET /work} may ask
 *     for, 1ms to 60s; default 10s
 * @param workWaitingMax {@code SLUICE_WORK_WAITING_MAX}: most {@code GET /work} requests that wait
 *     for a processor, 0 to 100000; further ones get 503; default {@value #WORK_WAITING_MAX}
 * @param stopTimeout {@code SLUICE_STOP_TIMEOUT}: most time for unfinished requests when the server
 *     is told to stop, 0s to 5m; default 10s
 */
public record AppConfig(
    ServerId server,
    String host,
    int port,
    Optional<KafkaAccess> kafka,
    Duration metricsInterval,
    Duration workMax,
    int workWaitingMax,
    Duration stopTimeout) {
  /** Loopback: nobody but this host reaches the server unless it is told otherwise. */
  public static final String HOST = "127.0.0.1";

  /** The first of the ports that servers have on a host. */
  public static final int PORT = 5001;

  /** Time between two measurements. */
  public static final Duration METRICS_INTERVAL = Duration.ofSeconds(1);

  /** Most processor time of one request for work. */
  public static final Duration WORK_MAX = Duration.ofSeconds(10);

  /** Most requests for work that wait for a processor. */
  public static final int WORK_WAITING_MAX = 1_000;

  /** Most time for unfinished requests after the signal to stop. */
  public static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  /** The other environment variables that are read, in the order of the components. */
  public static final List<String> KEYS =
      List.of(
          "SLUICE_SERVER",
          "SLUICE_HOST",
          "SLUICE_PORT",
          "SLUICE_BOOTSTRAP",
          "SLUICE_METRICS_INTERVAL",
          "SLUICE_WORK_MAX",
          "SLUICE_WORK_WAITING_MAX",
          "SLUICE_STOP_TIMEOUT");

  private static final String SOURCE = "environment";
  private static final String KAFKA_PREFIX = "SLUICE_KAFKA_";
  private static final int PORT_MAX = 65_535;
  private static final int WORK_WAITING_LIMIT = 100_000;
  private static final Duration METRICS_INTERVAL_MIN = Duration.ofMillis(100);
  private static final Duration METRICS_INTERVAL_MAX = Duration.ofMinutes(1);
  private static final Duration WORK_MIN = Duration.ofMillis(1);
  private static final Duration WORK_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT_MAX = Duration.ofMinutes(5);
  private static final ServerId PLACEHOLDER = ServerId.of("unnamed-1");
  private static final Pattern BOOTSTRAP =
      Pattern.compile("[^\\s,:]+:[0-9]{1,5}(,[^\\s,:]+:[0-9]{1,5})*");

  /** A server with this id and every default, which sends no metrics. */
  public static AppConfig of(ServerId server) {
    return new AppConfig(
        server,
        HOST,
        PORT,
        Optional.empty(),
        METRICS_INTERVAL,
        WORK_MAX,
        WORK_WAITING_MAX,
        STOP_TIMEOUT);
  }

  /**
   * The configuration that the variables give. Other variables are not looked at, since a process
   * shares its environment with much else; an empty one counts as absent, but for those of the
   * producer, some of whose settings are empty on purpose.
   *
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  public static AppConfig ofEnvironment(Map<String, String> environment) {
    // The tree is built by hand: a JSON mapper would cost start-up time.
    ObjectNode own = JsonNodeFactory.instance.objectNode();
    for (String key : KEYS) {
      String value = environment.getOrDefault(key, "");
      if (!value.isBlank()) {
        own.put(key, value);
      }
    }
    Map<String, String> producer = new TreeMap<>(environment);
    producer.keySet().removeIf(name -> !name.startsWith(KAFKA_PREFIX));
    Section section = Section.root(own, producer);
    if (!section.has("SLUICE_SERVER")) {
      section.note("SLUICE_SERVER", "missing", "<zone>-<number>, such as zone1-1");
    }
    AppConfig config =
        new AppConfig(
            section.value("SLUICE_SERVER", ServerId::of).orElse(PLACEHOLDER),
            section.string("SLUICE_HOST", HOST),
            section.integer("SLUICE_PORT", PORT, 0, PORT_MAX),
            kafka(section),
            section.duration(
                "SLUICE_METRICS_INTERVAL",
                METRICS_INTERVAL,
                METRICS_INTERVAL_MIN,
                METRICS_INTERVAL_MAX),
            section.duration("SLUICE_WORK_MAX", WORK_MAX, WORK_MIN, WORK_LIMIT),
            section.integer("SLUICE_WORK_WAITING_MAX", WORK_WAITING_MAX, 0, WORK_WAITING_LIMIT),
            section.duration("SLUICE_STOP_TIMEOUT", STOP_TIMEOUT, Duration.ZERO, STOP_TIMEOUT_MAX));
    section.orThrow(SOURCE);
    return config;
  }

  private static Optional<KafkaAccess> kafka(Section section) {
    Map<String, String> properties = KafkaAccess.properties(section, "kafka");
    return section
        .value("SLUICE_BOOTSTRAP", AppConfig::bootstrap)
        .map(bootstrap -> new KafkaAccess(bootstrap, properties));
  }

  private static String bootstrap(String text) {
    if (!BOOTSTRAP.matcher(text).matches()) {
      throw new IllegalArgumentException("expected host:port, several separated by commas");
    }
    return text;
  }
}
