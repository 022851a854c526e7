package io.sluice.provisioner.fleet.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.ServerSpec;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.policy.ServerTemplate;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A monitor that ends, or stops, between starting a process and writing it down. */
class ClaimsIT {
  private static final ServerId ONE = ServerId.of("zone1-1");
  private static final Duration GRACE = Duration.ofSeconds(10);

  @TempDir private Path directory;
  private int firstPort;
  private ProcessFleet fleet;

  @BeforeEach
  void open() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      firstPort = free.getLocalPort();
    }
    fleet = fleet();
  }

  @AfterEach
  void leaveNothingRunning() {
    fleet.stopAll(Duration.ofMillis(100));
    fleet.close();
  }

  @Test
  void aServerWhoseMonitorDiedBeforeItWroteItDownIsFoundAgain() throws Exception {
    Started one = fleet.start(spec(ONE));
    Path entry = directory.resolve("running").resolve(ONE + ".json");
    String registered = Files.readString(entry);
    Files.delete(entry);
    claim(registered, ended());

    ProcessFleet next = fleet();
    assertThat(next.list()).containsExactly(new Instance(ONE, true));
    assertThat(next.start(spec(ONE))).isEqualTo(one);
    assertThat(directory.resolve("starting")).isEmptyDirectory();
    ProcessHandle orphan = ProcessHandle.of(Long.parseLong(one.handle())).orElseThrow();
    next.stop(ONE, GRACE);
    assertThat(orphan.isAlive()).isFalse();
  }

  @Test
  void aServerThatAnotherMonitorIsStartingIsNotStartedTwice() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      String registered = registeredOnce();
      claim(registered, other);

      assertThatThrownBy(() -> fleet.start(spec(ONE)))
          .isInstanceOf(FleetException.class)
          .hasMessageContaining("is being started by process " + other.pid());
      assertThat(fleet.list()).isEmpty();
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(fleet.start(spec(ONE)).handle()).isNotEmpty();
  }

  @Test
  void theClaimOfADeadMonitorThatStartedNothingIsForgotten() throws Exception {
    claim(registeredOnce(), ended());

    assertThat(fleet.list()).isEmpty();
    assertThat(directory.resolve("starting")).isEmptyDirectory();
  }

  @Test
  void aDamagedClaimIsTheTroubleOfItsServerAlone() throws Exception {
    Path damaged = directory.resolve("starting").resolve(ONE + ".json");
    Files.writeString(damaged, "{\"server\":\"zone1-1\",\"epo");

    assertThatThrownBy(() -> fleet.start(spec(ONE)))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining(damaged + " is damaged")
        .hasMessageContaining("remove it if nobody does");
    assertThat(fleet.list()).isEmpty();
    assertThat(fleet.start(spec(ONE.zone().server(2))).handle()).isNotEmpty();

    Files.delete(damaged);
    assertThat(fleet.start(spec(ONE)).handle()).isNotEmpty();
  }

  /**
   * A shorter claim in the place of a longer one, as after a fail-over to a lower epoch's width.
   */
  @Test
  void aClaimTakesThePlaceOfALongerOneAsAWhole() throws Exception {
    claim(registeredOnce(), ended());
    Path file = directory.resolve("starting").resolve(ONE + ".json");
    Files.writeString(file, Files.readString(file) + " ".repeat(4_096));

    assertThat(fleet.start(spec(ONE)).handle()).isNotEmpty();
    assertThat(directory.resolve("starting")).isEmptyDirectory();
  }

  @Test
  void whatNoVariableCanHoldLeavesNothingBehind() {
    ServerTemplate impossible =
        Samples.TEMPLATE.withEnvironment(Map.of("GREETING", "a" + (char) 0 + "b"));
    ServerSpec spec = ServerSpec.of(ONE, new Epoch(1), impossible, 1, Map.of());

    assertThatThrownBy(() -> fleet.start(spec)).isInstanceOf(FleetException.class);

    assertThat(directory.resolve("starting")).isEmptyDirectory();
    assertThat(directory.resolve("running")).isEmptyDirectory();
    assertThat(fleet.start(spec(ONE)).address().getPort()).isEqualTo(firstPort);
  }

  /** What the registry said of a server that is gone. */
  private String registeredOnce() throws IOException {
    fleet.start(spec(ONE));
    String registered = Files.readString(directory.resolve("running").resolve(ONE + ".json"));
    fleet.stop(ONE, GRACE);
    return registered;
  }

  private static Process ended() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process;
  }

  /** Writes what a monitor writes before it starts a server. */
  private void claim(String registered, Process owner) throws IOException {
    ObjectNode claim = (ObjectNode) Json.mapper().readTree(registered);
    claim.remove(List.of("pid", "startedAt", "start"));
    claim.put("owner", owner.pid());
    claim.put("ownerStartedAt", owner.info().startInstant().orElse(Instant.EPOCH).toString());
    Files.writeString(
        directory.resolve("starting").resolve(ONE + ".json"),
        Json.mapper().writeValueAsString(claim));
  }

  private ProcessFleet fleet() {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            Path.of("target", "test-classes").toAbsolutePath().toString(),
            TinyServer.class.getName());
    return new ProcessFleet(
        new ProcessFleetConfig(command, directory, "127.0.0.1", firstPort, 2, true));
  }

  private static ServerSpec spec(ServerId server) {
    return ServerSpec.of(
        server, new Epoch(1), Samples.TEMPLATE, 1, Map.of(ServerSpec.BOOTSTRAP, "127.0.0.1:9092"));
  }
}
