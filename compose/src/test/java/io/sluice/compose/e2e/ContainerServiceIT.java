package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.provisioner.FleetConfig;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The loop with servers as containers of a real engine; one story, in the order of the tests. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContainerServiceIT {
  private static final String RUN = "ct" + ProcessHandle.current().pid();
  private static final ZoneId ZONE = new ZoneId(RUN + "a");
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Optional<EmbeddedCluster> started = Optional.empty();

  @BeforeAll
  static void start(@org.junit.jupiter.api.io.TempDir Path folder) throws Exception {
    Docker.require("ContainerServiceIT", "docker", "version");
    // What it begins with is made from this host's own packages where no registry can be reached.
    Docker.script(Map.of(), "compose/images/offline/base.sh");
    Docker.run(
        "docker",
        "build",
        "--quiet",
        "--tag",
        "sluice-app",
        "--file",
        Docker.ROOT.resolve("compose/images/app/Dockerfile").toString(),
        Docker.ROOT.toString());
    Path file = folder.resolve("cluster.yaml");
    Files.writeString(
        file,
        """
        zones:
          %sa: {policy: {stabilisation: {in: 2s}}, template: {memoryBytes: 268435456}}
          %sb: {}
          %sc:
            policy:
              rules: [{type: threshold, metric: cpu, above: 40, below: 10}]
              stabilisation: {in: 2s}
            template:
              cpus: 0.5
              container: {metrics: engine}
            docker: {bootstrap: "127.0.0.1:1"}
        """
            .formatted(RUN, RUN, RUN));
    ClusterConfig config =
        ClusterConfig.read(file, System.getenv())
            .withFleet(FleetConfig.Kind.DOCKER)
            .withData(Path.of("target", "containers-" + RUN))
            .withPorts(FreePorts.find());
    started = Optional.of(EmbeddedCluster.start(config, System.out::println));
    await().atMost(PATIENCE).until(cluster()::ready);
  }

  @AfterAll
  static void stop() throws Exception {
    HTTP.close();
    if (started.isPresent()) {
      started.get().close();
      assertThat(containers()).isEmpty();
    }
  }

  @Test
  @Order(1)
  void eachServerIsAContainer() throws Exception {
    assertThat(containers())
        .containsExactlyInAnyOrder(
            container(ZONE.server(1)),
            container(new ZoneId(RUN + "b").server(1)),
            container(new ZoneId(RUN + "c").server(1)));
  }

  @Test
  @Order(2)
  void highLoadAddsAContainerAndLowLoadRemovesItWithoutAFailedRequest() throws Exception {
    try (Load load = new Load(cluster().balancer(0).resolve("/id"), 2)) {
      simulate("high-cpu");
      await().atMost(PATIENCE).until(() -> ready().size() >= 2);
      assertThat(containers()).contains(container(ZONE.server(2)));

      simulate("scale-down");
      await().atMost(PATIENCE).until(() -> cluster().fleet().zone(ZONE).servers().size() == 1);

      assertThat(load.failures()).isEmpty();
      assertThat(load.answered()).isPositive();
    }
    await().atMost(PATIENCE).until(() -> containers().size() == 3);
  }

  @Test
  @Order(3)
  void aKilledContainerIsReplacedWithoutAFailedRequest() throws Exception {
    Server victim = ready().getFirst();
    try (Load load = new Load(cluster().balancer(0).resolve("/id"), 2)) {
      await().atMost(PATIENCE).until(() -> load.answered() > 20);
      Docker.run("docker", "kill", container(victim.id()));
      await()
          .atMost(PATIENCE)
          .until(() ->
              !ready().isEmpty()
                  && ready().stream().noneMatch(server -> server.id().equals(victim.id())));

      assertThat(load.failures()).isEmpty();
    }
    await().atMost(PATIENCE).until(() -> !containers().contains(container(victim.id())));
  }

  /** The image reaches no Kafka: what is known of its load, the engine has measured. */
  @Test
  @Order(4)
  void anImageThatKnowsNothingOfSluiceScalesByWhatTheEngineMeasures() throws Exception {
    ZoneId silent = new ZoneId(RUN + "c");
    try (Load load = new Load(cluster().balancer(2).resolve("/work?ms=100"), 2)) {
      await().atMost(PATIENCE).until(() -> ready(silent).size() >= 2);
      assertThat(load.answered()).isPositive();
    }

    await().atMost(PATIENCE).until(() -> cluster().fleet().zone(silent).servers().size() == 1);
  }

  @Test
  @Order(5)
  void replayingTheJournalGivesTheVerySameCommands() {
    AuditAtEnd.verify(cluster().bootstrap());
  }

  private static EmbeddedCluster cluster() {
    return started.orElseThrow();
  }

  private static List<Server> ready() {
    return ready(ZONE);
  }

  private static List<Server> ready(ZoneId zone) {
    return cluster().fleet().zone(zone).in(ServerState.READY).toList();
  }

  /** What its containers' names begin with. */
  private static String clusterName() {
    return "up-" + cluster().config().ports().offset();
  }

  private static String container(ServerId server) {
    return clusterName() + "-" + server;
  }

  private static List<String> containers() throws IOException, InterruptedException {
    return Docker.run(
            "docker",
            "ps",
            "--all",
            "--filter",
            "label=sluice.cluster=" + clusterName(),
            "--format",
            "{{.Names}}")
        .lines()
        .toList();
  }

  private static void simulate(String situation) throws IOException, InterruptedException {
    for (Server server : ready()) {
      URI address = server.address().resolve("/simulation");
      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(address)
                  .header("Content-Type", "application/json")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"situation\":\"%s\"}".formatted(situation)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }
}
