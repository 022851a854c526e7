package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.core.DockerClientConfig;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ServerPort;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.Volume;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ServiceShapeTest {
  private static final SwarmConfig BY_PORT =
      new SwarmConfig(
          "shop",
          URI.create("unix:///run/docker.sock"),
          Optional.empty(),
          Optional.empty(),
          Reach.PORT,
          SwarmConfig.PLACEMENT_DEFAULT,
          SwarmConfig.STOP_GRACE_DEFAULT,
          Optional.empty(),
          Optional.empty());
  private static final SwarmConfig BY_NAME =
      new SwarmConfig(
          "shop",
          URI.create("unix:///run/docker.sock"),
          Optional.empty(),
          Optional.of("servers"),
          Reach.NAME,
          List.of("node.role == worker"),
          Duration.ofSeconds(3),
          Optional.of("tcp://{address}:2376"),
          Optional.of("kafka:9092"));

  @Test
  void aServerIsAServiceWithOneTaskThatNobodyStartsAgain() {
    JsonNode body = body(BY_PORT, Measurer.SERVER);

    assertThat(body.path("Name").asText()).isEqualTo("shop-zone1-4");
    assertThat(body.at("/Mode/Replicated/Replicas").asInt()).isEqualTo(1);
    assertThat(body.at("/TaskTemplate/RestartPolicy/Condition").asText()).isEqualTo("none");
    assertThat(body.at("/Labels/sluice.server").asText()).isEqualTo("zone1-4");
    assertThat(body.at("/TaskTemplate/ContainerSpec/Labels")).isEqualTo(body.path("Labels"));
  }

  @Test
  void theZonesNodesTakeItIfTheyHaveRoom() {
    JsonNode task = body(BY_PORT, Measurer.SERVER).path("TaskTemplate");

    assertThat(task.at("/Placement/Constraints").toString())
        .isEqualTo("[\"node.labels.sluice.zone == zone1\"]");
    assertThat(task.at("/Resources/Limits").toString())
        .isEqualTo("{\"MemoryBytes\":134217728,\"NanoCPUs\":500000000,\"Pids\":64}");
    assertThat(task.at("/Resources/Reservations").toString())
        .isEqualTo("{\"MemoryBytes\":134217728,\"NanoCPUs\":500000000}");
  }

  @Test
  void itIsLockedDownAsTheTemplateSays() {
    JsonNode container = body(BY_PORT, Measurer.SERVER).at("/TaskTemplate/ContainerSpec");

    assertThat(container.path("ReadOnly").asBoolean()).isTrue();
    assertThat(container.path("CapabilityDrop").toString()).isEqualTo("[\"ALL\"]");
    assertThat(container.path("CapabilityAdd").toString()).isEqualTo("[\"NET_BIND_SERVICE\"]");
    assertThat(container.at("/Privileges/NoNewPrivileges").asBoolean()).isTrue();
    assertThat(container.at("/Mounts/0/Target").asText()).isEqualTo("/tmp");
    assertThat(container.path("Args").toString()).isEqualTo("[\"serve\"]");
    assertThat(container.path("Command").toString()).isEqualTo("[\"/entry\"]");
    assertThat(container.path("User").asText()).isEqualTo("1000");
    assertThat(container.path("StopSignal").asText()).isEqualTo("SIGQUIT");
    assertThat(container.at("/Mounts/1").toString())
        .contains("\"Type\":\"volume\"", "\"Source\":\"uploads\"", "\"Target\":\"/var/uploads\"");
    assertThat(container.at("/Mounts/2").toString())
        .contains("\"Type\":\"volume\"", "\"Source\":\"pages\"", "\"ReadOnly\":true");
  }

  @Test
  void itIsReachedByItsNameOrByAPortOfItsNode() {
    JsonNode byName = body(BY_NAME, Measurer.SERVER);
    JsonNode byPort = body(BY_PORT, Measurer.SERVER);

    assertThat(byName.at("/TaskTemplate/Networks/0/Target").asText()).isEqualTo("servers");
    assertThat(byName.at("/EndpointSpec/Mode").asText()).isEqualTo("dnsrr");
    assertThat(byName.at("/EndpointSpec/Ports").isEmpty()).isTrue();
    assertThat(byName.at("/TaskTemplate/Placement/Constraints/0").asText())
        .isEqualTo("node.role == worker");
    assertThat(byName.at("/TaskTemplate/ContainerSpec/StopGracePeriod").asLong())
        .isEqualTo(3_000_000_000L);
    assertThat(byName.at("/TaskTemplate/ContainerSpec/Env").toString())
        .contains("SLUICE_BOOTSTRAP=kafka:9092");
    assertThat(byPort.at("/TaskTemplate/Networks").isEmpty()).isTrue();
    assertThat(byPort.at("/EndpointSpec/Ports/0/TargetPort").asInt()).isEqualTo(9090);
    assertThat(byPort.at("/EndpointSpec/Ports/0/PublishMode").asText()).isEqualTo("host");
  }

  @Test
  void whatCanNotBeMeasuredIsRefused() {
    assertThat(body(BY_NAME, Measurer.ENGINE).path("Name").asText()).isEqualTo("shop-zone1-4");
    assertThatThrownBy(() -> body(BY_PORT, Measurer.ENGINE))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("zone1")
        .hasMessageContaining("swarm.nodeEngine");
  }

  private static JsonNode body(SwarmConfig config, Measurer measurer) {
    ContainerTemplate container =
        new ContainerTemplate(
            new ContainerProcess(
                List.of("/entry"), List.of("serve"), Optional.of("1000"), Optional.of("SIGQUIT")),
            ServerPort.of(9090),
            Optional.of(64),
            Optional.empty(),
            new ContainerStorage(
                true,
                List.of("/tmp"),
                List.of(Volume.of("uploads:/var/uploads"), Volume.of("pages:/pages:ro"))),
            List.of("NET_BIND_SERVICE"),
            new TreeMap<>(),
            measurer);
    ServerTemplate template =
        new ServerTemplate(
            "tiny:1",
            new TreeMap<>(),
            Optional.of(128L << 20),
            Optional.of(0.5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            "/health_check",
            container);
    ServerSpec spec =
        ServerSpec.of(
            ServerId.of("zone1-4"),
            new Epoch(3),
            template,
            2,
            Map.of(ServerSpec.BOOTSTRAP, "127.0.0.1:9092"));
    return DockerClientConfig.getDefaultObjectMapper().valueToTree(ServiceShape.of(spec, config));
  }
}
