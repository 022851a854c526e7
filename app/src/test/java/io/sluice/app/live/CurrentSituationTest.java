package io.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.app.live.CurrentSituation.Playing;
import io.sluice.app.simulation.Situation;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CurrentSituationTest {
  private static final long SECOND = 1_000_000_000;
  private final AtomicLong clock = new AtomicLong(-3 * SECOND);
  private final AtomicLong seeds = new AtomicLong();
  private final CurrentSituation current = new CurrentSituation(clock::get, seeds::incrementAndGet);

  @Test
  void startsWithTheRealLoad() {
    assertThat(current.playing()).isEqualTo(new Playing(Situation.REAL, 0, 1));
  }

  @Test
  void countsWholeSecondsSinceItsBeginning() {
    current.play(Situation.HIGH_CPU);
    clock.addAndGet(2 * SECOND - 1);
    assertThat(current.playing()).isEqualTo(new Playing(Situation.HIGH_CPU, 1, 2));

    clock.incrementAndGet();
    assertThat(current.playing().elapsedSeconds()).isEqualTo(2);
  }

  @Test
  void playingTheSameAgainStartsItAgain() {
    current.play(Situation.LOW_CPU);
    clock.addAndGet(9 * SECOND);

    assertThat(current.play(Situation.LOW_CPU)).isEqualTo(new Playing(Situation.LOW_CPU, 0, 3));
  }
}
