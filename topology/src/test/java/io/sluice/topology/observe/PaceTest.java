package io.sluice.topology.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether panes that come at some pace are of now. */
class PaceTest {
  private static final long FIRST = 1_767_225_600L;

  private final Pace pace = new Pace();

  @ParameterizedTest
  @ValueSource(doubles = {1.1, 1.5, 2, 2.9, 10, 600})
  void aBacklogIsNotOfNowWhateverThePaceAtWhichItIsWorkedOff(double speed) {
    long observed = 0;
    long second = 0;
    for (long now = 0; now < 120_000; now += 100) {
      for (; second <= now * speed / 1_000; second++) {
        pace.pane(FIRST + second, now);
      }
      observed += now % 1_000 == 0 && pace.steady(now) ? 1 : 0;
    }

    // Until it has moved once nobody can know.
    assertThat(observed).isLessThanOrEqualTo((long) (2 / (speed - 1)) + 3);
  }

  @Test
  void whatComesInTimeIsOfNowASecondAfterABacklog() {
    for (int i = 0; i < 3_600; i++) {
      pace.pane(FIRST + i, i);
    }
    for (int i = 0; i < 5; i++) {
      pace.pane(FIRST + 3_600 + i, 3_600 + i * 1_000L);
    }

    assertThat(pace.steady(3_600 + 4_000)).isTrue();
  }

  @Test
  void aHiccupCostsASecond() {
    for (int i = 0; i < 100; i++) {
      pace.pane(FIRST + i, i * 1_000L);
    }
    // Four seconds come at once.
    for (int i = 100; i < 104; i++) {
      pace.pane(FIRST + i, 104_000);
    }
    pace.pane(FIRST + 105, 105_000);
    pace.pane(FIRST + 106, 106_100);

    assertThat(pace.steady(106_100)).isTrue();
  }
}
