package io.sluice.compose.drill;

import io.sluice.compose.cluster.EmbeddedRedis;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster of which every part is a process of its own: a broker, or several with controllers
 * beside them, Redis, monitors, one balancer per zone, and servers. Nothing of it runs on once it
 * is closed.
 */
public final class DrillCluster implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DrillCluster.class);

  /** Several JVMs on a machine that is busy with more than that have started within this. */
  private static final Duration START_PATIENCE = Duration.ofMinutes(4);

  private static final String HOST = DrillFiles.HOST;
  private static final Duration SERVER_GRACE = Duration.ofSeconds(3);

  private final Shape shape;
  private final SortedMap<Integer, Part> controllers = new TreeMap<>();
  private final SortedMap<Integer, Part> brokers = new TreeMap<>();
  private EmbeddedRedis redis;
  private final SortedMap<Integer, Part> gateways = new TreeMap<>();
  private final SortedMap<MonitorId, Part> monitors = new ConcurrentSkipListMap<>();
  private final SortedMap<ZoneId, Part> balancers = new TreeMap<>();
  private final ReentrantLock closing = new ReentrantLock();
  private boolean closed;

  private DrillCluster(Shape shape, EmbeddedRedis redis) {
    this.shape = shape;
    this.redis = redis;
  }

  /**
   * What a cluster is to be like.
   *
   * @param directory for all its files
   * @param ports its ports
   * @param routes by which addresses the parts know each other
   * @param parts what there is
   */
  public record Shape(Path directory, Ports ports, Routes routes, Parts parts) {
    List<ZoneId> zones() {
      return parts.zones();
    }

    int monitors() {
      return parts.monitors();
    }

    String bootstrap() {
      return ports.bootstrap(HOST, parts.brokers());
    }

    /** The bearer token: it opens nothing but this cluster. */
    public String token() {
      return "a-token-of-a-drill";
    }
  }

  /**
   * What a cluster consists of, beside Redis and servers.
   *
   * @param brokers how many brokers, 1 to 3
   * @param monitors how many monitors, 1 or more
   * @param zones the names of its zones
   * @param balancers whether the zones have balancers
   * @param gateway whether there is a gateway, with the first zone as its home
   */
  public record Parts(
      int brokers, int monitors, List<ZoneId> zones, boolean balancers, boolean gateway) {
    /** Copies the list. */
    public Parts {
      zones = List.copyOf(zones);
    }

    /**
     * How many processes are controllers and nothing else: as many as brokers, or none beside an
     * only one. What is done to a broker is not done to a controller then, as in a Kafka cluster
     * that matters.
     */
    int controllers() {
      return brokers == 1 ? 0 : brokers;
    }

    /** With one broker, and without a gateway. */
    public Parts(int monitors, List<ZoneId> zones, boolean balancers) {
      this(1, monitors, zones, balancers, false);
    }
  }

  /** Starts a cluster; returns when a monitor leads. */
  public static DrillCluster start(Shape shape) {
    try {
      Files.createDirectories(shape.directory());
      EmbeddedRedis redis =
          EmbeddedRedis.start(HOST, shape.ports().redis(), shape.directory().resolve("redis"));
      DrillCluster cluster = new DrillCluster(shape, redis);
      // Whoever ends the drill by a signal does not want its processes to stay.
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().name("end-of-drill").unstarted(cluster::close));
      boolean started = false;
      try {
        cluster.startParts();
        started = true;
        return cluster;
      } finally {
        if (!started) {
          cluster.close();
        }
      }
    } catch (IOException failed) {
      throw new DrillException("the files of a drill can't be written", failed);
    }
  }

  private void startParts() throws IOException {
    DrillFiles files = new DrillFiles(shape);
    for (int number = 1; number <= shape.parts().controllers(); number++) {
      start(
          controllers, number, "controller-" + number, roleOf("broker", files.controller(number)));
    }
    for (int node = 1; node <= shape.parts().brokers(); node++) {
      start(brokers, node, "broker-" + node, roleOf("broker", files.broker(node)));
    }
    awaitBroker();
    for (ZoneId zone : shape.parts().balancers() ? shape.zones() : List.<ZoneId>of()) {
      start(balancers, zone, "balancer-" + zone, roleOf("balancer", files.balancer(zone)));
    }
    if (shape.parts().gateway()) {
      start(gateways, 1, "gateway", roleOf("gateway", files.gateway()));
    }
    for (int id = 1; id <= shape.monitors(); id++) {
      MonitorId monitor = new MonitorId(id);
      List<String> arguments =
          new ArrayList<>(roleOf("monitor", files.monitor(monitor, shape.zones())));
      arguments.addAll(List.of("--id", Integer.toString(id)));
      start(monitors, monitor, "monitor-" + id, arguments);
    }
    awaitLeader(new MonitorId(shape.monitors()), START_PATIENCE);
  }

  private <K> void start(Map<K, Part> parts, K key, String name, List<String> arguments) {
    unlessClosed(
        () -> parts.put(key, Part.start(shape.directory().resolve(name + ".log"), arguments)));
  }

  private static List<String> roleOf(String role, Path file) {
    return List.of(role, "--config", file.toString());
  }

  /** Waits until every broker listens. */
  public void awaitBroker() {
    Patience.await(
        "Kafka takes requests",
        START_PATIENCE,
        () -> Stream.of(bootstrap().split(",", -1)).allMatch(Connect::accepts));
  }

  /** Waits until every monitor that runs takes this one for the leader. */
  public void awaitLeader(MonitorId leader, Duration atMost) {
    awaitLeaderAmong(
        monitors.entrySet().stream()
            .filter(entry -> entry.getValue().running())
            .map(Map.Entry::getKey)
            .toList(),
        leader,
        atMost);
  }

  /** Waits until each of these monitors takes this one for the leader. */
  public void awaitLeaderAmong(List<MonitorId> voters, MonitorId leader, Duration atMost) {
    Patience.await(
        "monitor %s leads, by the word of %s".formatted(leader, voters),
        atMost,
        () -> voters.stream().allMatch(voter -> follows(voter, leader)));
  }

  private boolean follows(MonitorId monitor, MonitorId leader) {
    String phase = monitor.equals(leader) ? "leading" : "following";
    return Standings.ask(url(monitor))
        .filter(standing -> standing.leader() == leader.value() && standing.phase().equals(phase))
        .isPresent();
  }

  /** How a monitor stands, by its own word; empty: it does not answer. */
  public Optional<Standings.Standing> standing(MonitorId monitor) {
    return Standings.ask(url(monitor));
  }

  /** Where Kafka is for this process. */
  public String bootstrap() {
    return shape.bootstrap();
  }

  /** Where a monitor answers. */
  public URI url(MonitorId monitor) {
    return new DrillFiles(shape).url(monitor);
  }

  /** Where a zone's balancer takes requests. */
  public URI balancer(ZoneId zone) {
    return new DrillFiles(shape).traffic(zone);
  }

  /** A monitor's process. */
  public Part monitor(MonitorId id) {
    Part part = monitors.get(id);
    if (part == null) {
      throw new IllegalArgumentException(
          "monitor %s: expected one of %s".formatted(id, monitors.keySet()));
    }
    return part;
  }

  /**
   * Restarts a monitor, in order, by another file.
   *
   * @param zones those that stand in it, some of the cluster's
   */
  public void restart(MonitorId id, List<ZoneId> zones) {
    Part part = monitor(id);
    part.terminate();
    try {
      new DrillFiles(shape).monitor(id, zones);
    } catch (IOException failed) {
      throw new DrillException("the file of monitor %s can't be written".formatted(id), failed);
    }
    part.restart();
  }

  /** A balancer's process, as it was started at first. */
  public Part balancerPart(ZoneId zone) {
    Part part = balancers.get(zone);
    if (part == null) {
      throw new IllegalArgumentException(
          "zone %s: expected one of %s".formatted(zone, balancers.keySet()));
    }
    return part;
  }

  /** The only broker's process, or the first one's. */
  public Part broker() {
    return broker(1);
  }

  /** A broker's process, by its number from 1. */
  public Part broker(int node) {
    Part part = brokers.get(node);
    if (part == null) {
      throw new IllegalArgumentException(
          "broker %d: expected one of %s".formatted(node, brokers.keySet()));
    }
    return part;
  }

  /** The process of a controller that is nothing else, by its number from 1. */
  public Part controller(int number) {
    Part part = controllers.get(number);
    if (part == null) {
      throw new IllegalArgumentException(
          "controller %d: expected one of %s".formatted(number, controllers.keySet()));
    }
    return part;
  }

  /** The gateway's process, if there is one. */
  public Optional<Part> gatewayPart() {
    return Optional.ofNullable(gateways.get(1));
  }

  /** Where the gateway takes requests. */
  public URI gateway() {
    return new DrillFiles(shape).gatewayTraffic();
  }

  /** What the cluster is like. */
  public Shape shape() {
    return shape;
  }

  /**
   * The processes that run by a configuration file of this name, such as {@code balancer-zone1}.
   */
  public List<ProcessHandle> processes(String name) {
    return Strays.of(shape.directory().resolve(name + ".yaml").toString());
  }

  /** Redis. */
  public EmbeddedRedis redis() {
    return redis;
  }

  /** Starts Redis anew on the same port, without what it held. */
  public void emptyRedis() {
    startRedis("redis-emptied");
  }

  /** Starts Redis anew on the same port, with what it held. */
  public void restartRedis() {
    startRedis("redis");
  }

  private void startRedis(String directory) {
    unlessClosed(() -> {
      redis.close();
      redis =
          EmbeddedRedis.start(HOST, shape.ports().redis(), shape.directory().resolve(directory));
    });
  }

  /** Starts something, but nothing behind a signal that has ended the cluster. */
  private void unlessClosed(Runnable start) {
    closing.lock();
    try {
      if (closed) {
        throw new DrillException("the cluster is closed: nothing is started there any more");
      }
      start.run();
    } finally {
      closing.unlock();
    }
  }

  /** A client that asks this monitor. */
  public MonitorClient client(MonitorId monitor) {
    return new MonitorClient(url(monitor));
  }

  /** The bearer token. */
  public String token() {
    return shape.token();
  }

  /** The fleet as its directory knows it; to look, not to change it. */
  public ProcessFleet fleet() {
    return new ProcessFleet(
        ProcessFleetConfig.of(List.of("none"), new DrillFiles(shape).servers()));
  }

  @Override
  public void close() {
    closing.lock();
    try {
      if (!closed) {
        closed = true;
        end();
      }
    } finally {
      closing.unlock();
    }
  }

  private void end() {
    monitors.values().forEach(Part::close);
    balancers.values().forEach(Part::close);
    gateways.values().forEach(Part::close);
    brokers.values().forEach(Part::close);
    controllers.values().forEach(Part::close);
    try (ProcessFleet fleet = fleet()) {
      fleet.stopAll(SERVER_GRACE);
    } catch (FleetException late) {
      // What a drill found out is not lost for a server that a busy machine ends late.
      LOG.warn("not all servers of {} ended in time: {}", shape.directory(), late.getMessage());
    }
    // Waits for all that is left, the servers among it.
    Strays.end(shape.directory());
    redis.close();
  }
}
