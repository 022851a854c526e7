package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProvisionBenchIT {
  private static final List<String> WAYS = List.of("docker", "dockerWithoutAotCache", "process");

  @BeforeAll
  static void image() throws Exception {
    Docker.require("ProvisionBenchIT", "docker", "version");
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
  }

  @Test
  void everyWayToStartIsMeasuredAndNoServerIsLeft() throws Exception {
    try (Sluice bench = Sluice.run("bench", "provision", "--rounds", "1", "--json")) {
      assertThat(bench.awaitExit()).as(String.join("\n", bench.err())).isZero();

      JsonNode report = Json.mapper().readTree(String.join("\n", bench.out()));
      assertThat(report.fieldNames()).toIterable().containsExactlyElementsOf(WAYS);
      for (JsonNode way : report) {
        assertThat(way.path("p50Millis").asLong()).isPositive();
        assertThat(way.path("runs").asInt()).isEqualTo(1);
      }
    }
    assertThat(containers()).isEmpty();
  }

  @Test
  void anImageThatIsNotThereIsToldOf() throws Exception {
    try (Sluice bench = Sluice.run("bench", "provision", "--image", "sluice-nothing:1")) {
      assertThat(bench.awaitExit()).isEqualTo(2);
      assertThat(String.join("\n", bench.err()))
          .contains("it has no such image")
          .contains("sluice-nothing:1");
    }
  }

  private static String containers() throws Exception {
    return Docker.run(
        "docker", "ps", "--all", "--filter", "name=^bench-", "--format", "{{.Names}}");
  }
}
