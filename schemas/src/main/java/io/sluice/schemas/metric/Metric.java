package io.sluice.schemas.metric;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.Collection;
import java.util.Map;

/**
 * The name of a measured quantity. The well-known ones are constants; a server may send any other
 * number under a name of its own, and policies may use it.
 *
 * @param name 1 to 40 lower-case letters, digits and underscores, starting with a letter
 */
public record Metric(@JsonValue String name) implements Comparable<Metric> {
  private static final int LENGTH_MAX = 40;

  /** Share of the server's processors in use, in percent, 0 to 100. */
  public static final Metric CPU = new Metric("cpu");

  /** Share of the server's memory limit in use, in percent, 0 to 100. */
  public static final Metric MEMORY = new Metric("memory");

  /** Share of the server's graphics processor in use, in percent, 0 to 100. */
  public static final Metric GPU = new Metric("gpu");

  /** Requests finished per second. */
  public static final Metric THROUGHPUT = new Metric("throughput");

  /** Requests being served at this moment. */
  public static final Metric IN_FLIGHT = new Metric("in_flight");

  /** The largest figure of a share in percent that is not taken for a mistake. */
  public static final double PERCENT_POSSIBLE_MAX = 105;

  private static final Map<String, Metric> WELL_KNOWN_BY_WIRE_NAME =
      Map.of(
          "cpu_usage", CPU,
          "memory_usage", MEMORY,
          "gpu_usage", GPU,
          "throughput", THROUGHPUT,
          "in_flight", IN_FLIGHT);

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it has another form
   */
  @JsonCreator
  public Metric {
    if (!isWireName(name)) {
      throw new IllegalArgumentException(
          Sentence.of(
              "metric '%s': expected 1 to 40 of a-z, 0-9 and '_', starting with a letter",
              Sentence.shown(name)));
    }
  }

  /** Whether it is a share in percent, so that no mean of it is below 0 or above 100. */
  public boolean isPercentage() {
    return !wireName().equals(name);
  }

  /** Whether no mean of it is below 0: all that servers and samplers report by themselves. */
  public boolean isNeverNegative() {
    return WELL_KNOWN_BY_WIRE_NAME.containsKey(wireName());
  }

  /**
   * Whether this can have been measured: no share is below 0 or, but for what rounding and two
   * clocks that are read one after the other do, above 100 percent, and nothing that is counted is
   * negative. Of a metric that a server made up anything can be.
   */
  public boolean isPossible(double value) {
    boolean ordinary = value >= 0 && value <= PERCENT_POSSIBLE_MAX;
    return ordinary || !isNeverNegative() || (value >= 0 && !isPercentage());
  }

  /** Those that servers and samplers report by themselves. */
  public static Collection<Metric> wellKnown() {
    return WELL_KNOWN_BY_WIRE_NAME.values();
  }

  /** The metric that stands under this JSON name in a {@code metrics} record. */
  public static Metric ofWireName(String wireName) {
    Metric wellKnown = WELL_KNOWN_BY_WIRE_NAME.get(wireName);
    return wellKnown == null ? new Metric(wireName) : wellKnown;
  }

  /** Whether this can be the JSON name of a metric. */
  static boolean isWireName(String wireName) {
    if (wireName.isEmpty() || wireName.length() > LENGTH_MAX || !isLetter(wireName.charAt(0))) {
      return false;
    }
    for (int i = 1; i < wireName.length(); i++) {
      char character = wireName.charAt(i);
      if (!isLetter(character) && !(character >= '0' && character <= '9') && character != '_') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char character) {
    return character >= 'a' && character <= 'z';
  }

  /** The JSON name in a {@code metrics} record: percentages are called {@code <name>_usage}. */
  public String wireName() {
    return switch (name) {
      case "cpu" -> "cpu_usage";
      case "memory" -> "memory_usage";
      case "gpu" -> "gpu_usage";
      default -> name;
    };
  }

  @Override
  public int compareTo(Metric other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
