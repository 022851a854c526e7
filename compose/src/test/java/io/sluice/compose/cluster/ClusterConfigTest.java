package io.sluice.compose.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.policy.ServerTemplate;
import io.sluice.schemas.policy.ZonePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
