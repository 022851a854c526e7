package io.sluice.compose.drill;

import io.sluice.compose.cluster.EmbeddedRedis;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A cluster of which every part is a process of its own: a broker, Redis, monitors, one balancer
 * per zone, and servers. Nothing of it runs on once it is closed.
 */
public final class DrillCluster implements AutoCloseable {
  /** A JVM on a busy machine has started within this. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);

  private static final String HOST = DrillFiles.HOST;
  private static final Duration SERVER_GRACE = Duration.ofSeconds(3);

  private final Shape shape;
  private final Part broker;
  private EmbeddedRedis redis;
  private final SortedMap<MonitorId, Part> monitors = new ConcurrentSkipListMap<>();
  private final SortedMap<ZoneId, Part> balancers = new TreeMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private DrillCluster(Shape shape, Part broker, EmbeddedRedis redis) {
    this.shape = shape;
    this.broker = broker;
    this.redis = redis;
  }

  /**
   * What a cluster is to be like.
   *
   * @param directory for all its files
   * @param ports its ports
   * @param monitors how many monitors, 1 or more
   * @param zones the names of its zones
   * @param balancers whether the zones have balancers
   * @param routes by which addresses the parts know each other
   */
  public record Shape(
      Path directory,
      Ports ports,
      int monitors,
      List<ZoneId> zones,
      boolean balancers,
      Routes routes) {
    /** Copies the list. */
    public Shape {
      zones = List.copyOf(zones);
    }

    /** The bearer token: it opens nothing but this cluster. */
    public String token() {
      return "a-token-of-a-drill";
    }
  }

  /** Starts a cluster; returns when a monitor leads. */
  public static DrillCluster start(Shape shape) {
    try {
      Files.createDirectories(shape.directory());
      DrillFiles files = new DrillFiles(shape);
      Part broker =
          Part.start(
              shape.directory().resolve("broker.log"),
              List.of("broker", "--config", files.broker().toString()));
      EmbeddedRedis redis =
          EmbeddedRedis.start(HOST, shape.ports().redis(), shape.directory().resolve("redis"));
      DrillCluster cluster = new DrillCluster(shape, broker, redis);
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
    awaitBroker();
    for (ZoneId zone : shape.balancers() ? shape.zones() : List.<ZoneId>of()) {
      Path file = files.balancer(zone);
      balancers.put(
          zone,
          Part.start(
              shape.directory().resolve("balancer-%s.log".formatted(zone)),
              List.of("balancer", "--config", file.toString())));
    }
    for (int id = 1; id <= shape.monitors(); id++) {
      MonitorId monitor = new MonitorId(id);
      Path file = files.monitor(monitor);
      monitors.put(
          monitor,
          Part.start(
              shape.directory().resolve("monitor-%d.log".formatted(id)),
              List.of("monitor", "--config", file.toString(), "--id", Integer.toString(id))));
    }
    awaitLeader(new MonitorId(shape.monitors()), START_PATIENCE);
  }

  /** Waits until the broker says that it listens. */
  public void awaitBroker() {
    Patience.await("the broker takes requests", START_PATIENCE, () -> Connect.accepts(bootstrap()));
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
    return HOST + ":" + shape.ports().kafka();
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

  /** A balancer's process, as it was started at first. */
  public Part balancerPart(ZoneId zone) {
    Part part = balancers.get(zone);
    if (part == null) {
      throw new IllegalArgumentException(
          "zone %s: expected one of %s".formatted(zone, balancers.keySet()));
    }
    return part;
  }

  /** The broker's process. */
  public Part broker() {
    return broker;
  }

  /** Redis. */
  public EmbeddedRedis redis() {
    return redis;
  }

  /** Starts Redis anew on the same port, without what it held. */
  public void emptyRedis() {
    redis.close();
    redis =
        EmbeddedRedis.start(
            HOST, shape.ports().redis(), shape.directory().resolve("redis-emptied"));
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
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    monitors.values().forEach(Part::close);
    balancers.values().forEach(Part::close);
    Strays.end(shape.directory());
    try (ProcessFleet fleet = fleet()) {
      fleet.stopAll(SERVER_GRACE);
    }
    redis.close();
    broker.close();
  }
}
