package io.sluice.compose.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
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
  private static final String META_PROPERTIES = "meta.properties";

  /** What does not depend on the place, nor on how many brokers there are. */
  private static final Map<String, String> FIGURES = figures();

  private static final int COPIES_MAX = 3;

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
   * @throws ClusterException if the data directory can't be prepared, or the broker not started
   */
  public static EmbeddedBroker start(String host, int port, int controllerPort, Path data) {
    return start(new Place(host, port, controllerPort, List.of()), data);
  }

  /**
   * Where a broker listens.
   *
   * @param host address to listen on
   * @param port port for clients, which are told the same address
   * @param controllerPort port for the controller
   * @param doors further ports for clients that know the broker by another address
   * @param quorum the brokers that it makes a cluster with; empty: it is the only one
   */
  public record Place(
      String host, int port, int controllerPort, List<Door> doors, Optional<Quorum> quorum) {
    /** Copies the list. */
    public Place {
      doors = List.copyOf(doors);
    }

    /** Of an only broker. */
    public Place(String host, int port, int controllerPort, List<Door> doors) {
      this(host, port, controllerPort, doors, Optional.empty());
    }

    /** How many copies there are of everything. */
    int copies() {
      return Math.min(COPIES_MAX, quorum.map(all -> all.controllers().size()).orElse(1));
    }

    private int node() {
      return quorum.map(Quorum::node).orElse(1);
    }

    /** What it does in its cluster. */
    public Set<Role> roles() {
      return quorum.map(Quorum::roles).orElseGet(() -> EnumSet.allOf(Role.class));
    }

    /** What is asked of it is asked there, {@code host:port}. */
    public String address() {
      return host + ":" + (roles().contains(Role.BROKER) ? port : controllerPort);
    }
  }

  /** What a process does in its cluster, by Kafka's {@code process.roles}. */
  public enum Role {
    /** It keeps records and serves clients. */
    BROKER,
    /** It keeps what there is, and says who leads which partition. */
    CONTROLLER;

    /** What Kafka calls it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Several brokers and controllers that are one cluster.
   *
   * @param clusterId what the cluster is called in every one's data, so that data of another one is
   *     refused
   * @param node this one's number among them all
   * @param roles what this one does there, one at least
   * @param controllers where each controller listens, {@code host:port}, by its number
   */
  public record Quorum(
      String clusterId, int node, Set<Role> roles, SortedMap<Integer, String> controllers) {
    /** Copies set and map. */
    public Quorum {
      roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
      controllers = Collections.unmodifiableSortedMap(new TreeMap<>(controllers));
    }

    private String voters() {
      return controllers.entrySet().stream()
          .map(controller -> controller.getKey() + "@" + controller.getValue())
          .collect(Collectors.joining(","));
    }
  }

  /**
   * A port for clients that know the broker by another address: behind a proxy, or in another
   * network.
   *
   * @param name the listener's name, A-Z, 0-9 and '_'
   * @param host address to listen on; empty: the broker's own
   * @param port port to listen on
   * @param advertised what clients that come by it are told, {@code host:port}
   */
  public record Door(String name, Optional<String> host, int port, String advertised) {
    /** A door on the broker's own address. */
    public Door(String name, int port, String advertised) {
      this(name, Optional.empty(), port, advertised);
    }
  }

  /**
   * Starts a broker; returns when it takes requests.
   *
   * @param data where its data lives; created and formatted if it is not there yet
   * @throws ClusterException if the data directory can't be prepared, or the broker not started
   */
  public static EmbeddedBroker start(Place place, Path data) {
    return start(place, Map.of(), data);
  }

  /**
   * Starts a broker; returns when it takes requests.
   *
   * @param further settings of the broker by Kafka's names, such as those that let a door ask for
   *     credentials; they win over ours
   * @param data where its data lives; created and formatted if it is not there yet
   * @throws ClusterException if the data directory can't be prepared, or the broker not started
   */
  public static EmbeddedBroker start(Place place, Map<String, String> further, Path data) {
    Properties settings = settings(place, data);
    settings.putAll(further);
    boolean made = !Files.exists(data.resolve(META_PROPERTIES));
    if (made) {
      // What was made a moment ago has no session, though it looks like what a crash leaves.
      format(place, data);
    }
    try {
      KafkaConfig config = KafkaConfig.fromProps(settings, false);
      // Of several, another one is the controller meanwhile, and ends the session.
      if (!made && place.quorum().isEmpty() && StaleSession.isIn(data)) {
        StaleSession.end(settings);
      }
      KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
      server.startup();
      return new EmbeddedBroker(server, place.address());
    } catch (RuntimeException refused) {
      throw new ClusterException(
          "Kafka can't start with its data in %s: %s".formatted(data, refused.getMessage()),
          refused);
    }
  }

  /** Where clients connect, {@code host:port}; of a controller alone, where brokers do. */
  public String bootstrap() {
    return bootstrap;
  }

  /** Stops the broker in order; its data stays. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
  }

  private static void format(Place place, Path data) {
    try {
      Files.createDirectories(data);
      new Formatter()
          .setNodeId(place.node())
          .setClusterId(
              place.quorum().map(Quorum::clusterId).orElseGet(() -> Uuid.randomUuid().toString()))
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

  private static Properties settings(Place place, Path data) {
    Properties settings = new Properties();
    settings.putAll(FIGURES);
    settings.putAll(place.quorum().isPresent() ? ofSeveral(place.copies()) : ofOne());
    settings.put("node.id", Integer.toString(place.node()));
    settings.put("log.dirs", data.toString());
    settings.put(
        "process.roles", place.roles().stream().map(Role::word).collect(Collectors.joining(",")));
    settings.putAll(listeners(place));
    settings.put(
        "controller.quorum.voters",
        place
            .quorum()
            .map(Quorum::voters)
            .orElseGet(
                () -> "%d@%s:%d".formatted(place.node(), place.host(), place.controllerPort())));
    return settings;
  }

  private static Map<String, String> listeners(Place place) {
    List<String> listeners = new ArrayList<>();
    List<String> advertised = new ArrayList<>();
    StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    String host = place.host();
    Map<String, String> settings = new TreeMap<>();
    if (place.roles().contains(Role.BROKER)) {
      listeners.add("PLAINTEXT://%s:%d".formatted(host, place.port()));
      advertised.add("PLAINTEXT://%s:%d".formatted(host, place.port()));
      for (Door door : place.doors()) {
        listeners.add("%s://%s:%d".formatted(door.name(), door.host().orElse(host), door.port()));
        advertised.add("%s://%s".formatted(door.name(), door.advertised()));
        protocols.append(",%s:PLAINTEXT".formatted(door.name()));
      }
      settings.put("advertised.listeners", String.join(",", advertised));
      settings.put("inter.broker.listener.name", "PLAINTEXT");
    }
    if (place.roles().contains(Role.CONTROLLER)) {
      listeners.add("CONTROLLER://%s:%d".formatted(host, place.controllerPort()));
    }
    settings.put("listeners", String.join(",", listeners));
    settings.put("listener.security.protocol.map", protocols.toString());
    return settings;
  }

  private static Map<String, String> ofOne() {
    Map<String, String> figures = copies(1, 1);
    // Nobody takes over from the only broker: a pause is no reason to lose its office. A session
    // that a crash left open is ended at the next start.
    figures.put("broker.session.timeout.ms", "60000");
    // How soon a broker that has started says so to its controller.
    figures.put("broker.heartbeat.interval.ms", "500");
    return figures;
  }

  private static Map<String, String> ofSeveral(int copies) {
    // With two copies of two the loss of one would stop everything.
    Map<String, String> figures = copies(copies, Math.max(1, copies - 1));
    // Its partitions are led by others after this silence; Kafka's own default is 9 s. Much
    // shorter,
    // and brokers of a machine that is short of processors depose each other without end.
    figures.put("broker.session.timeout.ms", "3000");
    figures.put("broker.heartbeat.interval.ms", "500");
    // Who was away catches up within this, or does not count among the copies.
    figures.put("replica.lag.time.max.ms", "2000");
    // A copy that asks its new leader before that knows of its office asks again after this. By
    // default it is a second, for which writers wait, since the copy counts meanwhile.
    figures.put("replica.fetch.backoff.ms", "50");
    return figures;
  }

  private static Map<String, String> copies(int copies, int inSync) {
    Map<String, String> figures = new TreeMap<>();
    for (String topic :
        List.of(
            "offsets.topic.replication.factor",
            "transaction.state.log.replication.factor",
            "share.coordinator.state.topic.replication.factor",
            "default.replication.factor")) {
      figures.put(topic, Integer.toString(copies));
    }
    for (String topic :
        List.of(
            "transaction.state.log.min.isr",
            "share.coordinator.state.topic.min.isr",
            "min.insync.replicas")) {
      figures.put(topic, Integer.toString(inSync));
    }
    return figures;
  }

  private static Map<String, String> figures() {
    Map<String, String> figures = new TreeMap<>();
    figures.put("controller.listener.names", "CONTROLLER");
    figures.put("auto.create.topics.enable", "false");
    figures.put("offsets.topic.num.partitions", "3");
    figures.put("transaction.state.log.num.partitions", "3");
    // What a broker reads before its coordinators work again: with the usual segments of 100 MB it
    // would be everything of the last hours, since only whole segments are compacted.
    figures.put("offsets.topic.segment.bytes", "1048576");
    figures.put("transaction.state.log.segment.bytes", "1048576");
    // Offsets of a group whose members were all away for a week would be dropped; they are only of
    // use to read less, but reading all of a year takes a while. Ten years.
    figures.put("offsets.retention.minutes", "5256000");
    // Groups of one process each: nobody else has to be waited for.
    figures.put("group.initial.rebalance.delay.ms", "0");
    figures.put("group.streams.initial.rebalance.delay.ms", "0");
    // The zones of a monitor that dies go on elsewhere after this and the end of the transaction
    // that it may have left open, which is looked after every ten seconds by default. Shorter, and
    // monitors that wait for a processor are taken for dead.
    figures.put("group.streams.heartbeat.interval.ms", "200");
    figures.put("group.streams.min.heartbeat.interval.ms", "100");
    figures.put("group.streams.session.timeout.ms", "1000");
    figures.put("group.streams.min.session.timeout.ms", "1000");
    figures.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "100");
    // A transaction that follows on one whose marks are still being written looks again after this;
    // by default after 20 ms, which is longer than the marks of one broker take.
    figures.put("add.partitions.to.txn.retry.backoff.ms", "5");
    // One machine's worth of threads, buffers and files.
    figures.put("num.network.threads", "2");
    figures.put("num.io.threads", "4");
    figures.put("log.cleaner.threads", "1");
    figures.put("log.cleaner.dedupe.buffer.size", "8388608");
    figures.put("log.segment.bytes", "134217728");
    return figures;
  }
}
