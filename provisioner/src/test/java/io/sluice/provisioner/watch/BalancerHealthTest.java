package io.sluice.provisioner.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalancerHealthTest {
  /** {@code +} is a good check, {@code -} a failed one, {@code x} one that met another zone's. */
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
    "xx,     UNKNOWN",
    "xxx,    FOREIGN",
    "+xx,    ALIVE",
    "+--x,   FOREIGN",
    "---x,   FOREIGN",
    "xxx--,  FOREIGN",
    "xxx-x--,FOREIGN",
    "xxx---, LOST",
    "xxx+,   ALIVE",
  })
  void aRowOfChecksAddsUp(String checks, BalancerHealth.State state) {
    BalancerHealth vigil = BalancerHealth.BEGIN;
    for (int i = 0; i < checks.length(); i++) {
      vigil = vigil.after(met(checks.charAt(i)), 3);
    }

    assertThat(vigil.state()).isEqualTo(state);
  }

  @Test
  void aLostBalancerIsStartedAgainAfterPausesThatDouble() {
    BalancerHealth vigil = BalancerHealth.BEGIN;
    List<Integer> started = new ArrayList<>();
    for (int check = 1; check <= 200; check++) {
      vigil = vigil.after(BalancerHealth.Met.NOBODY, 3);
      if (vigil.startsAgain(3)) {
        started.add(check);
      }
    }

    assertThat(started).containsExactly(3, 15, 30, 60, 120);
  }

  private static BalancerHealth.Met met(char check) {
    return switch (check) {
      case '+' -> BalancerHealth.Met.ITS_OWN;
      case '-' -> BalancerHealth.Met.NOBODY;
      case 'x' -> BalancerHealth.Met.ANOTHER_ZONES;
      default -> throw new IllegalArgumentException("check " + check);
    };
  }
}
