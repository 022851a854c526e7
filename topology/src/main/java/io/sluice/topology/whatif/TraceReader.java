package io.sluice.topology.whatif;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads a trace: a first line {@code timestamp,value}, then one point a line, such as {@code
 * 2014-02-14 14:30:00,6.456}. Times rise; without a zone they are UTC; ISO-8601 with a zone is read
 * too. Values are 0 or more. Empty lines are skipped.
 */
public final class TraceReader {
  private static final String HEADER = "timestamp,value";
  private static final int PROBLEMS_MAX = 20;
  private static final int SHOWN_MAX = 60;
  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .toFormatter(Locale.ROOT);

  private final Curve.Builder curve = new Curve.Builder();
  private final List<Problem> problems = new ArrayList<>();
  private String lastTime = "";

  private TraceReader() {}

  /**
   * The curve through the points.
   *
   * @param source the file, for messages
   * @throws ConfigException if a line is wrong, with its number; it names the first 20
   */
  public static Curve read(Iterator<String> lines, String source) {
    TraceReader reader = new TraceReader();
    reader.header(lines);
    for (int number = 2; lines.hasNext() && reader.problems.size() < PROBLEMS_MAX; number++) {
      String line = lines.next();
      if (!line.isBlank()) {
        reader.point(line, "line " + number);
      }
    }
    if (reader.problems.isEmpty() && reader.curve.size() < 2) {
      reader.problems.add(
          new Problem("(file)", reader.curve.size() + " points", "at least 2 points"));
    }
    if (!reader.problems.isEmpty()) {
      throw new ConfigException("traces", named(source, reader.problems));
    }
    return reader.curve.build();
  }

  /** Each problem with the file's name, since several files can be wrong at once. */
  private static List<Problem> named(String source, List<Problem> problems) {
    return problems.stream()
        .map(it -> new Problem(source + ": " + it.path(), it.value(), it.expected()))
        .toList();
  }

  private void header(Iterator<String> lines) {
    // A byte order mark is no part of the text.
    String header = lines.hasNext() ? lines.next().replace("\uFEFF", "").strip() : "";
    if (!header.equalsIgnoreCase(HEADER)) {
      note("line 1", header, "'" + HEADER + "'");
    }
  }

  private void point(String line, String place) {
    int comma = line.indexOf(',');
    if (comma < 0 || line.indexOf(',', comma + 1) >= 0) {
      note(place, line, "a time and a value with one comma between them");
      return;
    }
    String timeText = line.substring(0, comma).strip();
    String valueText = line.substring(comma + 1).strip();
    Optional<Instant> time = time(timeText);
    Optional<Double> value = value(valueText);
    if (time.isEmpty()) {
      note(place, timeText, "a time, such as 2014-02-14 14:30:00 or 2014-02-14T14:30:00Z");
    } else if (!curve.follows(time.get())) {
      note(place, timeText, "a time after that of the point before, " + lastTime);
    } else if (value.isEmpty()) {
      note(place, valueText, "a number of 0 or more");
    } else {
      curve.add(time.get(), value.get());
      lastTime = timeText;
    }
  }

  private void note(String place, String text, String expected) {
    String shown = text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    problems.add(new Problem(place, "'" + shown + "'", expected));
  }

  private static Optional<Instant> time(String text) {
    try {
      if (text.length() > 10 && text.charAt(10) == ' ') {
        return Optional.of(LocalDateTime.parse(text, LOCAL).toInstant(ZoneOffset.UTC));
      }
      return Optional.of(
          (Instant)
              DateTimeFormatter.ISO_DATE_TIME.parseBest(
                  text,
                  temporal -> OffsetDateTime.from(temporal).toInstant(),
                  temporal -> LocalDateTime.from(temporal).toInstant(ZoneOffset.UTC)));
    } catch (DateTimeException malformed) {
      // Empty, as for a text that is no time at all: the caller notes what was expected.
      return Optional.empty();
    }
  }

  private static Optional<Double> value(String text) {
    try {
      double value = Double.parseDouble(text);
      return value >= 0 && Double.isFinite(value) ? Optional.of(value) : Optional.empty();
    } catch (NumberFormatException malformed) {
      // Empty, like a number that is out of range.
      return Optional.empty();
    }
  }
}
