package io.sluice.schemas.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Statuses of HTTP answers, written as numbers and ranges such as {@code 200-399,404}.
 *
 * @param ranges one or more
 */
public record Statuses(List<Range> ranges) {
  /** What a server answers that has done what it was asked for. */
  public static final Statuses SUCCESS = new Statuses(List.of(new Range(200, 299)));

  /** 200 alone. */
  public static final Statuses OK = new Statuses(List.of(new Range(200, 200)));

  private static final Pattern RANGE = Pattern.compile("\\d{3}(-\\d{3})?");
  private static final int DIGITS = 3;

  /**
   * A range of statuses.
   *
   * @param from the first, 200 to {@code to}
   * @param to the last, up to 599
   */
  public record Range(int from, int to) {
    /**
     * Validates the range.
     *
     * @throws IllegalArgumentException if it is none of final statuses
     */
    public Range {
      if (from < 200 || to < from || to > 599) {
        throw new IllegalArgumentException(
            Sentence.of("statuses %d-%d: expected a range within 200-599", from, to));
      }
    }

    @Override
    public String toString() {
      return from == to ? Integer.toString(from) : from + "-" + to;
    }
  }

  /**
   * Copies the ranges.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Statuses {
    ranges = List.copyOf(ranges);
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("no statuses: expected at least one, such as 200-399");
    }
  }

  /**
   * The statuses in a text such as {@code 200-399,404}.
   *
   * @throws IllegalArgumentException if it is none
   */
  @JsonCreator
  public static Statuses of(String text) {
    return new Statuses(
        Arrays.stream(text.split(",", -1)).map(String::strip).map(Statuses::range).toList());
  }

  private static Range range(String text) {
    if (!RANGE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          Sentence.of(
              "statuses '%s': expected numbers and ranges, such as 200-399,404",
              Sentence.shown(text)));
    }
    int from = Integer.parseInt(text.substring(0, DIGITS));
    return new Range(from, Integer.parseInt(text.substring(text.length() - DIGITS)));
  }

  /** Whether this status is one of them. */
  public boolean contain(int status) {
    return ranges.stream().anyMatch(range -> range.from() <= status && status <= range.to());
  }

  /** As they are written in a configuration. */
  @JsonValue
  @Override
  public String toString() {
    return ranges.stream().map(Range::toString).collect(Collectors.joining(","));
  }
}
