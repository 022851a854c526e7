package io.sluice.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gate.rule.CreateRules;
import io.sluice.gate.rule.GateRules;
import io.sluice.gate.rule.MountRules;
import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.id.ClusterName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateConfigTest {
  @Test
  void whatHoldsWithoutAFile() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new GateConfig(
                "127.0.0.1",
                2375,
                Path.of("/var/run/docker.sock"),
                new GateRules(
                    new ClusterName("sluice"),
                    new CreateRules(
                        new TreeSet<>(List.of("sluice-app:latest")),
                        new TreeSet<>(),
                        new TreeSet<>(),
                        false))));
  }

  @Test
  void everyKeyIsRead() {
    assertThat(
            read(
                Map.ofEntries(
                    Map.entry("host", "0.0.0.0"),
                    Map.entry("port", "1234"),
                    Map.entry("engine", "/run/engine"),
                    Map.entry("cluster", "blue"),
                    Map.entry("images", "web db:2 app:*"),
                    Map.entry("networks", "blue-traffic bridge"),
                    Map.entry("capabilities", "NET_BIND_SERVICE CHOWN"),
                    Map.entry("publish", "true"),
                    Map.entry("volumes", "uploads assets:ro"),
                    Map.entry("directories", "/srv/pages:ro /srv/data"),
                    Map.entry("users", "1000 www-data:33"),
                    Map.entry("gpus", "2"))))
        .isEqualTo(
            new GateConfig(
                "0.0.0.0",
                1234,
                Path.of("/run/engine"),
                new GateRules(
                    new ClusterName("blue"),
                    new CreateRules(
                        new TreeSet<>(List.of("app:*", "db:2", "web:latest")),
                        new TreeSet<>(List.of("blue-traffic", "bridge")),
                        new TreeSet<>(List.of("CHOWN", "NET_BIND_SERVICE")),
                        true,
                        new MountRules(
                            new TreeSet<>(List.of("assets:ro", "uploads")),
                            new TreeSet<>(List.of("/srv/data", "/srv/pages:ro"))),
                        new TreeSet<>(List.of("1000", "www-data:33")),
                        2))));
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(() ->
            read(
                Map.of(
                    "port", "x",
                    "cluster", "Blue",
                    "images", "Web",
                    "networks", "host",
                    "capabilities", "ALL",
                    "publish", "yes",
                    "directories", "/srv /srv/data",
                    "gpus", "65",
                    "other", "1")))
        .isInstanceOfSatisfying(
            ConfigException.class,
            malformed ->
                assertThat(malformed.problems())
                    .extracting(problem -> problem.path())
                    .containsExactlyInAnyOrder(
                        "port",
                        "cluster",
                        "images",
                        "networks",
                        "capabilities",
                        "publish",
                        "directories",
                        "gpus",
                        "other"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/var/run:ro", "/run", "/var/run/docker.sock", "/var:ro"})
  void aDirectoryWithTheEnginesSocketInItIsRefused(String directory) {
    assertThatThrownBy(() -> read(Map.of("directories", directory)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none that has the engine's socket /var/run/docker.sock in it");
  }

  private static GateConfig read(Map<String, String> values) {
    return GateConfig.read("test", Section.ofValues(values));
  }
}
