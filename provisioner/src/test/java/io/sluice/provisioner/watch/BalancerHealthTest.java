package io.sluice.provisioner.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalancerHealthTest {
  /** {@code +} is a good check, {@code -} a failed one. */
  @ParameterizedTest
  @CsvSource({
    "+,      ALIVE",
    "--,     UNKNOWN",
    "---,    LOST",
    "+--,    ALIVE",
    "+---,   LOST",
    "+--+--, ALIVE",
    "+----,  LOST",
    "+---+,  ALIVE",
  })
  void aRowOfChecksAddsUp(String checks, BalancerHealth.State state) {
    BalancerHealth vigil = BalancerHealth.BEGIN;
    for (int i = 0; i < checks.length(); i++) {
      vigil = vigil.after(checks.charAt(i) == '+' ? Optional.empty() : Optional.of("refused"), 3);
    }

    assertThat(vigil.state()).isEqualTo(state);
  }

  @Test
  void aLostBalancerIsStartedAgainAfterPausesThatDouble() {
    BalancerHealth vigil = BalancerHealth.BEGIN;
    List<Integer> started = new ArrayList<>();
    for (int check = 1; check <= 200; check++) {
      vigil = vigil.after(Optional.of("refused"), 3);
      if (vigil.startsAgain(3)) {
        started.add(check);
      }
    }

    assertThat(started).containsExactly(3, 15, 30, 60, 120);
  }
}
