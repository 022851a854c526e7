package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.kafka.Entry;
import io.sluice.provisioner.FleetConfig;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.docker.DockerFleet;
import io.sluice.provisioner.fleet.docker.DockerFleetConfig;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
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
import org.junit.jupiter.api.io.TempDir;

/**
 * Two zones on two engines, one of which is on a host that loses its power; their servers are
 * somebody else's image, nginx. One story, in the order of the tests.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EnginesIT {
  private static final String RUN = "en" + ProcessHandle.current().pid();
  private static final ZoneId HERE = new ZoneId(RUN + "a");
  private static final ZoneId THERE = new ZoneId(RUN + "b");
  private static final String IMAGE = "nginx:1.22-bookworm";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static Optional<SecondHost> host = Optional.empty();
  private static Optional<EmbeddedCluster> started = Optional.empty();

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    Docker.require("EnginesIT", "docker", "version");
    SecondHost.require("EnginesIT");
    Docker.require("EnginesIT", "which", "wrk");
    Docker.script(Map.of(), "compose/images/offline/nginx.sh");
    SecondHost second = SecondHost.make(Files.createTempDirectory("sluice-host"));
    host = Optional.of(second);
    second.on();
    second.load(IMAGE);
    Path file = folder.resolve("cluster.yaml");
    Files.writeString(file, cluster(second));
    ClusterConfig config =
        ClusterConfig.read(file, System.getenv())
            .withFleet(FleetConfig.Kind.DOCKER)
            .withData(Path.of("target", "engines-" + RUN))
            .withPorts(FreePorts.find());
    started = Optional.of(EmbeddedCluster.start(config, System.out::println));
    await().atMost(PATIENCE).until(cluster()::ready);
  }

  private static String cluster(SecondHost second) {
    String nginx =
        """
        {
              image: "%s", cpus: 0.1, healthPath: /, environment: {},
              container: {
                port: 80, writable: "/run /var/lib/nginx /tmp", capabilities: "CHOWN SETGID SETUID",
                metrics: engine}}
        """
            .formatted(IMAGE)
            .strip();
    return """
    monitors: 1
    healthInterval: 1s
    zones:
      %s:
        policy:
          servers: {max: 2}
          rules: [{type: threshold, metric: cpu, above: 40, below: 10}]
          stabilisation: {in: 2s}
        template: %s
      %s:
        template: %s
        docker: {engine: "%s", certificates: "%s", pull: never}
    """
        .formatted(HERE, nginx, THERE, nginx, second.engine(), second.certificates());
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      started.ifPresent(EmbeddedCluster::close);
      if (host.isPresent() && started.isPresent()) {
        assertThat(containersHere()).isEmpty();
        assertThat(host.get().containers()).isEmpty();
      }
    } finally {
      if (host.isPresent()) {
        host.get().unmake();
      }
    }
  }

  @Test
  @Order(1)
  void eachZonesServersAreOnItsEngine() throws Exception {
    assertThat(containersHere()).containsExactly(container(HERE.server(1)));
    assertThat(host().containers()).containsExactly(container(THERE.server(1)));
    assertThat(ready(THERE).getFirst().address().getHost()).isEqualTo(host().address());
  }

  @Test
  @Order(2)
  void anEngineThatDoesNotAcceptTheCertificatesIsToldOf() {
    assertThatThrownBy(() -> list(Optional.of(host().strangersCertificates())))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining(host().engine().toString())
        .hasMessageContaining("accept")
        .hasMessageContaining("certificate");
    assertThatThrownBy(() -> list(Optional.empty()))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("it wants TLS");
  }

  private static void list(Optional<Path> certificates) {
    try (DockerFleet fleet = new DockerFleet(DockerFleetConfig.of(RUN, host().way(certificates)))) {
      fleet.list();
    }
  }

  @Test
  @Order(3)
  void somebodyElsesImageScalesByWhatItsEngineMeasures() throws Exception {
    try (Wrk wrk = Wrk.start(cluster().balancer(0), 4, false)) {
      await().atMost(PATIENCE).until(() -> ready(HERE).size() == 2);

      Wrk.Result result = wrk.stop();
      assertThat(result.errors()).isEmpty();
      assertThat(result.requests()).isPositive();
    }
    assertThat(containersHere())
        .containsExactlyInAnyOrder(container(HERE.server(1)), container(HERE.server(2)));
  }

  @Test
  @Order(4)
  void aHostThatIsLostTakesItsZoneAlongAndNoOther() throws Exception {
    ServerId lost = THERE.server(1);
    try (Load load = new Load(cluster().balancer(0), 1)) {
      host().off();

      await().atMost(PATIENCE).until(() -> failedStart().isPresent());
      assertThat(journal(THERE))
          .anyMatch(
              fact -> fact instanceof ServerReported reported && reported.server().equals(lost));
      assertThat(failedStart().orElseThrow())
          .contains(host().engine().toString())
          // A connection that was open when the host went says nothing any more; a new one fails.
          .containsAnyOf("the engine can't be reached", "the engine does not answer in time");

      host().on();
      await().atMost(PATIENCE).until(() -> !ready(THERE).isEmpty());
      assertThat(load.failures()).isEmpty();
      assertThat(load.answered()).isPositive();
    }
    Server fresh = ready(THERE).getFirst();
    assertThat(fresh.id()).isNotEqualTo(lost);
    await()
        .atMost(PATIENCE)
        .until(() -> host().containers().equals(List.of(container(fresh.id()))));
    await().atMost(PATIENCE).until(cluster()::ready);
    assertThat(journal(HERE))
        .noneMatch(fact ->
            fact instanceof CommandFailed
                || fact instanceof ServerReported
                || fact instanceof ServerExited);
  }

  @Test
  @Order(5)
  void replayingTheJournalGivesTheVerySameCommands() {
    AuditAtEnd.verify(cluster().bootstrap());
  }

  private static Optional<String> failedStart() {
    return journal(THERE).stream()
        .filter(CommandFailed.class::isInstance)
        .map(fact -> ((CommandFailed) fact).reason())
        .findFirst();
  }

  private static List<FleetEvent> journal(ZoneId zone) {
    return Records.of(cluster().bootstrap(), Topics.JOURNAL).stream()
        .map(Entry::value)
        .filter(fact -> fact.zone().equals(zone))
        .toList();
  }

  private static EmbeddedCluster cluster() {
    return started.orElseThrow();
  }

  private static SecondHost host() {
    return host.orElseThrow();
  }

  private static List<Server> ready(ZoneId zone) {
    return cluster().fleet().zone(zone).in(ServerState.READY).toList();
  }

  private static String container(ServerId server) {
    return clusterName() + "-" + server;
  }

  private static String clusterName() {
    return "up-" + cluster().config().ports().offset();
  }

  private static List<String> containersHere() throws IOException, InterruptedException {
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
}
