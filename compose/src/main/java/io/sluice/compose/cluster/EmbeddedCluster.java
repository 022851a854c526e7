package io.sluice.compose.cluster;

import io.sluice.balancer.Balancer;
import io.sluice.compose.decisions.RecordedDecisions;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.kafka.TopicSetup;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.provisioner.Monitor;
import io.sluice.provisioner.api.Decisions;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.topology.ZoneStreams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A whole cluster in this process, with its servers as child processes. What must outlive the
 * process lies in the data directory, so that a later start goes on where this one stopped.
 */
public final class EmbeddedCluster implements AutoCloseable {
  /** A broker on a busy machine has restored its log and its groups within this. */
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** Servers finish what they have when the cluster stops; then they are killed. */
  private static final Duration SERVER_GRACE = Duration.ofSeconds(3);

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Wiring wiring;
  private final Consumer<String> progress;
  private final Teardown teardown = new Teardown();
  private final List<Balancer> balancers = new ArrayList<>();
  private Optional<ZoneStreams> streams = Optional.empty();
  private Optional<Monitor> monitor = Optional.empty();

  private EmbeddedCluster(Wiring wiring, Consumer<String> progress) {
    this.wiring = wiring;
    this.progress = progress;
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
      cluster = new EmbeddedCluster(new Wiring(config, data.path(), data.token()), progress);
      cluster.teardown.add("data directory", first);
    } catch (ClusterException refused) {
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

  private void startParts() throws Exception {
    wiring.requireFreePorts();
    startStores();
    started("topology", "observing and deciding", this::startTopology);
    ProcessFleet fleet = new ProcessFleet(wiring.processes());
    // Before the monitor in the order of starting, hence after it in that of stopping: by then
    // nobody is in office who would take the end of the servers for deaths.
    teardown.add("servers", () -> stopServers(fleet));
    started("balancers", balancerLine(), this::startBalancers);
    started(
        "monitor",
        wiring.monitorUrl().toString(),
        () -> {
          Decisions decisions = new RecordedDecisions(new KafkaHistory(wiring.bootstrap()));
          monitor =
              Optional.of(
                  teardown.add("monitor", Monitor.start(wiring.monitor(), fleet, decisions)));
          return null;
        });
    streams.orElseThrow().awaitRunning(START_TIMEOUT);
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
                        config.host(),
                        ports.kafka(),
                        ports.kafkaController(),
                        config.data().resolve("kafka"))));
      } finally {
        // Whatever became of the broker, a Redis that runs must be known to the teardown.
        started("Redis", wiring.redis().toString(), () -> teardown.add("Redis", await(redis)));
      }
    }
  }

  private Void startTopology() {
    ClusterConfig config = wiring.config();
    TopicSetup.ensure(
        wiring.bootstrap(),
        config.zones().stream().map(ClusterConfig.ZoneConfig::id).toList(),
        config.partitions(),
        1);
    streams = Optional.of(teardown.add("topology", ZoneStreams.start(wiring.topology())));
    return null;
  }

  private Void startBalancers() {
    for (int index = 0; index < wiring.config().zones().size(); index++) {
      balancers.add(
          teardown.add(
              "balancer of " + wiring.config().zones().get(index).id(),
              Balancer.start(wiring.balancer(index))));
    }
    return null;
  }

  private static void stopServers(ProcessFleet fleet) {
    fleet.stopAll(SERVER_GRACE);
    fleet.close();
  }

  /** What the leader knows of the fleet. */
  public Fleet fleet() {
    return monitor.map(running -> running.state().fleet()).orElse(Fleet.EMPTY);
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

  /** Where the monitor answers. */
  public URI monitor() {
    return wiring.monitorUrl();
  }

  /** The file that holds the token for calls that change something. */
  public java.nio.file.Path tokenFile() {
    return wiring.config().data().resolve("token");
  }

  /**
   * Whether the cluster serves: somebody leads, and a request through each balancer is answered by
   * a server. What the journal says does not count, since after a restart it tells of servers that
   * are gone.
   */
  public boolean ready() {
    return monitor.map(running -> running.state().leads()).orElse(false)
        && IntStream.range(0, wiring.config().zones().size()).allMatch(this::serves);
  }

  private boolean serves(int index) {
    if (wiring.config().zones().get(index).policy().min() == 0) {
      return true;
    }
    HttpRequest question =
        HttpRequest.newBuilder(wiring.balancerAddress(index).resolve("/health_check"))
            .timeout(ANSWER_TIMEOUT)
            .build();
    try {
      return http.send(question, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What has stopped the topology, if anything has. */
  public Optional<Throwable> failure() {
    return streams.flatMap(running ->
        running.status() instanceof ZoneStreams.Status.Failed(Throwable cause)
            ? Optional.of(cause)
            : Optional.empty());
  }

  @Override
  public void close() {
    http.shutdownNow();
    teardown.close();
  }

  private String balancerLine() {
    List<String> addresses = new ArrayList<>();
    for (int index = 0; index < wiring.config().zones().size(); index++) {
      addresses.add(wiring.balancerAddress(index).toString());
    }
    return String.join(", ", addresses);
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
