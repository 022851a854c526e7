package io.sluice.compose.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.fleet.docker.DockerConfig;
import io.sluice.provisioner.fleet.docker.DockerFleetConfig;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterConfigTest {
  @Test
  void theDefaultsAreTheOrigins() {
    ClusterConfig config = ClusterConfig.defaults(Map.of());

    assertThat(config.host()).isEqualTo("127.0.0.1");
    assertThat(config.ports().offset()).isZero();
    assertThat(config.partitions()).isEqualTo(4);
    assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(30));
    assertThat(config.healthInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.zones().stream().map(zone -> zone.id().value()))
        .containsExactly("zone1", "zone2", "zone3");
    assertThat(config.zones())
        .allMatch(zone -> zone.policy().equals(ZonePolicy.DEFAULT))
        .allMatch(zone -> zone.template().equals(ServerTemplate.DEFAULT));
  }

  @Test
  void theEnvironmentOverridesTheFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(file, "portOffset: 10\npartitions: 5\n");

    ClusterConfig config = ClusterConfig.read(file, Map.of("SLUICE_PORT_OFFSET", "20"));

    assertThat(config.ports().balancer(0)).isEqualTo(3050);
    assertThat(config.partitions()).isEqualTo(5);
  }

  @Test
  void aZoneMayHaveAnEngineOfItsOwn(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sluice.yaml");
    Files.writeString(
        file,
        """
        engine: unix:///run/here.sock
        zones:
          near: {}
          far: {docker: {engine: "tcp://far:2376", certificates: /etc/far}}
        """);

    ClusterConfig config = ClusterConfig.read(file, Map.of());
    DockerFleetConfig fleet =
        config
            .fleet()
            .fleet("up", List.of(new ZoneId("near"), new ZoneId("far")), "172.17.0.1:9094");

    DockerConfig near = fleet.of(new ZoneId("near")).orElseThrow();
    DockerConfig far = fleet.of(new ZoneId("far")).orElseThrow();
    assertThat(near.engine()).hasToString("unix:///run/here.sock");
    assertThat(near.publishedAt()).isEqualTo("127.0.0.1");
    assertThat(near.bootstrap()).contains("172.17.0.1:9094");
    assertThat(far.engine()).hasToString("tcp://far:2376");
    assertThat(far.certificates()).contains(Path.of("/etc/far"));
    assertThat(far.publishOn()).isEqualTo("0.0.0.0");
    assertThat(far.publishedAt()).isEqualTo("far");
    assertThat(config.describe())
        .extractingByKey("zones")
        .asString()
        .contains("docker={engine=tcp://far:2376, certificates=/etc/far, reach=port");
  }

  @Test
  void everyKeyStandsInTheReference() throws IOException {
    String reference =
        Files.readString(
            Path.of(
                System.getProperty("sluice.root", ".."), "docs", "reference", "configuration.md"));

    for (String key : ClusterConfig.defaults(Map.of()).describe().keySet()) {
      assertThat(reference).containsPattern(Pattern.compile("\\| `" + key + "[`.<]"));
    }
  }
}
