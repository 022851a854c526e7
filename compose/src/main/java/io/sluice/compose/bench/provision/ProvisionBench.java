package io.sluice.compose.bench.provision;

import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.ServerCommand;
import io.sluice.compose.drill.Times;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerFleet;
import io.sluice.provisioner.fleet.docker.DockerConfig;
import io.sluice.provisioner.fleet.docker.DockerFleet;
import io.sluice.provisioner.fleet.docker.DockerFleetConfig;
import io.sluice.provisioner.fleet.docker.PullPolicy;
import io.sluice.provisioner.fleet.process.ProcessFleet;
import io.sluice.provisioner.fleet.process.ProcessFleetConfig;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Measures how long a server of the demo application takes from the order that its fleet gets to
 * the first request that it serves: as a container with the JVM's start-up cache that its image
 * has, as one without, and as a process. They take turns, and begin a round by turns, so that what
 * else the machine does disturbs all of them alike. A first round warms up and does not count.
 */
public final class ProvisionBench {
  private static final Duration END_GRACE = Duration.ZERO;

  private final Plan plan;
  private final Consumer<String> progress;
  private final String run = "bench-" + ProcessHandle.current().pid();

  /**
   * A benchmark.
   *
   * @param progress hears in a line what is done
   */
  public ProvisionBench(Plan plan, Consumer<String> progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /**
   * What is to be measured.
   *
   * @param engine where containers run, {@code unix:///path} or {@code tcp://host:port}
   * @param image the demo application's; the engine must have it
   * @param rounds how often each is measured, 1 or more
   */
  public record Plan(URI engine, String image, int rounds) {}

  /**
   * What was measured.
   *
   * @param docker containers
   * @param dockerWithoutAotCache containers without the start-up cache
   * @param process processes of this host
   */
  public record Report(Times docker, Times dockerWithoutAotCache, Times process) {}

  /**
   * Measures; leaves no server.
   *
   * @throws FleetException if there is no engine or no image, or a server does not answer
   * @throws IOException if there is no room for the servers' logs
   */
  public Report run() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("sluice-provision");
    try (ServerFleet containers = containers();
        ServerFleet processes = processes(directory)) {
      // Without an engine nothing is started at all.
      containers.list();
      AtomicBoolean underWay = new AtomicBoolean(true);
      // For an end that comes in the middle, such as Ctrl-C.
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> endIf(underWay, List.of(containers, processes))));
      try {
        return measured(containers, processes);
      } finally {
        underWay.set(false);
      }
    } finally {
      delete(directory);
    }
  }

  private ServerFleet containers() {
    DockerConfig byDefault = DockerConfig.of(plan.engine());
    return new DockerFleet(
        DockerFleetConfig.of(
            run,
            new DockerConfig(
                byDefault.engine(),
                byDefault.certificates(),
                byDefault.network(),
                byDefault.reach(),
                byDefault.publishOn(),
                byDefault.publishedAt(),
                PullPolicy.NEVER,
                byDefault.bootstrap())));
  }

  private static ServerFleet processes(Path directory) {
    return new ProcessFleet(
        new ProcessFleetConfig(
            ServerCommand.line(),
            directory,
            ProcessFleetConfig.HOST_DEFAULT,
            FreePorts.find().servers(),
            ProcessFleetConfig.CRASH_LOGS_MAX_DEFAULT,
            ProcessFleetConfig.DETACHED_DEFAULT));
  }

  private Report measured(ServerFleet containers, ServerFleet processes)
      throws InterruptedException {
    List<Candidate> candidates =
        List.of(
            new Candidate(new ZoneId(run + "-aot"), containers, template(Map.of())),
            new Candidate(
                new ZoneId(run + "-plain"), containers, template(Map.of("SLUICE_AOT", "off"))),
            new Candidate(new ZoneId(run + "-process"), processes, template(Map.of())));
    List<List<Long>> millis = new ArrayList<>();
    candidates.forEach(_ -> millis.add(new ArrayList<>()));
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int round = 0; round <= plan.rounds(); round++) {
        progress.accept(
            round == 0 ? "warming up" : "round %d of %d".formatted(round, plan.rounds()));
        for (int turn = 0; turn < candidates.size(); turn++) {
          int which = (round + turn) % candidates.size();
          long took = candidates.get(which).startMillis(round + 1, http);
          if (round > 0) {
            millis.get(which).add(took);
          }
        }
      }
    }
    return new Report(Times.of(millis.get(0)), Times.of(millis.get(1)), Times.of(millis.get(2)));
  }

  private ServerTemplate template(Map<String, String> environment) {
    ServerTemplate byDefault = ServerTemplate.DEFAULT;
    return new ServerTemplate(
        plan.image(),
        new TreeMap<>(environment),
        byDefault.memoryBytes(),
        byDefault.cpus(),
        byDefault.startTimeout(),
        byDefault.drainTimeout(),
        byDefault.health(),
        byDefault.container());
  }

  private static void endIf(AtomicBoolean underWay, List<ServerFleet> fleets) {
    if (underWay.get()) {
      fleets.forEach(fleet -> fleet.stopAll(END_GRACE));
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
