package io.sluice.compose.whatif;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where the marks of an axis stand. */
final class Scale {
  private static final List<Duration> TIME_STEPS =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(3),
          Duration.ofHours(6),
          Duration.ofDays(1),
          Duration.ofDays(2),
          Duration.ofDays(7),
          Duration.ofDays(28));
  private static final int TIME_MARKS_MAX = 10;
  private static final int VALUE_MARKS_MAX = 4;

  private Scale() {}

  /** Round numbers from 0 to the first one that is not below the highest value, at most five. */
  static List<Double> values(double highest, double smallestStep) {
    double step = smallestStep;
    for (int i = 0; Math.ceil(highest / step) > VALUE_MARKS_MAX; i++) {
      step *= i % 3 == 1 ? 2.5 : 2;
    }
    List<Double> marks = new ArrayList<>();
    double top = Math.max(step, Math.ceil(highest / step) * step);
    for (double mark = 0; mark <= top; mark += step) {
      marks.add(mark);
    }
    return marks;
  }

  /** How far the marks of time are apart between these moments. */
  static Duration timeStep(Instant from, Instant to) {
    Duration length = Duration.between(from, to);
    for (Duration step : TIME_STEPS) {
      if (length.dividedBy(step) <= TIME_MARKS_MAX) {
        return step;
      }
    }
    Duration largest = TIME_STEPS.getLast();
    return largest.multipliedBy(length.dividedBy(largest) / TIME_MARKS_MAX + 1);
  }

  /** The marks of time between these moments: multiples of the step since 1970. */
  static List<Instant> times(Instant from, Instant to) {
    long step = timeStep(from, to).toSeconds();
    List<Instant> marks = new ArrayList<>();
    for (long mark = Math.ceilDiv(from.getEpochSecond(), step) * step;
        mark <= to.getEpochSecond();
        mark += step) {
      marks.add(Instant.ofEpochSecond(mark));
    }
    return marks;
  }

  /** What is written at a mark of time: the day, or the time of day where marks are closer. */
  static DateTimeFormatter timeForm(Instant from, Instant to) {
    Duration step = timeStep(from, to);
    String pattern = "MMM d";
    if (step.compareTo(Duration.ofMinutes(1)) < 0) {
      pattern = "HH:mm:ss";
    } else if (step.compareTo(Duration.ofDays(1)) < 0) {
      pattern = "HH:mm";
    }
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }
}
