package io.sluice.compose.cluster;

import io.sluice.balancer.Gateway;
import io.sluice.compose.decisions.RecordedDecisions;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.docker.DockerFleet;
import io.sluice.provisioner.history.MetricsSink;
import io.sluice.provisioner.history.SinkConfig;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A whole cluster in this process, with its servers as child processes or containers. What must
 * outlive the process lies in the data directory, so that a later start goes on where this one
 * stopped.
 */
public final class EmbeddedCluster implements AutoCloseable {
  /** A broker on a busy machine has restored its log and its groups within this. */
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** Servers finish what they have when the cluster stops; then they are killed. */
  private static final Duration SERVER_GRACE = Duration.ofSeconds(3);

  /**
   * Of a broker whose monitors share its process: they die together, and a pause of the process
   * must not be taken for the death of all of them.
   */
  private static final Map<String, String> IN_COMPANY =
      Map.of("group.streams.session.timeout.ms", "2000");

  private final HealthQuestion health = new HealthQuestion();
  private final Wiring wiring;
  private final Consumer<String> progress;
  private final Teardown teardown = new Teardown();
  private final ServerFleet servers;
  private final EmbeddedBalancers balancers;
  private final EmbeddedMonitors monitors;
  private volatile Optional<MetricsSink> sink = Optional.empty();

  private EmbeddedCluster(Wiring wiring, Consumer<String> progress) {
    this.wiring = wiring;
    this.progress = progress;
    this.servers = wiring.fleet().open();
    this.balancers = new EmbeddedBalancers(wiring);
    this.monitors =
        new EmbeddedMonitors(
            wiring,
            new MonitorProcess.Surroundings(
                servers,
                balancers,
                new RecordedDecisions(new KafkaHistory(wiring.kafka())),
                () -> sink.flatMap(MetricsSink::trouble)));
  }

  /**
   * Starts a cluster; returns when all its parts run, which is before its first servers are ready.
   *
   * @param progress is told in one line about each part that has started
   * @throws ClusterException if a part can't start; what had started is stopped again
   */
  public static EmbeddedCluster start(ClusterConfig config, Consumer<String> progress) {
    Teardown first = new Teardown();
    DataDirectory data = first.add("data directory", DataDirectory.open(config.data()));
    EmbeddedCluster cluster;
    try {
      data.makeSecretKeys();
      cluster =
          new EmbeddedCluster(
              new Wiring(config, data.path(), data.tokens(), hostAddress(config)), progress);
      cluster.teardown.add("data directory", first);
    } catch (ClusterException | FleetException refused) {
      first.close();
      throw refused;
    }
    boolean started = false;
    try {
      cluster.startParts();
      started = true;
      return cluster;
    } catch (ClusterException refused) {
      throw refused;
    } catch (Exception failed) {
      throw new ClusterException("the cluster can't start: " + failed.getMessage(), failed);
    } finally {
      if (!started) {
        cluster.close();
      }
    }
  }

  private static Optional<String> hostAddress(ClusterConfig config) {
    if (!config.fleet().containers()) {
      return Optional.empty();
    }
    try {
      return Optional.of(DockerFleet.hostAddress(config.fleet().engine()));
    } catch (FleetException unreachable) {
      throw new ClusterException(
          "servers can't be containers: " + unreachable.getMessage(), unreachable);
    }
  }

  private void startParts() throws Exception {
    wiring.requireFreePorts();
    startStores();
    ensureTopics();
    // Before the monitors in the order of starting, hence after them in that of stopping: by then
    // nobody is in office who would take the end of the servers for deaths.
    teardown.add("servers", this::stopServers);
    teardown.add("balancers", balancers);
    started(
        "balancers",
        line(wiring.config().zones().size(), wiring::balancerAddress),
        () -> {
          balancers.startAll();
          return null;
        });
    started(
        "gateway",
        wiring.gatewayAddress().toString(),
        () -> teardown.add("gateway", Gateway.start(wiring.gateway())));
    if (wiring.sink().isPresent()) {
      SinkConfig writes = wiring.sink().get();
      started(
          "history",
          writes.history().toString(),
          () -> {
            sink = Optional.of(teardown.add("history", MetricsSink.start(writes)));
            return null;
          });
    }
    teardown.add("monitors", monitors);
    List<URI> urls = List.copyOf(wiring.monitors().values());
    started(
        "monitors",
        line(urls.size(), urls::get),
        () -> {
          monitors.startAll();
          return null;
        });
    monitors.awaitRunning(START_TIMEOUT);
  }

  /** Broker and Redis know nothing of each other, so they start side by side. */
  private void startStores() throws Exception {
    ClusterConfig config = wiring.config();
    Ports ports = config.ports();
    try (ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<EmbeddedRedis> redis =
          side.submit(() ->
              EmbeddedRedis.start(config.host(), ports.redis(), config.data().resolve("redis")));
      try {
        started(
            "Kafka",
            wiring.bootstrap(),
            () ->
                teardown.add(
                    "Kafka",
                    EmbeddedBroker.start(
                        wiring.broker(), IN_COMPANY, config.data().resolve("kafka"))));
      } finally {
        // Whatever became of the broker, a Redis that runs must be known to the teardown.
        started("Redis", wiring.redis().toString(), () -> teardown.add("Redis", await(redis)));
      }
    }
  }

  private void ensureTopics() {
    ClusterConfig config = wiring.config();
    TopicSetup.ensure(
        wiring.kafka(),
        config.zones().stream().map(ClusterConfig.ZoneConfig::id).toList(),
        config.partitions(),
        1);
  }

  private void stopServers() {
    servers.stopAll(SERVER_GRACE);
    servers.close();
  }

  /** What the leader knows of the fleet. */
  public Fleet fleet() {
    return monitors.fleet();
  }

  /** The monitors, each of which can be stopped and started. */
  public EmbeddedMonitors monitors() {
    return monitors;
  }

  /** The balancers. */
  public EmbeddedBalancers balancers() {
    return balancers;
  }

  /** Where and what the cluster is. */
  public ClusterConfig config() {
    return wiring.config();
  }

  /** Where Kafka is, {@code host:port}. */
  public String bootstrap() {
    return wiring.bootstrap();
  }

  /** Where the balancer of a zone takes requests, by the zone's index. */
  public URI balancer(int index) {
    return wiring.balancerAddress(index);
  }

  /** Where the gateway takes requests for all zones. */
  public URI gateway() {
    return wiring.gatewayAddress();
  }

  /** Where the gateway answers questions. */
  public URI gatewayAdmin() {
    return wiring.gatewayAdmin();
  }

  /** Where the monitors answer. */
  public SortedMap<MonitorId, URI> monitorUrls() {
    return wiring.monitors();
  }

  /** The file that holds the token for calls that change something. */
  public java.nio.file.Path tokenFile() {
    return wiring.config().data().resolve("token");
  }

  /**
   * Whether the cluster serves: somebody leads, and a request through each balancer and the gateway
   * is answered by a server. What the journal says does not count, since after a restart it tells
   * of servers that are gone.
   */
  public boolean ready() {
    return monitors.leader().isPresent()
        && IntStream.range(0, wiring.config().zones().size()).allMatch(this::serves)
        && (wiring.mayBeEmpty()
            || works(wiring.gatewayHome())
            || health.answered(
                wiring.gatewayAddress(), wiring.healthPath(wiring.gatewayHome(), fleet())));
  }

  private boolean serves(int index) {
    ClusterConfig.ZoneConfig zone = wiring.config().zones().get(index);
    Zone known = fleet().zone(zone.id());
    if (zone.policy().min() == 0 || known.life().retiring() || known.life().retired()) {
      return true;
    }
    return works(index)
        ? known.in(ServerState.READY).count() >= zone.policy().min()
        : health.answered(wiring.balancerAddress(index), wiring.healthPath(index, fleet()));
  }

  /** Whether a zone's servers take no requests, so that nobody could be asked. */
  private boolean works(int index) {
    return wiring.template(index, fleet()).works();
  }

  /** Why the cluster can't go on, if it can't. */
  public Optional<Throwable> failure() {
    return monitors.failure();
  }

  @Override
  public void close() {
    health.close();
    teardown.close();
  }

  private static String line(int count, IntFunction<URI> address) {
    return IntStream.range(0, count)
        .mapToObj(index -> address.apply(index).toString())
        .collect(Collectors.joining(", "));
  }

  private <T> void started(String part, String line, Callable<T> start) throws Exception {
    long begin = System.nanoTime();
    try {
      var _ = start.call();
    } catch (UnreachableException failed) {
      throw new ClusterException(part + " can't start: " + failed.getMessage(), failed);
    }
    progress.accept(
        String.format(
            Locale.ROOT, "%-10s %s  (%.1f s)", part, line, (System.nanoTime() - begin) / 1e9));
  }

  private static <T> T await(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof ClusterException refused) {
        throw refused;
      }
      throw new ClusterException("Redis can't start: " + failed.getCause(), failed);
    }
  }
}
