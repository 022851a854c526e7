package io.sluice.schemas.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.policy.ScalingRule.Schedule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final long SECONDS_OF_2026 = 1_767_225_600;
  private static final long SECONDS_OF_2031 = 1_924_992_000;

  @ParameterizedTest
  @CsvSource({
    "0 8 * * mon-fri,         2026-11-02T08:00, 2026-11-02T08:00",
    "0 8 * * mon-fri,         2026-11-02T07:59, 2026-10-30T08:00",
    "0 8 * * MON-FRI,         2026-11-01T12:00, 2026-10-30T08:00",
    "*/15 * * * *,            2026-11-01T12:44, 2026-11-01T12:30",
    "5/20 3 * * *,            2026-11-01T12:00, 2026-11-01T03:45",
    "'30 6,18 1-7 * *',       2026-11-10T00:00, 2026-11-07T18:30",
    "0 0 29 2 *,              2027-01-01T00:00, 2024-02-29T00:00",
    "0 0 * * 0,               2026-11-04T00:00, 2026-11-01T00:00",
    "0 0 * * 7,               2026-11-04T00:00, 2026-11-01T00:00",
    "0 0 13 * fri,            2026-11-19T00:00, 2026-11-13T00:00",
    "0 8 * * sat-sun,         2026-11-02T07:00, 2026-11-01T08:00",
    "0 8 * * fri-sun,         2026-11-06T07:59, 2026-11-01T08:00",
    "0 8 * * mon-sun,         2026-11-03T09:00, 2026-11-03T08:00",
    "0 8 * * sun-sat,         2026-11-03T09:00, 2026-11-03T08:00",
    "0 8 * * sun,             2026-11-04T00:00, 2026-11-01T08:00",
    "0 0 13 * fri,            2026-11-28T00:00, 2026-11-27T00:00",
    "59 23 31 dec *,          2026-11-01T00:00, 2025-12-31T23:59",
  })
  void theLastTimeUntilAMomentIsFound(String times, LocalDateTime until, LocalDateTime last) {
    assertThat(new Cron(times).lastUntil(until)).contains(last);
  }

  @ParameterizedTest
  @CsvSource({
    "0 8 * * *, 00 08 * * *",
    "0 8 * * *, 0 8 * * 0-6",
    "0 8 * * 0, 0 8 * * sun",
    "0 8 * * 7, 0 8 * * 0",
    "*/30 8 * * *, '0,30 8 * * *'",
  })
  void theSameTimesAreEqualHoweverTheyAreWritten(String one, String other) {
    assertThat(new Cron(one)).isEqualTo(new Cron(other)).hasSameHashCodeAs(new Cron(other));
    assertThat(new Cron(one).within(new Cron(other))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "*/10 * * * *, */5 * * * *, true",
    "*/5 * * * *, */10 * * * *, false",
    "0 0 * * mon, 0 0 * * *, true",
    "0 0 * * *, 0 0 * * mon, false",
    "0 8 1 * *, 0 8 1-7 * *, true",
    "0 8 1 * *, 0 8 2-7 * *, false",
    "0 8 29 2 *, 0 8 29 * *, true",
    "0 8 * * *, 1 8 * * *, false",
  })
  void timesLieWithinOthers(String some, String all, boolean within) {
    assertThat(new Cron(some).within(new Cron(all))).isEqualTo(within);
  }

  @Property
  void theLastTimeIsNotAfterTheMomentAndIsOneOfTheTimes(
      @ForAll @IntRange(max = 59) int minute,
      @ForAll @IntRange(max = 23) int hour,
      @ForAll @IntRange(min = 1, max = 31) int day,
      @ForAll @LongRange(min = SECONDS_OF_2026, max = SECONDS_OF_2031) long at) {
    LocalDateTime until = LocalDateTime.ofEpochSecond(at, 0, ZoneOffset.UTC);

    LocalDateTime last =
        new Cron("%d %d %d * *".formatted(minute, hour, day)).lastUntil(until).orElseThrow();

    assertThat(last).isBeforeOrEqualTo(until);
    assertThat(last.getMinute()).isEqualTo(minute);
    assertThat(last.getHour()).isEqualTo(hour);
    assertThat(last.getDayOfMonth()).isEqualTo(day);
    // Every month has a 28th: none of those in between was passed over.
    assertThat(last).isAfter(until.minusMonths(day <= 28 ? 1 : 2).minusDays(1));
  }

  @Property
  void noTimeLiesBetweenTheLastOneAndTheMoment(
      @ForAll @IntRange(min = 1, max = 59) int step,
      @ForAll @IntRange(min = 1, max = 5) int weekDay,
      @ForAll @LongRange(min = SECONDS_OF_2026, max = SECONDS_OF_2031) long at) {
    Cron cron = new Cron("*/%d 7-9 * * %d".formatted(step, weekDay));
    LocalDateTime until = LocalDateTime.ofEpochSecond(at, 0, ZoneOffset.UTC);
    LocalDateTime last = cron.lastUntil(until).orElseThrow();

    assertThat(cron.lastUntil(last)).contains(last);
    if (last.plusMinutes(1).isBefore(until)) {
      assertThat(cron.lastUntil(until.minusMinutes(1))).contains(last);
    }
    // The minutes in between, one by one, as far as a step of the field can reach.
    for (LocalDateTime next = last.plusMinutes(1);
        !next.isAfter(until) && next.isBefore(last.plusHours(3));
        next = next.plusMinutes(1)) {
      boolean matches =
          next.getMinute() % step == 0
              && next.getHour() >= 7
              && next.getHour() <= 9
              && next.getDayOfWeek().getValue() == weekDay;
      assertThat(matches).as("%s of %s", next, cron).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0 8 * *,           five fields",
    "60 8 * * *,        a number from 0 to 59 in place of '60'",
    "0 24 * * *,        a number from 0 to 23 in place of '24'",
    "0 0 0 * *,         a number from 1 to 31 in place of '0'",
    "0 0 * 13 *,        a number from 1 to 12 in place of '13'",
    "0 0 * * 8,         a number from 0 to 7 in place of '8'",
    "0 0 * * noday,     a number from 0 to 7 in place of 'noday'",
    "9-5 0 * * *,       a range from low to high in place of '9-5'",
    "*/0 0 * * *,       a number from 1 to 59 in place of '0'",
    "*/5/5 0 * * *,     one step at most",
    "'1,,2 0 * * *',    a number from 0 to 59 in place of ''",
    "0 0 30 2 *,        days that exist",
    "0 0 31 4 *,        days that exist",
  })
  void whatIsNoTableOfTimesIsRefusedWithWhatWasExpected(String times, String expected) {
    assertThatThrownBy(() -> new Cron(times))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("times '" + times + "': expected ")
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @CsvSource({
    // The hour that is skipped on 29 March 2026, from 2:00 to 3:00.
    "2026-03-29T00:59:59Z, false",
    "2026-03-29T01:00:00Z, true",
    "2026-03-29T01:59:59Z, true",
    // In summer the same wall clock is an hour earlier.
    "2026-07-01T00:29:59Z, false",
    "2026-07-01T00:30:00Z, true",
    "2026-07-01T03:00:00Z, false",
    "2026-01-07T01:30:00Z, true",
    "2026-01-07T04:00:00Z, false",
  })
  void aScheduleGoesByTheWallClockOfItsZone(Instant time, boolean active) {
    Schedule night = new Schedule(BERLIN, new Cron("30 2 * * *"), new Cron("0 5 * * *"), 2, 3);

    assertThat(night.active(time)).isEqualTo(active);
  }

  @ParameterizedTest
  @CsvSource({
    // On 25 October 2026, 2:30 comes at 0:30 UTC and again at 1:30 UTC.
    "2026-10-25T00:29:59Z, false, true",
    "2026-10-25T00:30:00Z, true,  false",
    "2026-10-25T01:00:00Z, true,  false",
    "2026-10-25T01:29:59Z, true,  false",
    "2026-10-25T01:30:00Z, true,  false",
    "2026-10-25T02:59:59Z, true,  false",
    "2026-10-25T03:00:00Z, false, false",
  })
  void inTheHourThatComesTwiceNothingIsUndone(Instant time, boolean begun, boolean notEnded) {
    Schedule begins = new Schedule(BERLIN, new Cron("30 2 * * *"), new Cron("0 4 * * *"), 2, 3);
    Schedule ends = new Schedule(BERLIN, new Cron("0 1 * * *"), new Cron("30 2 * * *"), 2, 3);

    assertThat(begins.active(time)).isEqualTo(begun);
    assertThat(ends.active(time)).isEqualTo(notEnded);
  }

  @ParameterizedTest
  @CsvSource({
    // On 25 October 2026 the clock shows 3:00 once, at 2:00 UTC, when the repeated hour is over.
    "2026-10-25T00:59:59Z, false",
    "2026-10-25T01:00:00Z, false",
    "2026-10-25T01:59:59Z, false",
    "2026-10-25T02:00:00Z, true",
  })
  void theEndOfTheHourThatComesTwiceComesOnce(Instant time, boolean active) {
    Schedule morning = new Schedule(BERLIN, new Cron("0 3 * * *"), new Cron("0 5 * * *"), 2, 3);

    assertThat(morning.active(time)).isEqualTo(active);
  }
}
