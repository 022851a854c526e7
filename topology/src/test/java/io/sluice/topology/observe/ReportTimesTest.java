package io.sluice.topology.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.topology.observe.ReportTimes.Age;
import org.junit.jupiter.api.Test;

/** Which of a server's reports are of now. */
class ReportTimesTest {
  private static final long SECOND = 1_000;
  private static final long HOUR = 3_600 * SECOND;
  private static final long NOW = 1_767_225_600L * SECOND;

  private final ReportTimes times = new ReportTimes();

  @Test
  void whatKeepsPaceIsOfNowWhateverTheServersClock() {
    for (int second = 0; second < 200; second++) {
      long appended = NOW + second * SECOND;
      assertThat(times.of(appended - 5 * HOUR, appended)).isEqualTo(Age.PRESENT);
    }
  }

  @Test
  void aBacklogThatComesAtOnceIsOldAndTheReportsBetweenAreNot() {
    live(0, 60);

    // An hour without a connection, then its reports in two seconds, and new ones among them.
    long back = NOW + HOUR + 60 * SECOND;
    for (int i = 0; i < 3_600; i++) {
      long measured = NOW + (60 + i) * SECOND;
      long appended = back + i / 2;
      Age expected = appended - measured > ReportTimes.TOLERANCE_MILLIS ? Age.OLD : Age.PRESENT;
      assertThat(times.of(measured, appended)).as("report %d", i).isEqualTo(expected);
      if (i % 1_000 == 0) {
        assertThat(times.of(appended, appended)).isEqualTo(Age.PRESENT);
      }
    }
    assertThat(times.of(back + 2 * SECOND, back + 2 * SECOND)).isEqualTo(Age.PRESENT);
  }

  @Test
  void ofABacklogWithoutAnythingBeforeItLittleIsTakenForThePresent() {
    int present = 0;
    for (int i = 0; i < 3_600; i++) {
      // Ten seconds of it in each second.
      long appended = NOW + i * 100L;
      Age age = times.of(NOW - HOUR + i * SECOND, appended);
      present = age == Age.OLD_BEFORE ? 0 : present + (age == Age.PRESENT ? 1 : 0);
    }

    assertThat(present).isLessThanOrEqualTo(3);
    // Once the last of it is here, reports keep pace, and a second later count.
    long end = NOW + 360 * SECOND;
    assertThat(times.of(end, end)).isNotEqualTo(Age.PRESENT);
    assertThat(times.of(end + SECOND, end + SECOND)).isEqualTo(Age.PRESENT);
  }

  @Test
  void reportsInPortionsOfTenSecondsAreOfNow() {
    for (int portion = 0; portion < 5; portion++) {
      long appended = NOW + portion * (10 * SECOND);
      for (int second = 9; second >= 0; second--) {
        Age age = times.of(appended - second * SECOND, appended);
        if (portion > 0) {
          assertThat(age).isEqualTo(Age.PRESENT);
        }
      }
    }
  }

  @Test
  void aClockThatIsSetBackIsBelievedWhenItStaysSo() {
    live(0, 60);

    for (int second = 60; second < 75; second++) {
      assertThat(at(second, -HOUR)).isEqualTo(Age.OLD);
    }
    assertThat(at(75, -HOUR)).isEqualTo(Age.PRESENT);
    assertThat(at(76, -HOUR)).isEqualTo(Age.PRESENT);
  }

  @Test
  void aClockThatIsSetAheadIsBelievedASecondLater() {
    live(0, 60);

    assertThat(at(60, HOUR)).isEqualTo(Age.OLD_BEFORE);
    assertThat(at(61, HOUR)).isEqualTo(Age.PRESENT);
  }

  @Test
  void aClockThatDriftsIsFollowed() {
    for (int second = 0; second < 10_000; second++) {
      assertThat(at(second, -second * 10L)).isEqualTo(Age.PRESENT);
    }
  }

  private void live(int from, int to) {
    for (int second = from; second < to; second++) {
      assertThat(at(second, 0)).isEqualTo(Age.PRESENT);
    }
  }

  private Age at(int second, long difference) {
    long appended = NOW + second * SECOND;
    return times.of(appended + difference, appended);
  }

  @Test
  void whoDoesNotKeepUpIsOldInTheEnd() {
    // It measures one and sends 0.85 a second, or falls behind a little faster than clocks drift.
    for (double slower : new double[] {0.15, 0.06}) {
      ReportTimes sampler = new ReportTimes();
      for (int second = 0; second < 3_600; second++) {
        long appended = NOW + second * SECOND;
        long lag = Math.round(second * slower) * SECOND;
        Age age = sampler.of(appended - lag, appended);
        // Clocks may drift by two seconds a minute.
        if (lag > (second / 30 + 2) * SECOND + ReportTimes.TOLERANCE_MILLIS) {
          assertThat(age).as("second %d, %d ms late", second, lag).isNotEqualTo(Age.PRESENT);
        }
      }
    }
  }
}
