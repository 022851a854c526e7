package io.sluice.provisioner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {
  @Test
  void anIdIsReadAsItWasWritten() {
    EventId id = new EventId(Map.of(1, 48L, 0, 120L));

    assertThat(id).hasToString("0:120,1:48");
    assertThat(EventId.read(id.toString())).isEqualTo(Map.of(0, 120L, 1, 48L));
  }

  @Test
  void afterARecordThePartitionGoesOnBehindIt() {
    assertThat(new EventId(Map.of(0, 5L, 1, 7L)).after(1, 9)).hasToString("0:5,1:10");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "0:", "0:1,", "a:1", "0:-1", "0:1;1:2", "0:99999999999999999999"})
  void anythingElseIsRefusedWithWhatWasExpected(String text) {
    assertThatThrownBy(() -> EventId.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected one that an event carried");
  }
}
