package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.github.dockerjava.api.model.Task;
import com.github.dockerjava.core.DockerClientConfig;
import io.sluice.provisioner.fleet.docker.SwarmTask.Phase;
import io.sluice.schemas.id.ServerId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwarmTaskTest {
  private static final ServerId SERVER = ServerId.of("zone1-4");

  private static final String CONTAINER =
      """
      "ContainerStatus": {"ContainerID": "f60263874c7877188768fe3adf71973b3052832b7861", "ExitCode": %d}
      """;

  @Test
  void aRunningTaskTellsWhereItIs() {
    SwarmTask task =
        task(
            "running",
            "running",
            """
            "PortStatus": {"Ports": [
              {"Protocol": "tcp", "TargetPort": 9090, "PublishedPort": 32768, "PublishMode": "host"},
              {"Protocol": "tcp", "TargetPort": 9090, "PublishedPort": 32768, "PublishMode": "host"}]},
            """
                + CONTAINER.formatted(0));

    assertThat(task.lives()).isTrue();
    assertThat(task.phase()).isEqualTo(Phase.RUNNING);
    assertThat(task.published()).isEqualTo(Map.of(9090, 32768));
    assertThat(task.node()).contains("node1");
    assertThat(task.handle()).isEqualTo("f60263874c78");
    assertThat(task.server("c")).contains(SERVER);
    assertThat(task.server("other")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "new, WAITING",
    "pending, WAITING",
    "assigned, COMING",
    "preparing, COMING",
    "starting, COMING",
    "running, RUNNING",
    "complete, ENDED",
    "failed, ENDED",
    "rejected, ENDED",
    "orphaned, ENDED"
  })
  void theSwarmsWordsArePhases(String word, Phase phase) {
    assertThat(task(word, "running", "\"Err\": \"\"").phase()).isEqualTo(phase);
  }

  @Test
  void anExitCodeIsToldInWords() {
    SwarmTask killed =
        task(
            "failed",
            "shutdown",
            "\"Err\": \"task: non-zero exit (137)\", " + CONTAINER.formatted(137));

    assertThat(killed.exit(SERVER, Optional.empty()).exitCode()).contains(137);
    assertThat(killed.exit(SERVER, Optional.empty()).reason()).contains("SIGKILL").contains("137");
  }

  @Test
  void whatNeverRanSaysWhy() {
    SwarmTask refused =
        task(
            "rejected",
            "running",
            """
            "Err": "No such image: tiny:1", "ContainerStatus": {"ContainerID": "", "ExitCode": 0}
            """);

    assertThat(refused.lives()).isFalse();
    assertThat(refused.exit(SERVER, Optional.empty()).reason())
        .isEqualTo("the swarm says: No such image: tiny:1");
  }

  @Test
  void aTaskThatTheSwarmGaveUpLivesNoMore() {
    SwarmTask lost = task("running", "shutdown", CONTAINER.formatted(0));
    SwarmTask removed = task("running", "remove", CONTAINER.formatted(0));

    assertThat(lost.lives()).isFalse();
    assertThat(lost.exit(SERVER, Optional.empty()).reason()).contains("its node is lost");
    assertThat(removed.exit(SERVER, Optional.empty()).reason()).contains("its service was removed");
    assertThat(lost.exit(SERVER, Optional.empty()).exitCode()).isEmpty();
  }

  private static SwarmTask task(String state, String desired, String status) {
    String json =
        """
        {"ID": "task1", "ServiceID": "service1", "NodeID": "node1",
         "Spec": {"ContainerSpec": {"Image": "tiny:1",
           "Labels": {"sluice.cluster": "c", "sluice.server": "%s"}}},
         "Status": {"State": "%s", %s}, "DesiredState": "%s"}
        """
            .formatted(SERVER, state, status, desired);
    try {
      return SwarmTask.of(DockerClientConfig.getDefaultObjectMapper().readValue(json, Task.class));
    } catch (JsonProcessingException malformed) {
      throw new AssertionError(json, malformed);
    }
  }
}
