package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Points in time that repeat, as five fields of the well-known table: minute, hour, day of the
 * month, month, day of the week. A field is {@code *}, or a list of numbers, names and ranges, each
 * with an optional step: {@code 0 8 * * mon-fri}, {@code 30 6,18 1-7 * *}. Sunday is 0 or 7, and
 * can end a range as well as begin one: {@code sat-sun}. As in <a
 * href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html">POSIX</a>, if both
 * days are restricted, either of them is enough. There is no time zone in it: the times are of a
 * wall clock. Two of them are equal if they name the same times, however they are written.
 */
public final class Cron {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  /** Sunday, where it ends a week instead of beginning one. */
  private static final int SUNDAY_LAST = 7;

  /** Between two leap days there are at most eight years, around a century that has none. */
  private static final int DAYS_BACK_MAX = 8 * 366;

  /** The years looked back over from here hold every day there is. */
  private static final LocalDateTime LAST_OF_A_LEAP_YEAR = LocalDateTime.of(2028, 12, 31, 23, 59);

  private final String text;
  private final BitSet minutes;
  private final BitSet hours;
  private final BitSet monthDays;
  private final BitSet months;
  private final BitSet weekDays;
  private final boolean eitherDay;

  /**
   * Reads the five fields.
   *
   * @throws IllegalArgumentException if they have another form, or name no day that ever comes
   */
  @JsonCreator
  public Cron(String text) {
    String[] fields = text.strip().toLowerCase(Locale.ROOT).split("\\s+");
    if (fields.length != 5) {
      throw malformed(text, "five fields: minute, hour, day of the month, month, day of the week");
    }
    this.text = String.join(" ", fields);
    this.minutes = field(fields[0], 0, 59, List.of());
    this.hours = field(fields[1], 0, 23, List.of());
    this.monthDays = field(fields[2], 1, 31, List.of());
    this.months = field(fields[3], 1, 12, MONTHS);
    this.weekDays = field(fields[4], 0, 7, DAYS);
    if (weekDays.get(SUNDAY_LAST)) {
      weekDays.clear(SUNDAY_LAST);
      weekDays.set(0);
    }
    this.eitherDay = !fields[2].startsWith("*") && !fields[4].startsWith("*");
    if (lastUntil(LAST_OF_A_LEAP_YEAR).isEmpty()) {
      throw malformed(text, "days that exist");
    }
  }

  /** The last point at or before this one; empty if there is none in the eight years before. */
  public Optional<LocalDateTime> lastUntil(LocalDateTime until) {
    LocalDate day = until.toLocalDate();
    Optional<LocalTime> today = matches(day) ? lastOfDay(until.toLocalTime()) : Optional.empty();
    if (today.isPresent()) {
      return Optional.of(day.atTime(today.get()));
    }
    for (int back = 1; back <= DAYS_BACK_MAX; back++) {
      LocalDate earlier = day.minusDays(back);
      if (matches(earlier)) {
        return Optional.of(earlier.atTime(hours.length() - 1, minutes.length() - 1));
      }
    }
    return Optional.empty();
  }

  /** Whether each of these times is also one of the other's. */
  public boolean within(Cron other) {
    boolean clock = contains(other.hours, hours) && contains(other.minutes, minutes);
    LocalDate last = LAST_OF_A_LEAP_YEAR.toLocalDate();
    for (int back = 0; clock && back <= DAYS_BACK_MAX; back++) {
      LocalDate day = last.minusDays(back);
      if (matches(day) && !other.matches(day)) {
        return false;
      }
    }
    return clock;
  }

  private static boolean contains(BitSet all, BitSet some) {
    BitSet rest = (BitSet) some.clone();
    rest.andNot(all);
    return rest.isEmpty();
  }

  private boolean matches(LocalDate day) {
    if (!months.get(day.getMonthValue())) {
      return false;
    }
    boolean monthDay = monthDays.get(day.getDayOfMonth());
    boolean weekDay = weekDays.get(day.getDayOfWeek().getValue() % DayOfWeek.values().length);
    return eitherDay ? monthDay || weekDay : monthDay && weekDay;
  }

  private Optional<LocalTime> lastOfDay(LocalTime until) {
    int minute = hours.get(until.getHour()) ? minutes.previousSetBit(until.getMinute()) : -1;
    if (minute >= 0) {
      return Optional.of(LocalTime.of(until.getHour(), minute));
    }
    int hour = until.getHour() == 0 ? -1 : hours.previousSetBit(until.getHour() - 1);
    return hour < 0 ? Optional.empty() : Optional.of(LocalTime.of(hour, minutes.length() - 1));
  }

  private BitSet field(String field, int min, int max, List<String> names) {
    BitSet values = new BitSet(max + 1);
    for (String part : field.split(",", -1)) {
      String[] range = part.split("/", -1);
      int step = range.length == 1 ? 1 : number(range[range.length - 1], 1, max, List.of());
      List<Integer> ends = new ArrayList<>();
      if (range.length > 2) {
        throw malformed(text, "one step at most in '" + part + "'");
      }
      if (range[0].equals("*")) {
        ends.addAll(List.of(min, max));
      } else {
        for (String end : range[0].split("-", -1)) {
          ends.add(number(end, min, max, names));
        }
        boolean toSunday = names.equals(DAYS) && ends.size() == 2 && ends.getLast() == 0;
        if (toSunday && ends.getFirst() > 0) {
          ends.set(1, SUNDAY_LAST);
        }
      }
      int last = ends.size() == 1 && range.length == 2 ? max : ends.getLast();
      if (ends.size() > 2 || last < ends.getFirst()) {
        throw malformed(
            text,
            Sentence.of(
                "a range from low to high in place of '%s', such as two ranges with a comma",
                part));
      }
      for (int value = ends.getFirst(); value <= last; value += step) {
        values.set(value);
      }
    }
    return values;
  }

  private int number(String word, int min, int max, List<String> names) {
    int named = names.indexOf(word);
    if (named >= 0) {
      return named + min;
    }
    if (word.matches("\\d{1,2}")) {
      int value = Integer.parseInt(word);
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw malformed(text, Sentence.of("a number from %d to %d in place of '%s'", min, max, word));
  }

  private static IllegalArgumentException malformed(String text, String expected) {
    return new IllegalArgumentException(Sentence.of("times '%s': expected %s", text, expected));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cron cron
        && cron.minutes.equals(minutes)
        && cron.hours.equals(hours)
        && cron.monthDays.equals(monthDays)
        && cron.months.equals(months)
        && cron.weekDays.equals(weekDays)
        && cron.eitherDay == eitherDay;
  }

  @Override
  public int hashCode() {
    return Objects.hash(minutes, hours, monthDays, months, weekDays, eitherDay);
  }

  /** The five fields in lower case with one space between them. */
  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
