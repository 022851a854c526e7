package io.sluice.topology.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CurveTest {
  private final long start = Loads.START.getEpochSecond();

  @Test
  void isLinearBetweenItsPointsAndStandsStillOutsideOfThem() {
    Curve.Builder builder = new Curve.Builder();
    builder.add(Loads.START, 10);
    builder.add(Loads.START.plusSeconds(10), 20);
    builder.add(Loads.START.plusSeconds(20), 0);
    Curve.Cursor cursor = builder.build().cursor();

    assertThat(cursor.value(start - 5)).isEqualTo(10);
    assertThat(cursor.value(start)).isEqualTo(10);
    assertThat(cursor.value(start + 5)).isEqualTo(15);
    assertThat(cursor.value(start + 10)).isEqualTo(20);
    assertThat(cursor.value(start + 15)).isEqualTo(10);
    assertThat(cursor.value(start + 99)).isZero();
    assertThat(cursor.value(start + 5)).as("going back").isEqualTo(15);
  }

  @Test
  void takesNoPointOutOfOrderAndNoValueBelowZero() {
    Curve.Builder builder = new Curve.Builder();
    builder.add(Loads.START, 10);

    assertThatThrownBy(() -> builder.add(Loads.START, 11))
        .hasMessageContaining("expected a time after 2026-01-01T00:00:00Z");
    assertThatThrownBy(() -> builder.add(Loads.START.plusSeconds(1), -1))
        .hasMessageContaining("value -1.0 at 2026-01-01T00:00:01Z: expected a number of 0 or more");
    assertThatThrownBy(() -> builder.add(Loads.START.plusSeconds(1), Double.NaN))
        .hasMessageContaining("expected a number of 0 or more");
  }
}
