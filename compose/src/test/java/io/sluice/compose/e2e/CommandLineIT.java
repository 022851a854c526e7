package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.compose.cluster.FreePorts;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineIT {
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
      second.awaitLine("Ready after ");
      looksAtTheRunningCluster();
      looksBack();
      AuditAtEnd.verify("127.0.0.1:" + (9092 + Integer.parseInt(offset)));
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
    assertThat(tree.at("/leader/id").asInt()).isEqualTo(3);
    assertThat(tree.at("/leader/epoch").asInt()).isEqualTo(2);
    assertThat(tree.path("monitors").findValuesAsText("phase"))
        .containsExactly("following", "following", "leading");
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
        .anyMatch(line -> line.endsWith("monitor 3 leads in epoch 2 at " + monitor()))
        .anyMatch(line -> line.endsWith("server zone1-2 is ready"));
    assertThat(Sluice.run("status", "--port-offset", offset).out())
        .anyMatch(line -> line.matches(" +server +zone1-2 +ready +http://.*"));
    assertThat(Sluice.run("ls", "--port-offset", offset).out())
        .anyMatch(line -> line.matches("zone1 +1 +1-3 .* sluice-app +http://127\\.0\\.0\\.1:.*"));
    printsWhatServersPrint();
    for (String command : List.of("events", "commands")) {
      Sluice nowhere = Sluice.run(command, "--zone", "zone9", "--port-offset", offset);
      assertThat(nowhere.awaitExit()).isEqualTo(1);
      assertThat(nowhere.err())
          .containsExactly("sluice: the journal has no fact of zone zone9: expected one of zone1");
    }
    Sluice commands = Sluice.run("commands", "--json", "--port-offset", offset);
    assertThat(Json.mapper().readTree(commands.out().getFirst()).at("/start/0").asText())
        .isEqualTo("zone1-1");
  }

  private void printsWhatServersPrint() throws IOException, InterruptedException {
    String data = folder.resolve("data").toString();
    Sluice zone = Sluice.run("logs", "zone1", "--data", data, "--port-offset", offset);
    assertThat(zone.awaitExit()).as("%s", zone.err()).isZero();
    assertThat(zone.out()).anyMatch(line -> line.startsWith("zone1-2 | server zone1-2 at http://"));
    Sluice server =
        Sluice.run("logs", "zone1-2", "-n", "1", "--json", "--data", data, "--port-offset", offset);
    assertThat(Json.mapper().readTree(server.out().getFirst()).path("lines")).hasSize(1);
    Sluice nobody = Sluice.run("logs", "zone9", "--data", data, "--port-offset", offset);
    assertThat(nobody.awaitExit()).isEqualTo(2);
    assertThat(nobody.err())
        .containsExactly(
            "sluice: zone or server 'zone9': there is none; expected one of the zones zone1, or one of"
                + " their servers");
  }

  private void looksBack() throws IOException, InterruptedException {
    Sluice audit = Sluice.run("audit", "--json", "--port-offset", offset);
    assertThat(audit.awaitExit()).as("%s%s", audit.out(), audit.err()).isZero();
    JsonNode verdict = Json.mapper().readTree(audit.out().getFirst());
    assertThat(verdict.path("verified").asBoolean()).isTrue();
    assertThat(verdict.path("commands").asInt()).isPositive();
    assertThat(verdict.path("recordsPerSecond").asLong()).isPositive();
    assertThat(Sluice.run("audit", "--port-offset", offset).out().getFirst())
        .startsWith("verified: Kafka at ");

    Sluice commands = Sluice.run("commands", "--json", "--port-offset", offset);
    JsonNode first = Json.mapper().readTree(commands.out().getFirst());
    String id = first.path("id").asText();
    assertThat(Sluice.run("explain", id, "--port-offset", offset).out())
        .contains("outcome: from 0 to 1 server, starts zone1-1; command " + id);
    Sluice explained =
        Sluice.run("explain", "--zone", "zone1", "--at", "-0s", "--json", "--port-offset", offset);
    assertThat(Json.mapper().readTree(explained.out().getFirst()).path("fact").asText())
        .isEqualTo("load-observed");
    Sluice unknown = Sluice.run("explain", "zone9@1", "--port-offset", offset);
    assertThat(unknown.awaitExit()).isEqualTo(1);
    assertThat(unknown.err()).singleElement().asString().endsWith("expected one of zone1");

    String early = first.path("at").asText();
    Sluice replay = Sluice.run("replay", "--at", early, "--json", "--port-offset", offset);
    JsonNode moment = Json.mapper().readTree(replay.out().getFirst());
    assertThat(moment.at("/desired/zone1").asInt()).isEqualTo(1);
    assertThat(moment.at("/zones/0/servers")).isEmpty();
    assertThat(Sluice.run("events", "--to", early, "--port-offset", offset).out())
        .noneMatch(line -> line.contains("is ready"))
        .anyMatch(line -> line.contains("zone declared"));
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
    assertThat(status.err())
        .singleElement()
        .asString()
        .contains("no monitor answers at", "no Kafka broker answers at");
  }

  private String monitor() {
    return "http://127.0.0.1:" + (8082 + Integer.parseInt(offset));
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
