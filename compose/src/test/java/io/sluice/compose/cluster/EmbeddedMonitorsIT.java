package io.sluice.compose.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.compose.monitor.MonitorSurvey;
import io.sluice.compose.view.Status;
import io.sluice.provisioner.Monitor;
import io.sluice.schemas.id.MonitorId;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an embedded cluster whose monitors stop. */
@Tag("undisturbed")
class EmbeddedMonitorsIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final MonitorId THREE = new MonitorId(3);

  @TempDir private Path folder;

  @Test
  void aMonitorThatStopsByAFaultIsStartedAgainAloneAndStatusTellsMeanwhile() throws Exception {
    try (EmbeddedCluster cluster =
        EmbeddedCluster.start(
            ClusterConfig.defaults(Map.of())
                .withData(folder.resolve("data"))
                .withPorts(FreePorts.find())
                .withZones(1),
            line -> {})) {
      await().atMost(PATIENCE).until(cluster::ready);
      await().atMost(PATIENCE).until(() -> !status(cluster).warns());
      Monitor first = cluster.monitors().monitor(THREE).orElseThrow();

      cluster.monitors().fail(THREE, new StackOverflowError("planted"));

      await()
          .atMost(PATIENCE)
          .until(
              () -> cluster.monitors().monitor(THREE).filter(again -> again != first).isPresent());
      assertThat(cluster.failure()).isEmpty();
      await()
          .atMost(PATIENCE)
          .until(() -> status(cluster).leader().filter(l -> l.id().equals(THREE)).isPresent());

      cluster.monitors().stop(THREE);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> {
            Status without = status(cluster);
            assertThat(without.leader().stream().map(Status.LeaderLine::id))
                .singleElement()
                .isNotEqualTo(THREE);
            assertThat(without.monitors().getLast().reachable()).isFalse();
            assertThat(without.warns()).isTrue();
          });
    }
  }

  private static Status status(EmbeddedCluster cluster) {
    List<URI> places = List.copyOf(cluster.monitorUrls().values());
    try (MonitorSurvey survey = new MonitorSurvey()) {
      return Status.of(survey.of(places), Instant.now());
    }
  }
}
