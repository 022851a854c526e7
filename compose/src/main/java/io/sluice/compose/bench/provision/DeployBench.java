package io.sluice.compose.bench.provision;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.ClusterException;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.cluster.ServerCommand;
import io.sluice.compose.drill.Scratch;
import io.sluice.compose.drill.Times;
import io.sluice.compose.monitor.MonitorClient;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.schemas.fleet.Balancer;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Measures how long a zone that is declared while a cluster runs takes from the call that declares
 * it to the first request that its balancer has answered, and what memory each further zone costs.
 * The cluster is that of {@code sluice up}, in this process, with servers as processes. Beside it,
 * by turns, a server of the same kind is started by itself: that much of it is not ours.
 */
public final class DeployBench {
  /** Longer than any zone takes on a machine that can be used for this. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration LOOK = Duration.ofMillis(5);
  private static final String TAKES_REQUESTS = "{\"servers\": {\"min\": 1, \"max\": 1}}";
  private static final String IDLE = "{\"servers\": {\"min\": 0, \"max\": 1}}";
  private static final int OK = 200;
  private static final int COLLECTIONS = 3;

  private final int rounds;
  private final int zones;
  private final Consumer<String> progress;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * A benchmark.
   *
   * @param rounds how often a zone is declared, 1 or more
   * @param zones how many further zones the memory is divided by, 1 or more
   * @param progress hears in a line what is done
   */
  public DeployBench(int rounds, int zones, Consumer<String> progress) {
    this.rounds = rounds;
    this.zones = zones;
    this.progress = progress;
  }

  /**
   * What was measured.
   *
   * @param deploy from the declaration of a zone to its first answer
   * @param server from the start of a server by itself to its first answer
   * @param zones how many further zones there were for the figures of memory
   * @param heapKiBAZone what each of them keeps of the heap after a collection, in KiB
   * @param residentKiBAZone by how much the process grew for each, in KiB; negative if it shrank
   */
  public record Report(
      Times deploy, Times server, int zones, double heapKiBAZone, double residentKiBAZone) {}

  /**
   * Measures; leaves nothing.
   *
   * @throws ClusterException if the cluster can't start, or a zone does not come
   * @throws IOException if there is no room for the files
   */
  public Report run() throws IOException, InterruptedException {
    Ports ports = FreePorts.find();
    try (http;
        Scratch scratch = Scratch.create("sluice-deploy");
        ServerFleet alone = alone(scratch.directory().resolve("alone"));
        EmbeddedCluster cluster =
            EmbeddedCluster.start(
                ClusterConfig.defaults(Map.of())
                    .withData(scratch.directory().resolve("cluster"))
                    .withPorts(ports)
                    .withZones(1),
                progress)) {
      await("the cluster to serve", cluster::ready);
      return measured(cluster, new Candidate(new ZoneId("alone"), alone, ServerTemplate.DEFAULT));
    }
  }

  private static ServerFleet alone(Path directory) {
    return new ProcessFleet(
        new ProcessFleetConfig(
            ServerCommand.line(),
            directory,
            ProcessFleetConfig.HOST_DEFAULT,
            FreePorts.find().servers(),
            ProcessFleetConfig.CRASH_LOGS_MAX_DEFAULT,
            ProcessFleetConfig.DETACHED_DEFAULT));
  }

  private Report measured(EmbeddedCluster cluster, Candidate alone)
      throws IOException, InterruptedException {
    List<Long> deploy = new ArrayList<>();
    List<Long> server = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      progress.accept(round == 0 ? "warming up" : "round %d of %d".formatted(round, rounds));
      long deployed = deployMillis(cluster, new ZoneId("deployed-" + round));
      long started = alone.startMillis(round + 1, http);
      if (round > 0) {
        deploy.add(deployed);
        server.add(started);
      }
    }
    progress.accept("%d further zones".formatted(zones));
    Memory before = Memory.now();
    for (int i = 1; i <= zones; i++) {
      declare(cluster, new ZoneId("further-" + i), IDLE);
    }
    for (int i = 1; i <= zones; i++) {
      ZoneId zone = new ZoneId("further-" + i);
      await(
          "zone %s to be served".formatted(zone),
          () ->
              cluster
                  .fleet()
                  .zone(zone)
                  .balancer()
                  .filter(found -> found.state() == Balancer.State.ALIVE)
                  .isPresent());
    }
    Memory after = Memory.now();
    return new Report(
        Times.of(deploy),
        Times.of(server),
        zones,
        (after.heapKiB() - before.heapKiB()) / zones,
        (after.residentKiB() - before.residentKiB()) / zones);
  }

  private long deployMillis(EmbeddedCluster cluster, ZoneId zone)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    declare(cluster, zone, TAKES_REQUESTS);
    await(
        "zone %s to serve".formatted(zone),
        () -> balancer(cluster, zone).filter(this::answers).isPresent());
    long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();
    call(cluster, "DELETE", MonitorClient.ofZone(zone.value()), "");
    await(
        "zone %s to be gone".formatted(zone),
        () ->
            cluster.fleet().zone(zone).life().retired()
                && cluster.fleet().zone(zone).servers().isEmpty());
    return took;
  }

  private static void declare(EmbeddedCluster cluster, ZoneId zone, String policy)
      throws IOException {
    call(
        cluster,
        "POST",
        "/v1/zones",
        "{\"zone\": \"%s\", \"policy\": %s, \"template\": {}}".formatted(zone, policy));
  }

  private static void call(EmbeddedCluster cluster, String method, String path, String body)
      throws IOException {
    String token = Files.readString(cluster.tokenFile()).strip();
    try (MonitorClient client = MonitorClient.ofBest(List.copyOf(cluster.monitorUrls().values()))) {
      client.ask(method, path, body, Map.of("Authorization", "Bearer " + token));
    }
  }

  private static Optional<URI> balancer(EmbeddedCluster cluster, ZoneId zone) {
    return cluster.fleet().zone(zone).balancer().map(Balancer::address);
  }

  private boolean answers(URI balancer) {
    return status(balancer) == OK;
  }

  private int status(URI asked) {
    try {
      return http.send(
              HttpRequest.newBuilder(asked.resolve("/id")).timeout(Duration.ofSeconds(5)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException notYet) {
      return 0;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while a zone is awaited", interrupted);
    }
  }

  private static void await(String what, BooleanSupplier so) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() - until > 0) {
        throw new ClusterException(
            "waited %d s in vain for %s".formatted(PATIENCE.toSeconds(), what));
      }
      Thread.sleep(LOOK);
    }
  }

  /**
   * What this process has.
   *
   * @param heapKiB in use after collections
   * @param residentKiB in memory, as the kernel counts
   */
  private record Memory(double heapKiB, double residentKiB) {
    static Memory now() throws IOException {
      for (int i = 0; i < COLLECTIONS; i++) {
        System.gc();
      }
      long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      return new Memory(heap / 1024.0, resident());
    }

    private static double resident() throws IOException {
      return Files.readString(Path.of("/proc/self/status"))
          .lines()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    }
  }
}
