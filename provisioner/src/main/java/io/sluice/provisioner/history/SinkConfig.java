package io.sluice.provisioner.history;

import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import java.time.Duration;

/**
 * How a sink is to be.
 *
 * @param kafka how Kafka is reached
 * @param group the group under which Kafka keeps how far it is; sinks of one group share the work
 * @param history where it writes
 * @param metrics whether it writes the servers' metrics; not where Telegraf does
 * @param decisions whether it writes the scale commands
 * @param batch most points of one write, 1 to 100,000
 * @param retryMax the longest pause between two tries of the same write, 1 s to 10 min
 * @param listen where it tells how it is
 */
public record SinkConfig(
    KafkaAccess kafka,
    String group,
    HistoryConfig history,
    boolean metrics,
    boolean decisions,
    int batch,
    Duration retryMax,
    Listen listen) {
  /**
   * Where a sink tells how it is.
   *
   * @param host the address to listen on
   * @param port the port to listen on, 0 to 65535; 0 takes a free one
   */
  public record Listen(String host, int port) {
    /** Nobody but this machine, beside InfluxDB's own port. */
    public static final Listen DEFAULT = new Listen("127.0.0.1", 8087);
  }

  /** A broker on this machine. */
  public static final String BOOTSTRAP_DEFAULT = "127.0.0.1:9092";

  /** The group unless the configuration says otherwise. */
  public static final String GROUP_DEFAULT = "sluice-history";

  /** As many as InfluxDB recommends for one write. */
  public static final int BATCH_DEFAULT = 5_000;

  /** How long a database that is away is left alone at most. */
  public static final Duration RETRY_MAX_DEFAULT = Duration.ofSeconds(10);

  private static final int BATCH_MAX = 100_000;
  private static final int PORT_MAX = 65_535;
  private static final Duration RETRY_MAX_LEAST = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX_MOST = Duration.ofMinutes(10);

  /** A sink of everything into this history, with the defaults. */
  public static SinkConfig of(KafkaAccess kafka, HistoryConfig history) {
    return new SinkConfig(
        kafka,
        GROUP_DEFAULT,
        history,
        true,
        true,
        BATCH_DEFAULT,
        RETRY_MAX_DEFAULT,
        Listen.DEFAULT);
  }

  /**
   * Reads a configuration.
   *
   * @param source the file that it came from, for the message
   * @throws io.sluice.schemas.config.ConfigException with all that is wrong
   */
  public static SinkConfig read(String source, Section root) {
    KafkaAccess kafka =
        new KafkaAccess(
            root.string("bootstrap", BOOTSTRAP_DEFAULT), KafkaAccess.properties(root, "kafka"));
    String group = root.string("group", GROUP_DEFAULT);
    Section section = root.section("history");
    var history = HistoryConfig.read(section);
    boolean metrics = root.bool("metrics", true);
    boolean decisions = root.bool("decisions", true);
    int batch = root.integer("batch", BATCH_DEFAULT, 1, BATCH_MAX);
    Duration retryMax =
        root.duration("retryMax", RETRY_MAX_DEFAULT, RETRY_MAX_LEAST, RETRY_MAX_MOST);
    Listen listen =
        new Listen(
            root.string("host", Listen.DEFAULT.host()),
            root.integer("port", Listen.DEFAULT.port(), 0, PORT_MAX));
    if (history.isEmpty() && !section.has("url")) {
      root.note("history.url", "missing", "http://host:port of the database");
    }
    if (!metrics && !decisions) {
      root.note("metrics", "false beside decisions: false", "something to write");
    }
    root.orThrow(source);
    return new SinkConfig(
        kafka, group, history.orElseThrow(), metrics, decisions, batch, retryMax, listen);
  }
}
