package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.metric.Measurer;
import io.sluice.schemas.policy.ContainerProcess;
import io.sluice.schemas.policy.ContainerStorage;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.Health;
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

class ContainerShapeTest {
  private static final ServerId SERVER = ServerId.of("zone1-4");

  @Test
  void aContainerIsNamedAndLabelledAfterItsServer() {
    ContainerShape shape = shape(ServerTemplate.DEFAULT, DockerConfig.DEFAULT);

    assertThat(shape.name()).isEqualTo("test-zone1-4");
    assertThat(shape.image()).isEqualTo("sluice-app");
    assertThat(shape.process()).isEqualTo(ContainerProcess.DEFAULT);
    assertThat(shape.labels())
        .isEqualTo(
            Map.of(
                "sluice.cluster", "test",
                "sluice.zone", "zone1",
                "sluice.server", "zone1-4",
                "sluice.epoch", "3",
                "sluice.image", "sluice-app",
                "sluice.template", "2",
                "sluice.port", "8080"));
  }

  @Test
  void itsEnvironmentSaysWhereToListenWhateverTheTemplateSays() {
    ServerTemplate template =
        ServerTemplate.DEFAULT.withEnvironment(
            Map.of(
                "SLUICE_HOST", "::",
                "SLUICE_PORT", "1",
                "SLUICE_SERVER", "zone9-9",
                "GREETING", "hi"));

    assertThat(shape(template, DockerConfig.DEFAULT).environment())
        .containsExactly(
            "GREETING=hi",
            "SLUICE_BOOTSTRAP=127.0.0.1:9092",
            "SLUICE_HOST=0.0.0.0",
            "SLUICE_PORT=8080",
            "SLUICE_SERVER=zone1-4",
            "SLUICE_ZONE=zone1");
  }

  @Test
  void brokersAreNamedAsContainersReachThem() {
    DockerConfig config = config(Optional.empty(), Reach.PORT, Optional.of("kafka:9092"));

    assertThat(shape(ServerTemplate.DEFAULT, config).environment())
        .contains("SLUICE_BOOTSTRAP=kafka:9092");
  }

  @Test
  void itIsLockedDownUnlessTheTemplateOpensIt() {
    HostConfig host = shape(ServerTemplate.DEFAULT, DockerConfig.DEFAULT).host();

    assertThat(host.getReadonlyRootfs()).isTrue();
    assertThat(host.getTmpFs()).isEqualTo(Map.of("/tmp", ""));
    assertThat(host.getCapDrop()).containsExactly(Capability.ALL);
    assertThat(host.getCapAdd()).isEmpty();
    assertThat(host.getSecurityOpts()).containsExactly("no-new-privileges");
    assertThat(host.getRestartPolicy().getName()).isEmpty();
    assertThat(host.getMemory()).isNull();
    assertThat(host.getNanoCPUs()).isNull();
    assertThat(host.getPidsLimit()).isNull();
  }

  @Test
  void limitsAndRightsAreTheTemplates() {
    HostConfig host = shape(template(List.of("CHOWN", "SETUID")), DockerConfig.DEFAULT).host();

    assertThat(host.getMemory()).isEqualTo(64L << 20);
    // Swap beside the limit would only make a server that is out of memory slow.
    assertThat(host.getMemorySwap()).isEqualTo(64L << 20);
    assertThat(host.getNanoCPUs()).isEqualTo(250_000_000);
    assertThat(host.getPidsLimit()).isEqualTo(32);
    assertThat(host.getReadonlyRootfs()).isFalse();
    assertThat(host.getTmpFs()).containsOnlyKeys("/run", "/var/cache");
    assertThat(host.getCapAdd()).containsExactly(Capability.CHOWN, Capability.SETUID);
  }

  @Test
  void whatRunsAndWhatItReadsIsTheTemplates() {
    ContainerShape shape = shape(template(List.of()), DockerConfig.DEFAULT);

    assertThat(shape.process().entrypoint()).containsExactly("/entry");
    assertThat(shape.process().user()).contains("1000");
    assertThat(shape.host().getMounts())
        .extracting(Mount::getType, Mount::getSource, Mount::getTarget, Mount::getReadOnly)
        .containsExactly(
            tuple(MountType.VOLUME, "uploads", "/var/uploads", false),
            tuple(MountType.BIND, "/srv/pages", "/pages", true));
    assertThat(shape.host().getDeviceRequests())
        .singleElement()
        .satisfies(gpus -> assertThat(gpus.getCount()).isEqualTo(2))
        .satisfies(gpus -> assertThat(gpus.getCapabilities()).containsExactly(List.of("gpu")));
  }

  @Test
  void portsArePublishedOnlyWhereServersAreReachedByThem() {
    HostConfig byPort = shape(ServerTemplate.DEFAULT, DockerConfig.DEFAULT).host();
    HostConfig byName =
        shape(ServerTemplate.DEFAULT, config(Optional.of("servers"), Reach.NAME, Optional.empty()))
            .host();

    assertThat(byPort.getPortBindings().getBindings().get(ExposedPort.tcp(8080)))
        .singleElement()
        .satisfies(binding -> assertThat(binding.getHostIp()).isEqualTo("127.0.0.1"))
        .satisfies(binding -> assertThat(binding.getHostPortSpec()).isNull());
    assertThat(byName.getPortBindings()).isNull();
    assertThat(byName.getNetworkMode()).isEqualTo("servers");
  }

  @Test
  void aWorkerListensNowhereAndItsEngineRunsItsCommand() {
    ServerTemplate usual = ServerTemplate.DEFAULT;
    Health health =
        new Health.Command(
            List.of("pg_isready", "-q"), Duration.ofSeconds(10), Duration.ofSeconds(5));
    ContainerShape shape =
        shape(
            new ServerTemplate(
                usual.image(),
                usual.environment(),
                usual.memoryBytes(),
                usual.cpus(),
                usual.startTimeout(),
                usual.drainTimeout(),
                health,
                usual.container()),
            DockerConfig.DEFAULT);

    assertThat(shape.ports()).isEmpty();
    assertThat(shape.host().getPortBindings()).isNull();
    assertThat(shape.labels()).containsEntry("sluice.protocol", "none");
    assertThat(shape.health())
        .hasValueSatisfying(check -> {
          assertThat(check.getTest()).containsExactly("CMD", "pg_isready", "-q");
          assertThat(check.getInterval()).isEqualTo(10_000_000_000L);
          assertThat(check.getTimeout()).isEqualTo(5_000_000_000L);
          assertThat(check.getRetries()).isEqualTo(3);
          assertThat(check.getStartPeriod()).isEqualTo(60_000_000_000L);
        });
    assertThat(shape(usual, DockerConfig.DEFAULT).health()).isEmpty();
  }

  @Test
  void aCapabilityThatDockerDoesNotKnowIsRefused() {
    assertThatThrownBy(() -> shape(template(List.of("FLY")), DockerConfig.DEFAULT))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("capability 'FLY'");
  }

  private static ContainerShape shape(ServerTemplate template, DockerConfig config) {
    return ContainerShape.of(
        ServerSpec.of(
            SERVER, new Epoch(3), template, 2, Map.of(ServerSpec.BOOTSTRAP, "127.0.0.1:9092")),
        config,
        "test");
  }

  private static ServerTemplate template(List<String> capabilities) {
    return new ServerTemplate(
        "web",
        new TreeMap<>(),
        Optional.of(64L << 20),
        Optional.of(0.25),
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        "/",
        new ContainerTemplate(
            new ContainerProcess(
                List.of("/entry"), List.of("serve"), Optional.of("1000"), Optional.of("SIGQUIT")),
            ServerPort.of(80),
            Optional.of(32),
            Optional.of(2),
            new ContainerStorage(
                false,
                List.of("/run", "/var/cache"),
                List.of(Volume.of("uploads:/var/uploads"), Volume.of("/srv/pages:/pages:ro"))),
            capabilities,
            new TreeMap<>(),
            Measurer.SERVER));
  }

  private static DockerConfig config(
      Optional<String> network, Reach reach, Optional<String> bootstrap) {
    return new DockerConfig(
        URI.create("unix:///run/docker.sock"),
        Optional.empty(),
        network,
        reach,
        "127.0.0.1",
        "127.0.0.1",
        PullPolicy.NEVER,
        bootstrap);
  }
}
