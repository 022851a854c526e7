package io.sluice.topology;

import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Section;
import io.sluice.topology.stream.DeadLetters;
import io.sluice.topology.stream.Productions;
import io.sluice.topology.stream.StateStores;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * What can be set about a process that runs the topology.
 *
 * @param bootstrap Kafka's addresses, {@code host:port}, separated by commas
 * @param applicationId the name that all processes of one cluster share; also the prefix of the
 *     internal topics
 * @param partitions how many partitions the journal has, 1 to {@value #PARTITIONS_MAX}
 * @param replication how many copies internal topics have, 1 to {@value #REPLICATION_MAX}
 * @param threads how many partitions are worked on at the same time, 1 to {@value #THREADS_MAX}
 * @param commitInterval how long results are gathered before they are committed, hence seen
 * @param stateDirectory where Kafka Streams keeps its lock and checkpoints
 * @param groupProtocol how processes share the partitions
 * @param sessionTimeout after what silence a process counts as dead and its partitions move; only
 *     for {@link GroupProtocol#CLASSIC}, since with the other one the broker decides
 * @param kafka further settings of the Kafka clients, such as those for TLS, by Kafka's names
 */
public record TopologyConfig(
    String bootstrap,
    String applicationId,
    int partitions,
    int replication,
    int threads,
    Duration commitInterval,
    Path stateDirectory,
    GroupProtocol groupProtocol,
    Duration sessionTimeout,
    Map<String, String> kafka) {
  /** Where a broker listens unless told otherwise. */
  public static final String BOOTSTRAP_DEFAULT = "localhost:9092";

  /** The name of the product. */
  public static final String APPLICATION_ID_DEFAULT = "sluice";

  /** Enough to spread a few hundred zones over three monitors with two cores each. */
  public static final int PARTITIONS_DEFAULT = 6;

  /** A guard against slips of the keyboard. */
  public static final int PARTITIONS_MAX = 10_000;

  /** What a single broker can give. */
  public static final int REPLICATION_DEFAULT = 1;

  /** Kafka's own limit is the number of brokers; nobody keeps more copies than this. */
  public static final int REPLICATION_MAX = 9;

  /** One thread carries thousands of zones. */
  public static final int THREADS_DEFAULT = 1;

  /** More than any machine has cores for. */
  public static final int THREADS_MAX = 256;

  /**
   * There are three hops from a metric to a command: each waits for one commit, and shorter
   * intervals only cost the broker more transactions.
   */
  public static final Duration COMMIT_INTERVAL_DEFAULT = Duration.ofMillis(30);

  /** Each commit is a transaction, which takes some milliseconds by itself. */
  public static final Duration COMMIT_INTERVAL_MIN = Duration.ofMillis(5);

  /** Decisions once a second need results once a second. */
  public static final Duration COMMIT_INTERVAL_MAX = Duration.ofSeconds(1);

  /** Below the directory in which the process was started. */
  public static final Path STATE_DIRECTORY_DEFAULT = Path.of("data", "streams");

  /**
   * The shortest that a broker accepts unless its own limit is lowered; Kafka's default is 45 s.
   */
  public static final Duration SESSION_TIMEOUT_DEFAULT = Duration.ofSeconds(6);

  /** A pause of a second is not a death. */
  public static final Duration SESSION_TIMEOUT_MIN = Duration.ofSeconds(1);

  /** Longer than this, and a dead process leaves its zones alone for minutes. */
  public static final Duration SESSION_TIMEOUT_MAX = Duration.ofMinutes(2);

  /**
   * After what time the broker ends the transaction that a dead process left open, behind which
   * readers of committed records wait; Kafka Streams' own default is 10 s. {@code
   * kafka.producer.transaction.timeout.ms} overrides it.
   */
  public static final Duration TRANSACTION_TIMEOUT_DEFAULT = Duration.ofMillis(2500);

  /**
   * How long a task that was taken over waits for its committed offsets before it asks anew. While
   * the transaction of a dead instance is open, Kafka's consumer asks again and again, and of two
   * such questions for the same partitions one can wait for the other for ever (<a
   * href="https://github.com/apache/kafka/pull/22747">KAFKA-20765</a>), which ends only with this
   * time: with Kafka's default a zone now and then was not decided on for a minute. {@code
   * kafka.main.consumer.default.api.timeout.ms} overrides it.
   */
  public static final Duration OFFSETS_TIMEOUT_DEFAULT = Duration.ofSeconds(2);

  /**
   * The longest pause before a broker that was away is asked whether it is back, in milliseconds,
   * as the leader's clients have it; Kafka's is a second. {@code kafka.reconnect.backoff.max.ms}
   * overrides it.
   */
  private static final int RECONNECT_MAX_MILLIS = 200;

  /** Idle threads look at their timers this often at least, as Kafka's default. */
  private static final Duration POLL_MAX = Duration.ofMillis(100);

  /** Copies the settings. */
  public TopologyConfig {
    kafka = Map.copyOf(kafka);
  }

  /** The defaults against this cluster. */
  public static TopologyConfig of(String bootstrap, int partitions, Path stateDirectory) {
    return new TopologyConfig(
        bootstrap,
        APPLICATION_ID_DEFAULT,
        partitions,
        REPLICATION_DEFAULT,
        THREADS_DEFAULT,
        COMMIT_INTERVAL_DEFAULT,
        stateDirectory,
        GroupProtocol.STREAMS,
        SESSION_TIMEOUT_DEFAULT,
        Map.of());
  }

  /** Reads the keys of a section; what is wrong with them is noted there. */
  public static TopologyConfig read(Section section) {
    TopologyConfig config =
        new TopologyConfig(
            section.string("bootstrap", BOOTSTRAP_DEFAULT),
            section.string("applicationId", APPLICATION_ID_DEFAULT),
            section.integer("partitions", PARTITIONS_DEFAULT, 1, PARTITIONS_MAX),
            section.integer("replication", REPLICATION_DEFAULT, 1, REPLICATION_MAX),
            section.integer("threads", THREADS_DEFAULT, 1, THREADS_MAX),
            section.duration(
                "commitInterval",
                COMMIT_INTERVAL_DEFAULT,
                COMMIT_INTERVAL_MIN,
                COMMIT_INTERVAL_MAX),
            section.value("stateDirectory", Path::of).orElse(STATE_DIRECTORY_DEFAULT),
            section.choice("groupProtocol", GroupProtocol.STREAMS),
            section.duration(
                "sessionTimeout",
                SESSION_TIMEOUT_DEFAULT,
                SESSION_TIMEOUT_MIN,
                SESSION_TIMEOUT_MAX),
            section.dotted("kafka"));
    Properties own = config.own();
    config.kafka().keySet().stream()
        .filter(own::containsKey)
        .forEach(
            name -> section.note("kafka." + name, "set", "no setting that the topology makes"));
    return config;
  }

  /** The settings for Kafka Streams; those that the topology makes win over {@link #kafka}. */
  public Properties properties() {
    Properties all = new Properties();
    all.put(KafkaAccess.RETRY_BACKOFF_MAX, KafkaAccess.RETRY_BACKOFF_MAX_MILLIS);
    all.put(StreamsConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX_MILLIS);
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        Math.toIntExact(TRANSACTION_TIMEOUT_DEFAULT.toMillis()));
    all.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG),
        Math.toIntExact(OFFSETS_TIMEOUT_DEFAULT.toMillis()));
    all.putAll(new TreeMap<>(kafka));
    all.putAll(own());
    return all;
  }

  private Properties own() {
    Properties own = new Properties();
    own.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    own.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    own.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    own.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, replication);
    own.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    own.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    own.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetters.class);
    own.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, Productions.class);
    // There are no global stores; set so that Kafka does not warn of what will change for them. Its
    // constant is deprecated from birth, hence the text.
    own.put("processing.exception.handler.global.enabled", true);
    own.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    own.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    own.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    // A thread that waits for records does not commit meanwhile.
    own.put(StreamsConfig.POLL_MS_CONFIG, Math.min(commitInterval.toMillis(), POLL_MAX.toMillis()));
    // Which of the journal and the panes comes first does not matter: neither waits for the other.
    own.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    own.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        StateStores.RECORD_BYTES_MAX);
    own.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, groupProtocol.setting());
    if (groupProtocol == GroupProtocol.CLASSIC) {
      own.put(
          StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
          Math.toIntExact(sessionTimeout.toMillis()));
      own.put(
          StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
          Math.toIntExact(sessionTimeout.toMillis() / 4));
    }
    return own;
  }
}
