package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;
  private final String offset = Integer.toString(FreePorts.find().offset());

  @Test
  void aClusterStopsByItselfAndGoesOnWhereItStopped() throws IOException, InterruptedException {
    String data = folder.resolve("data").toString();

    Sluice first =
        Sluice.run("up", "--data", data, "--port-offset", offset, "--zones", "1", "--for", "1s");
    assertThat(first.awaitExit()).as("%s", first.err()).isZero();
    assertThat(first.out()).anyMatch(line -> line.startsWith("Ready after "));
    assertThat(first.out().getLast()).startsWith("Stopped in ");
    assertNothingIsLeftBehind();

    try (Sluice second =
        Sluice.start("up", "--data", data, "--port-offset", offset, "--zones", "1")) {
      await()
          .atMost(PATIENCE)
          .until(() -> second.out().stream().anyMatch(line -> line.startsWith("Ready after ")));
      looksAtTheRunningCluster();
      refusesASecondClusterBesideIt(data);

      second.interrupt();
      second.awaitExit();
      assertThat(second.out().getLast()).startsWith("Stopped in ");
    }
    assertNothingIsLeftBehind();
  }

  private void looksAtTheRunningCluster() throws IOException, InterruptedException {
    Sluice status = Sluice.run("status", "--json", "--port-offset", offset);
    assertThat(status.awaitExit()).as("%s", status.err()).isZero();
    JsonNode tree = Json.mapper().readTree(String.join("", status.out()));
    assertThat(tree.at("/leader/id").asInt()).isEqualTo(1);
    assertThat(tree.at("/leader/epoch").asInt()).isEqualTo(2);
    JsonNode zone = tree.at("/zones/0");
    assertThat(zone.path("zone").asText()).isEqualTo("zone1");
    assertThat(zone.at("/policy/max").asInt()).isEqualTo(3);
    assertThat(zone.at("/balancer/state").asText()).isEqualTo("alive");
    JsonNode server = zone.path("servers").path(zone.path("servers").size() - 1);
    assertThat(server.path("id").asText()).isEqualTo("zone1-2");
    assertThat(server.path("state").asText()).isEqualTo("ready");
    assertThat(server.path("address").asText()).startsWith("http://127.0.0.1:");

    Sluice events = Sluice.run("events", "--port-offset", offset);
    assertThat(events.out())
        .anyMatch(line -> line.endsWith("monitor 1 leads in epoch 2 at " + monitor()))
        .anyMatch(line -> line.endsWith("server zone1-2 is ready"));
    assertThat(Sluice.run("status", "--port-offset", offset).out())
        .anyMatch(line -> line.matches(" +server +zone1-2 +ready +http://.*"));
    Sluice commands = Sluice.run("commands", "--json", "--port-offset", offset);
    assertThat(Json.mapper().readTree(commands.out().getFirst()).at("/start/0").asText())
        .isEqualTo("zone1-1");
  }

  private void refusesASecondClusterBesideIt(String data) throws IOException, InterruptedException {
    Sluice sameData = Sluice.run("up", "--data", data, "--port-offset", offset);
    assertThat(sameData.awaitExit()).isEqualTo(2);
    assertThat(sameData.err())
        .singleElement()
        .asString()
        .contains("data directory " + data + " is in use");

    Sluice samePorts =
        Sluice.run("up", "--data", folder.resolve("other").toString(), "--port-offset", offset);
    assertThat(samePorts.awaitExit()).isEqualTo(2);
    assertThat(samePorts.err())
        .singleElement()
        .asString()
        .contains("port " + (9092 + Integer.parseInt(offset)))
        .contains("Kafka")
        .contains("--port-offset");
  }

  @Test
  void aBrokenConfigurationIsRefusedWithAllItsErrorsInOneLine()
      throws IOException, InterruptedException {
    Path file = folder.resolve("broken.yaml");
    Files.writeString(
        file,
        """
        partitions: 0
        prots: 1
        zones:
          zone1: {policy: {servers: {min: 5, max: 2}, window: soon}}
        """);

    for (String[] line :
        new String[][] {
          {"up", "--config", file.toString()}, {"config", "check", file.toString()}
        }) {
      Sluice refused = Sluice.run(line);

      assertThat(refused.awaitExit()).isEqualTo(2);
      assertThat(refused.err())
          .singleElement()
          .asString()
          .contains("partitions: is '0', expected an integer from 1 to 64")
          .contains("prots: is unknown")
          .contains("zones.zone1.policy.servers.min: is 5, expected at most max, which is 2")
          .contains("zones.zone1.policy.window: is 'soon'");
    }
  }

  @Test
  void theDefaultsAreAConfigurationThatIsAccepted() throws IOException, InterruptedException {
    Path file = folder.resolve("defaults.yaml");
    Files.write(file, Sluice.run("config", "defaults").out());

    Sluice checked = Sluice.run("config", "check", file.toString());

    assertThat(checked.awaitExit()).as("%s", checked.err()).isZero();
    assertThat(checked.out()).isEqualTo(Files.readAllLines(file));
  }

  @Test
  void aClusterThatDoesNotAnswerIsSaidSo() throws IOException, InterruptedException {
    Sluice status = Sluice.run("status", "--port-offset", offset);

    assertThat(status.awaitExit()).isEqualTo(3);
    assertThat(status.err()).singleElement().asString().contains("no Kafka broker answers at");
  }

  private String monitor() {
    return "http://127.0.0.1:" + (8080 + Integer.parseInt(offset));
  }

  private void assertNothingIsLeftBehind() {
    assertThat(
            ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains("io.sluice.app.AppMain"))
                .filter(line -> line.contains(folder.toString())))
        .isEmpty();
    assertThat(folder.resolve("data").resolve("servers"))
        .isDirectoryNotContaining("glob:**/*.json");
  }
}
