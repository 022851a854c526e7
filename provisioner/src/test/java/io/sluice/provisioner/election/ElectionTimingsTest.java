package io.sluice.provisioner.election;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ElectionTimingsTest {
  @Test
  void theDefaultsAreThoseThatFollowFromTheDefaultIntervals() {
    ElectionTimings derived =
        ElectionTimings.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofMillis(100),
            Duration.ofMillis(1500));

    assertThat(ElectionTimings.DEFAULT).isEqualTo(derived);
    assertThat(derived.victoryTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(derived.rest(1)).isEqualTo(Duration.ofMillis(500));
    assertThat(derived.rest(9)).isEqualTo(Duration.ofSeconds(10));
  }
}
