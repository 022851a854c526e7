package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.EmbeddedRedis;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.cluster.Ports;
import io.sluice.compose.kafka.Entry;
import io.sluice.provisioner.FleetConfig;
import io.sluice.provisioner.fleet.docker.DockerFleet;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Addresses;
import io.sluice.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/**
 * The example of a worker on a queue, on a real engine with a real Redis; and a worker of which a
 * command says whether it is well.
 */
class WorkersIT {
  private static final String RUN = "wo" + ProcessHandle.current().pid();
  private static final ZoneId QUEUED = new ZoneId(RUN + "a");
  private static final ZoneId CHECKED = new ZoneId(RUN + "b");
  private static final URI ENGINE =
      URI.create(System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock"));
  private static final String BASE = "nginx:1.22-bookworm";
  private static final String IMAGE = "sluice-test-worker:" + RUN;
  private static final Path EXAMPLE = Docker.ROOT.resolve("compose/examples/worker-on-a-queue");
  private static final int JOBS = 60;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static Optional<EmbeddedCluster> started = Optional.empty();
  private static Optional<EmbeddedRedis> queue = Optional.empty();
  private static String host = "";
  private static int port;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    Docker.require("WorkersIT", "docker", "version");
    Docker.script(Map.of(), "compose/images/offline/nginx.sh");
    Docker.run(
        "docker",
        "build",
        "--quiet",
        "--tag",
        IMAGE,
        "--build-arg",
        "BASE=" + BASE,
        EXAMPLE.toString());
    host = DockerFleet.hostAddress(ENGINE);
    Ports ports = FreePorts.find();
    port = ports.monitor(9);
    queue = Optional.of(EmbeddedRedis.start(host, port, folder.resolve("queue")));
    Path file = folder.resolve("cluster.yaml");
    Files.writeString(file, cluster());
    ClusterConfig config =
        ClusterConfig.read(file, System.getenv())
            .withFleet(FleetConfig.Kind.DOCKER)
            .withData(Path.of("target", "workers-" + RUN))
            .withPorts(ports);
    started = Optional.of(EmbeddedCluster.start(config, System.out::println));
    await().atMost(PATIENCE).until(running()::ready);
  }

  private static String cluster() throws Exception {
    String template =
        Files.readString(EXAMPLE.resolve("template.yaml"))
            .replace("queue-worker:1", IMAGE)
            .replace(
                "REDIS_HOST: jobs",
                "REDIS_HOST: \"%s\", REDIS_PORT: \"%d\", JOB_SECONDS: \"1\"".formatted(host, port))
            .indent(6);
    String policy =
        Files.readString(EXAMPLE.resolve("policy.yaml"))
            .replace("target: 30}", "target: 20}")
            .replace("in: 2m", "in: 3s")
            .indent(6);
    return """
    monitors: 1
    zones:
      %s:
        policy:
    %s
          window: 2s
          warmUp: 2s
        template:
    %s
        loads:
          - {metric: queue_length, every: 1s, redis: {url: "redis://%s:%d", list: "queue:default"}}
      %s:
        policy: {servers: {min: 1, max: 1}}
        template:
          image: "%s"
          startTimeout: 30s
          health: {command: "test ! -e /tmp/ill", interval: 1s, timeout: 2s}
          environment: {}
          container: {entrypoint: "sleep", command: "600", metrics: engine}
    """
        .formatted(QUEUED, policy, template, host, port, CHECKED, BASE);
  }

  @AfterAll
  static void stop() throws Exception {
    started.ifPresent(EmbeddedCluster::close);
    queue.ifPresent(EmbeddedRedis::close);
    Docker.run("docker", "rmi", "--force", IMAGE);
  }

  @Test
  void workersComeWithTheListGoWithItAndLoseNoJob() throws Exception {
    try (RedisClient redis = RedisClient.create(host, port)) {
      List<String> jobs = IntStream.range(0, JOBS).mapToObj(job -> "job " + job).toList();
      redis.rpush("queue:default", jobs.toArray(String[]::new));

      await().atMost(PATIENCE).until(() -> ready(QUEUED).size() >= 3);
      assertThat(ready(QUEUED)).allMatch(server -> Addresses.isWorker(server.address()));
      await().atMost(PATIENCE).until(() -> running().fleet().zone(QUEUED).servers().isEmpty());

      assertThat(redis.lrange("done", 0, -1)).containsExactlyInAnyOrderElementsOf(jobs);
      assertThat(redis.llen("queue:default")).isZero();
      assertThat(redis.keys("taken:*")).isEmpty();
      assertThat(facts(QUEUED)).isEmpty();
      assertThat(Records.of(running().bootstrap(), Topics.membership(QUEUED))).isEmpty();
    }
  }

  @Test
  void aWorkerThatItsCommandFindsIllOrThatEndsIsReplaced() throws Exception {
    ServerId first = ready(CHECKED).getFirst().id();
    Docker.run("docker", "exec", container(first), "touch", "/tmp/ill");

    await().atMost(PATIENCE).until(() -> others(first));
    assertThat(facts(CHECKED))
        .singleElement()
        .isInstanceOfSatisfying(
            ServerReported.class,
            reported ->
                assertThat(reported.lastError())
                    .isEqualTo("its health command failed 3 times in a row"));

    ServerId second = ready(CHECKED).getFirst().id();
    Docker.run("docker", "kill", container(second));
    await().atMost(PATIENCE).until(() -> others(second));
    assertThat(facts(CHECKED)).last().isInstanceOf(ServerExited.class);
  }

  private static boolean others(ServerId than) {
    return ready(CHECKED).stream().anyMatch(server -> !server.id().equals(than));
  }

  private static List<Server> ready(ZoneId zone) {
    return running().fleet().zone(zone).in(ServerState.READY).toList();
  }

  /** Ends that nobody asked for. */
  private static List<Object> facts(ZoneId zone) {
    return Records.of(running().bootstrap(), Topics.JOURNAL).stream()
        .map(Entry::value)
        .filter(fact -> fact.zone().equals(zone))
        .filter(fact -> fact instanceof ServerExited || fact instanceof ServerReported)
        .map(Object.class::cast)
        .toList();
  }

  private static EmbeddedCluster running() {
    return started.orElseThrow();
  }

  private static String container(ServerId server) {
    return "up-" + running().config().ports().offset() + "-" + server;
  }
}
