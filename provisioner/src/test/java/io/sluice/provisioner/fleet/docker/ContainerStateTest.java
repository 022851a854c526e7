package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.docker.ContainerState.Phase;
import io.sluice.schemas.id.ServerId;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerStateTest {
  private static final ServerId SERVER = ServerId.of("zone1-4");

  @ParameterizedTest
  @CsvSource({
    "created, CREATED",
    "running, RUNNING",
    "restarting, RUNNING",
    "paused, PAUSED",
    "removing, ENDED",
    "exited, ENDED",
    "dead, ENDED"
  })
  void theEnginesWordsArePhases(String word, Phase phase) {
    assertThat(ContainerState.phase(word)).isEqualTo(phase);
  }

  @Test
  void anEndByMemoryIsToldAsOne() {
    assertThat(state(137, true, "").exit(SERVER))
        .isEqualTo(
            new Exit(
                SERVER,
                Optional.of(137),
                true,
                "its container used more memory than its limit and was ended (exit code 137)"));
  }

  @Test
  void theEnginesErrorSaysMoreThanAnExitCode() {
    assertThat(state(127, false, "no such file").exit(SERVER).reason())
        .isEqualTo("its container failed: no such file");
    assertThat(state(1, false, "").exit(SERVER).reason()).contains("exit code 1");
  }

  @Test
  void aServerIsReachedByItsContainersNameOrByThePublishedPort() {
    DockerConfig byPort = DockerConfig.of(URI.create("tcp://east:2376"));
    DockerConfig byName =
        new DockerConfig(
            byPort.engine(),
            Optional.empty(),
            Optional.of("servers"),
            Reach.NAME,
            "0.0.0.0",
            "east",
            PullPolicy.NEVER,
            Optional.empty());

    assertThat(state(0, false, "").address(byPort)).hasToString("http://east:32768");
    assertThat(state(0, false, "").address(byName)).hasToString("http://zone1-4:80");
  }

  @Test
  void aServerThatNobodyCanReachIsAFailure() {
    ContainerState state =
        new ContainerState(
            "0123456789abcdef",
            "zone1-4",
            Phase.RUNNING,
            0,
            false,
            "",
            Map.of("sluice.port", "80"),
            0,
            Map.of());

    assertThatThrownBy(() -> state.address(DockerConfig.DEFAULT))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("publishes no port for its port 80");
    assertThat(state.handle()).isEqualTo("0123456789ab");
  }

  @Test
  void onlyLabelsOfTheSameClusterNameAServer() {
    Map<String, String> labels = Map.of("sluice.cluster", "a", "sluice.server", "zone1-4");

    assertThat(Labels.server(labels, "a")).contains(SERVER);
    assertThat(Labels.server(labels, "b")).isEmpty();
    assertThat(Labels.server(Map.of("sluice.cluster", "a"), "a")).isEmpty();
    assertThat(Labels.server(Map.of("sluice.cluster", "a", "sluice.server", "?"), "a")).isEmpty();
  }

  private static ContainerState state(int exitCode, boolean outOfMemory, String error) {
    return new ContainerState(
        "0123456789abcdef",
        "zone1-4",
        Phase.ENDED,
        exitCode,
        outOfMemory,
        error,
        Map.of("sluice.port", "80"),
        0,
        Map.of(80, 32768));
  }
}
