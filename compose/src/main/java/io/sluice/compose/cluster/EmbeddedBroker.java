package io.sluice.compose.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker and controller in this JVM, for a cluster on one machine. Its data stays in a
 * directory, so that a later start goes on where this one stopped, after a crash too.
 */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE_ID = 1;
  private static final String META_PROPERTIES = "meta.properties";

  private final KafkaRaftServer server;
  private final String bootstrap;

  private EmbeddedBroker(KafkaRaftServer server, String bootstrap) {
    this.server = server;
    this.bootstrap = bootstrap;
  }

  /**
   * Starts a broker; returns when it takes requests.
   *
   * @param host address to listen on
   * @param port port for clients
   * @param controllerPort port for the controller, on the same address
   * @param data where its data lives; created and formatted if it is not there yet
   * @throws ClusterException if the data directory can't be prepared
   */
  public static EmbeddedBroker start(String host, int port, int controllerPort, Path data) {
    Properties settings = settings(host, port, controllerPort, data);
    if (!Files.exists(data.resolve(META_PROPERTIES))) {
      format(data);
    }
    KafkaRaftServer server =
        new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
    server.startup();
    return new EmbeddedBroker(server, host + ":" + port);
  }

  /** Where clients connect, {@code host:port}. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Stops the broker in order; its data stays. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Path data) {
    try {
      Files.createDirectories(data);
      new Formatter()
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setDirectories(List.of(data.toString()))
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(data.toString())
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
          .run();
    } catch (Exception unformatted) {
      throw new ClusterException(
          "Kafka's data directory %s can't be prepared: %s"
              .formatted(data, unformatted.getMessage()),
          unformatted);
    }
  }

  private static Properties settings(String host, int port, int controllerPort, Path data) {
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(NODE_ID));
    settings.put("log.dirs", data.toString());
    settings.put(
        "listeners",
        "PLAINTEXT://%s:%d,CONTROLLER://%s:%d".formatted(host, port, host, controllerPort));
    settings.put("advertised.listeners", "PLAINTEXT://%s:%d".formatted(host, port));
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.quorum.voters", "%d@%s:%d".formatted(NODE_ID, host, controllerPort));
    // One node: everything has one copy.
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      settings.put(topic + ".replication.factor", "1");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("offsets.topic.num.partitions", "3");
    settings.put("transaction.state.log.num.partitions", "3");
    settings.put("auto.create.topics.enable", "false");
    // After a crash the controller waits for the old session to end before the broker may return:
    // the defaults make that 13 to 20 s, these make it about 3 s.
    settings.put("broker.session.timeout.ms", "1000");
    settings.put("broker.heartbeat.interval.ms", "200");
    // Groups of one process each: nobody else has to be waited for.
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.streams.initial.rebalance.delay.ms", "0");
    settings.put("group.streams.heartbeat.interval.ms", "500");
    settings.put("group.streams.min.heartbeat.interval.ms", "100");
    settings.put("group.streams.session.timeout.ms", "2000");
    settings.put("group.streams.min.session.timeout.ms", "1000");
    settings.put("group.min.session.timeout.ms", "1000");
    // The transactional commits of three zones are small and many: the markers go out at once.
    settings.put("transaction.partition.verification.enable", "true");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("log.cleaner.threads", "1");
    settings.put("log.cleaner.dedupe.buffer.size", "8388608");
    settings.put("log.segment.bytes", "134217728");
    return settings;
  }
}
