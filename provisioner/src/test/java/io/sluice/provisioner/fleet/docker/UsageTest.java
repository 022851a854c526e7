package io.sluice.provisioner.fleet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.Statistics;
import io.sluice.schemas.metric.Metric;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class UsageTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
  private static final Usage BEFORE =
      new Usage(AT, 1_000_000_000, 50_000_000_000L, 4, 100, 400, 7, 1_000, 2_000);

  @Test
  void processorTimeIsAShareOfTheLimit() {
    // A second of four processors is four seconds of the host's time; a quarter was used.
    Usage now = after(250_000_000, 4_000_000_000L);

    assertThat(now.since(BEFORE, 0.5)).containsEntry(Metric.CPU, 50.0);
    assertThat(now.since(BEFORE, 0)).containsEntry(Metric.CPU, 6.25);
    assertThat(now.since(BEFORE, 16)).containsEntry(Metric.CPU, 6.25);
  }

  @Test
  void aLimitThatIsOverrunForAMomentIsAllOfIt() {
    assertThat(after(600_000_000, 4_000_000_000L).since(BEFORE, 0.5))
        .containsEntry(Metric.CPU, 100.0);
  }

  @Test
  void memoryIsAShareAndTrafficIsPerSecond() {
    Usage now = new Usage(AT.plusSeconds(2), 1, 50_000_000_000L, 4, 100, 400, 7, 5_000, 2_500);

    assertThat(now.since(BEFORE, 0))
        .containsEntry(Metric.MEMORY, 25.0)
        .containsEntry(Usage.PIDS, 7.0)
        .containsEntry(Usage.NETWORK_IN, 2_000.0)
        .containsEntry(Usage.NETWORK_OUT, 250.0)
        // No time has passed on the host: nothing can be said.
        .doesNotContainKey(Metric.CPU);
  }

  @Test
  void whatTheEngineSaysOfARunningContainerIsRead() throws JsonProcessingException {
    assertThat(
            Usage.of(
                statistics(
                    """
                    {"read": "2026-03-01T10:00:00.5Z",
                     "pids_stats": {"current": 21},
                     "networks": {"eth0": {"rx_bytes": 10, "tx_bytes": 1},
                                  "eth1": {"rx_bytes": 20, "tx_bytes": 2}},
                     "memory_stats": {"usage": 1000, "limit": 4000,
                                      "stats": {"total_inactive_file": 300}},
                     "cpu_stats": {"cpu_usage": {"total_usage": 5}, "system_cpu_usage": 6,
                                   "online_cpus": 2}}
                    """)))
        .contains(new Usage(AT.plusMillis(500), 5, 6, 2, 700, 4000, 21, 30, 3));
  }

  @Test
  void whatItSaysOfOneThatHasEndedIsNothing() throws JsonProcessingException {
    assertThat(
            Usage.of(
                statistics(
                    """
                    {"read": "0001-01-01T00:00:00Z", "pids_stats": {}, "memory_stats": {},
                     "cpu_stats": {"cpu_usage": {"total_usage": 0}}}
                    """)))
        .isEmpty();
  }

  @Test
  void twoEqualMomentsGiveNoTrafficAndNoNumbersThatAreNone() {
    assertThat(BEFORE.since(BEFORE, 1)).containsOnlyKeys(Metric.MEMORY, Usage.PIDS);
  }

  private static Usage after(long cpu, long system) {
    return new Usage(
        AT.plusSeconds(1),
        BEFORE.cpu() + cpu,
        BEFORE.system() + system,
        4,
        100,
        400,
        7,
        1_000,
        2_000);
  }

  private static Statistics statistics(String json) throws JsonProcessingException {
    return new ObjectMapper().readValue(json, Statistics.class);
  }
}
