package io.sluice.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.provisioner.fleet.docker.DockerConfig;
import io.sluice.provisioner.fleet.docker.DockerFleetConfig;
import io.sluice.provisioner.fleet.docker.PullPolicy;
import io.sluice.provisioner.fleet.docker.Reach;
import io.sluice.provisioner.fleet.docker.SwarmConfig;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FleetConfigTest {
  private static final String TWO_ENGINES =
      """
      token: 0123456789abcdef
      fleet: docker
      docker:
        cluster: test
        engine: unix:///run/docker.sock
        network: servers
        reach: name
        pull: never
        bootstrap: kafka:9092
      zones:
        east:
          balancer: http://127.0.0.1:3030
          balancerAdmin: http://127.0.0.1:5050
        west:
          balancer: http://127.0.0.1:3031
          balancerAdmin: http://127.0.0.1:5051
          docker:
            engine: tcp://west:2376
            certificates: /etc/sluice/west
            reach: port
      """;

  @Test
  void aFleetOfContainersNeedsNothingButItsName() throws Exception {
    assertThat(
            read("""
            token: 0123456789abcdef
            fleet: docker
            processes: {command: unused}
            zones:
              zone1:
                balancer: http://127.0.0.1:3030
                balancerAdmin: http://127.0.0.1:5050
            """)
                .fleet())
        .isEqualTo(
            new FleetConfig.Docker(
                new DockerFleetConfig(
                    "sluice",
                    DockerConfig.DEFAULT,
                    new TreeMap<>(Map.of(new ZoneId("zone1"), DockerConfig.DEFAULT)))));
  }

  @Test
  void eachZoneMayHaveAnEngineOfItsOwn() throws Exception {
    MonitorConfig config = read(TWO_ENGINES);

    DockerConfig common =
        new DockerConfig(
            URI.create("unix:///run/docker.sock"),
            Optional.empty(),
            Optional.of("servers"),
            Reach.NAME,
            "127.0.0.1",
            "127.0.0.1",
            PullPolicy.NEVER,
            Optional.of("kafka:9092"));
    DockerConfig west =
        new DockerConfig(
            URI.create("tcp://west:2376"),
            Optional.of(Path.of("/etc/sluice/west")),
            Optional.of("servers"),
            Reach.PORT,
            "0.0.0.0",
            "west",
            PullPolicy.NEVER,
            Optional.of("kafka:9092"));
    assertThat(config.fleet())
        .isEqualTo(
            new FleetConfig.Docker(
                new DockerFleetConfig(
                    "test",
                    common,
                    new TreeMap<>(Map.of(new ZoneId("east"), common, new ZoneId("west"), west)))));
  }

  @Test
  void aSwarmPlacesServersByTheirZone() throws Exception {
    FleetConfig fleet =
        read("""
        token: 0123456789abcdef
        fleet: swarm
        swarm:
          cluster: shop
          engine: tcp://manager:2376
          certificates: /etc/sluice/swarm
          network: servers
          reach: name
          placement: "node.labels.zone == {zone}, node.role != manager"
          stopGrace: 30s
          nodeEngine: "tcp://{address}:2376"
        zones:
          zone1:
            balancer: http://127.0.0.1:3030
            balancerAdmin: http://127.0.0.1:5050
        """)
            .fleet();

    assertThat(fleet)
        .isEqualTo(
            new FleetConfig.Swarm(
                new SwarmConfig(
                    "shop",
                    URI.create("tcp://manager:2376"),
                    Optional.of(Path.of("/etc/sluice/swarm")),
                    Optional.of("servers"),
                    Reach.NAME,
                    List.of("node.labels.zone == {zone}", "node.role != manager"),
                    Duration.ofSeconds(30),
                    Optional.of("tcp://{address}:2376"),
                    Optional.empty())));
  }

  @Test
  void problemsOfASwarmAreToldTogether() {
    assertThatThrownBy(() ->
            read(
                """
                token: 0123456789abcdef
                fleet: swarm
                swarm: {engine: "http://x", placement: "zone1", reach: name, stopGrace: 1d, nodeEngine: "tcp://x"}
                zones:
                  zone1:
                    balancer: http://127.0.0.1:3030
                    balancerAdmin: http://127.0.0.1:5050
                """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(problem -> problem.path())
                    .containsExactlyInAnyOrder(
                        "swarm.engine",
                        "swarm.placement",
                        "swarm.network",
                        "swarm.stopGrace",
                        "swarm.nodeEngine"));
  }

  @Test
  void problemsOfTheEnginesAreToldToo() {
    assertThatThrownBy(() ->
            read(
                """
                token: 0123456789abcdef
                fleet: docker
                docker: {cluster: "a b", engine: "http://x", reach: name}
                zones:
                  zone1:
                    balancer: http://127.0.0.1:3030
                    balancerAdmin: http://127.0.0.1:5050
                    docker: {reach: port, pull: sometimes}
                """))
        .isInstanceOfSatisfying(
            ConfigException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(problem -> problem.path())
                    .containsExactlyInAnyOrder(
                        "docker.cluster",
                        "docker.engine",
                        "docker.network",
                        "zones.zone1.docker.pull"));
  }

  private static MonitorConfig read(String yaml) throws JsonProcessingException {
    return MonitorConfig.read("test", Section.root(Json.yaml().readTree(yaml)));
  }
}
