package io.sluice.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PaceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private final Pace pace = new Pace(100, Duration.ofSeconds(10));

  /** How many seconds it lasts if so many bytes move in each, at most 1,000. */
  private int lasts(int bytesPerSecond, long movedBefore) {
    pace.begin(movedBefore, 0);
    for (int second = 1; second <= 1000; second++) {
      if (pace.tooSlow(movedBefore + (long) bytesPerSecond * second, true, second * SECOND)) {
        return second;
      }
    }
    return 1000;
  }

  @Test
  void aClientThatStallsLastsForThePatience() {
    assertThat(lasts(0, 0)).isEqualTo(11);
  }

  @Test
  void oneByteASecondDoesNotLastMuchLonger() {
    assertThat(lasts(1, 0)).isEqualTo(11);
  }

  @Test
  void whatHasToWaitCostsNobodyItsPatience() {
    pace.begin(40_000, 0);

    assertThat(pace.tooSlow(0, true, SECOND / 10)).isFalse();
  }

  @Test
  void whatMovedBeforeIsNoCredit() {
    assertThat(lasts(1, 1 << 30)).isEqualTo(11);
  }

  @Test
  void timeThatIsNotTheClientsDoesNotCount() {
    pace.begin(0, 0);
    assertThat(pace.tooSlow(0, false, 1000 * SECOND)).isFalse();
    assertThat(pace.tooSlow(0, true, 1005 * SECOND)).isFalse();
    assertThat(pace.tooSlow(0, true, 1011 * SECOND)).isTrue();
  }

  @Test
  void anyPaceWillDoWhereNoneIsAskedFor() {
    Pace any = new Pace(0, Duration.ofSeconds(10));
    any.begin(0, 0);
    assertThat(any.tooSlow(0, true, 1_000_000 * SECOND)).isFalse();
  }

  @Property
  void whoeverKeepsThePaceIsNeverTooSlow(@ForAll @IntRange(min = 100, max = 10_000) int bytes) {
    assertThat(lasts(bytes, 0)).isEqualTo(1000);
  }

  @Property
  void whoeverDoesNotIsFoundOut(@ForAll @IntRange(min = 0, max = 90) int bytes) {
    assertThat(lasts(bytes, 0)).isLessThanOrEqualTo(101);
  }
}
