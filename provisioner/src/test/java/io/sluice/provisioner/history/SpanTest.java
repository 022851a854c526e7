package io.sluice.provisioner.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SpanTest {
  private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

  @Test
  void anHourIsCutIntoThreeHundredSteps() {
    assertThat(Span.of(NOON, NOON.plusSeconds(3600)).step()).isEqualTo(Duration.ofSeconds(12));
    assertThat(Span.of(NOON, NOON.plusSeconds(10)).step()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void whatCantBeDrawnIsRefusedWithWhatWasExpected() {
    assertThatThrownBy(() -> Span.of(NOON, NOON)).hasMessageContaining("before the end");
    assertThatThrownBy(() -> new Span(NOON, NOON.plusSeconds(60), Duration.ofMillis(500)))
        .hasMessageContaining("whole seconds");
    assertThatThrownBy(() -> new Span(NOON, NOON.plus(Duration.ofDays(1)), Duration.ofSeconds(1)))
        .hasMessageContaining("86400 points")
        .hasMessageContaining("at least 8 s");
  }
}
