package io.sluice.provisioner.fleet.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.FleetException;
import io.sluice.provisioner.fleet.LogTail;
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
    assertThat(state(137, true, "").exit(SERVER, Optional.empty()))
        .isEqualTo(
            new Exit(
                SERVER,
                Optional.of(137),
                true,
                "its container used more memory than its limit and was ended (exit code 137)"));
  }

  @Test
  void theEnginesErrorSaysMoreThanAnExitCode() {
    assertThat(state(127, false, "no such file").exit(SERVER, Optional.empty()).reason())
        .isEqualTo("its container failed: no such file");
    assertThat(state(1, false, "").exit(SERVER, Optional.empty()).reason()).contains("exit code 1");
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
    ContainerState state = new ContainerState(identity(), Phase.RUNNING, 0, false, "", 0, Map.of());

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

  /** What {@code docker commit} and {@code docker run} make of a server has all of its labels. */
  @ParameterizedTest
  @CsvSource({
    "a-zone1-4, web:1, true",
    "copy, web:1, false",
    "a-zone1-5, web:1, false",
    "b-zone1-4, web:1, false",
    "a-zone1-4, copy, false"
  })
  void aServerHasTheNameAndTheImageThatItsLabelsTellOf(String name, String image, boolean ours) {
    Map<String, String> labels =
        Map.of("sluice.cluster", "a", "sluice.server", "zone1-4", "sluice.image", "web:1");

    ContainerState.Identity identity = new ContainerState.Identity("id", name, image, labels);

    assertThat(identity.server("a").isPresent()).isEqualTo(ours);
    assertThat(identity.server("b")).isEmpty();
  }

  @Test
  void aServerOfAnEarlierReleaseIsBelievedWithoutItsImage() {
    Map<String, String> labels = Map.of("sluice.cluster", "a", "sluice.server", "zone1-4");

    assertThat(new ContainerState.Identity("id", "a-zone1-4", "any", labels).server("a"))
        .contains(SERVER);
  }

  @Test
  void theEndOfItsLogIsToldToo() {
    LogTail tail = LogTail.of("bind failed".getBytes(UTF_8));

    assertThat(state(1, false, "").exit(SERVER, Optional.of(tail)).reason())
        .isEqualTo("its process ended with an error (exit code 1); its log ends: bind failed");
  }

  private static ContainerState state(int exitCode, boolean outOfMemory, String error) {
    return new ContainerState(
        identity(), Phase.ENDED, exitCode, outOfMemory, error, 0, Map.of(80, 32768));
  }

  private static ContainerState.Identity identity() {
    return new ContainerState.Identity(
        "0123456789abcdef", "zone1-4", "web:1", Map.of("sluice.port", "80"));
  }
}
