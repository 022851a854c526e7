package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.cluster.ClusterConfig;
import io.sluice.compose.cluster.EmbeddedCluster;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.compose.kafka.Entry;
import io.sluice.provisioner.FleetConfig;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody copies a server's container, with all its labels, and renames the original, on the
 * engine of a whole cluster.
 */
class CopiedContainerIT {
  private static final String RUN = "cc" + ProcessHandle.current().pid();
  private static final ZoneId ZONE = new ZoneId(RUN);
  private static final ServerId ORIGINAL = ZONE.server(1);
  private static final String IMAGE = "nginx:1.22-bookworm";
  private static final String COPY = RUN + "-copy";
  private static final String ASIDE = RUN + "-aside";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static Optional<EmbeddedCluster> started = Optional.empty();

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    Docker.require("CopiedContainerIT", "docker", "version");
    Docker.script(Map.of(), "compose/images/offline/nginx.sh");
    Path file = folder.resolve("cluster.yaml");
    Files.writeString(
        file,
        """
        monitors: 1
        zones:
          %s:
            policy: {servers: {min: 2, max: 2}}
            template:
              image: "%s"
              cpus: 0.1
              healthPath: /
              environment: {}
              container:
                port: 80
                writable: "/run /var/lib/nginx /tmp"
                capabilities: "CHOWN SETGID SETUID"
                metrics: engine
        """
            .formatted(ZONE, IMAGE));
    ClusterConfig config =
        ClusterConfig.read(file, System.getenv())
            .withFleet(FleetConfig.Kind.DOCKER)
            .withData(Path.of("target", "copies-" + RUN))
            .withPorts(FreePorts.find());
    started = Optional.of(EmbeddedCluster.start(config, System.out::println));
    await().atMost(PATIENCE).until(() -> ready(ORIGINAL) && ready(ZONE.server(2)));
  }

  @AfterAll
  static void stop() throws Exception {
    if (started.isPresent()) {
      started.get().close();
      for (String left :
          Docker.run("docker", "ps", "--all", "--quiet", "--filter", "name=^" + RUN + "-")
              .lines()
              .toList()) {
        Docker.run("docker", "rm", "--force", left);
      }
      Docker.run("docker", "rmi", "--force", COPY);
    }
  }

  @Test
  void aCopyOfAServerIsNobodyAndAServerThatWasRenamedIsItself() throws Exception {
    Docker.run("docker", "commit", container(ORIGINAL), COPY);
    Docker.run("docker", "run", "--detach", "--name", COPY, "--entrypoint", "sleep", COPY, "600");
    Docker.run("docker", "rename", container(ORIGINAL), ASIDE);

    // The end of a server has the fleet listed, with all that is there by now.
    Docker.run("docker", "kill", container(ZONE.server(2)));
    await().atMost(PATIENCE).until(() -> ready(ZONE.server(3)));
    Docker.run("docker", "kill", COPY);
    Docker.run("docker", "kill", container(ZONE.server(3)));
    await().atMost(PATIENCE).until(() -> ready(ZONE.server(4)));

    assertThat(ready(ORIGINAL)).isTrue();
    assertThat(ends(ORIGINAL)).isEmpty();
    assertThat(cluster().fleet().zone(ZONE).conditions()).isEmpty();
    assertThat(Docker.run("docker", "ps", "--format", "{{.Names}}")).contains(ASIDE);
    assertThat(Docker.run("docker", "ps", "--all", "--format", "{{.Names}}")).contains(COPY);

    Docker.run("docker", "kill", ASIDE);
    await().atMost(PATIENCE).until(() -> ready(ZONE.server(5)));
    await()
        .atMost(PATIENCE)
        .until(
            () -> Docker.run("docker", "ps", "--all", "--format", "{{.Names}}"),
            names -> !names.contains(ASIDE));
    assertThat(ends(ORIGINAL)).isNotEmpty();
    AuditAtEnd.verify(cluster().bootstrap());
  }

  /** What the journal says of the server's end. */
  private static Stream<Object> ends(ServerId server) {
    return Records.of(cluster().bootstrap(), Topics.JOURNAL).stream()
        .map(Entry::value)
        .filter(fact ->
            (fact instanceof ServerExited exited && exited.server().equals(server))
                || (fact instanceof ServerReported reported && reported.server().equals(server))
                || (fact instanceof ServerStopped stopped && stopped.server().equals(server)))
        .map(Object.class::cast);
  }

  private static boolean ready(ServerId server) {
    return cluster()
        .fleet()
        .zone(ZONE)
        .in(ServerState.READY)
        .map(Server::id)
        .anyMatch(server::equals);
  }

  private static EmbeddedCluster cluster() {
    return started.orElseThrow();
  }

  private static String container(ServerId server) {
    return "up-" + cluster().config().ports().offset() + "-" + server;
  }
}
