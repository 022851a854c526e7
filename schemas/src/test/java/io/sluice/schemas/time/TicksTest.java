package io.sluice.schemas.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TicksTest {
  @Test
  void laterIsLaterAlsoWhereTheCounterOverflows() {
    Ticks before = new Ticks(Long.MAX_VALUE - 5);
    Ticks after = before.plus(Duration.ofNanos(10));

    assertThat(after.isAfter(before)).isTrue();
    assertThat(before.isBefore(after)).isTrue();
    assertThat(after.since(before)).isEqualTo(Duration.ofNanos(10));
  }
}
