package io.sluice.schemas.metric;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * The name of a measured quantity. The well-known ones are constants; a server may send any other
 * number under a name of its own, and policies may use it.
 *
 * @param name 1 to 40 lower-case letters, digits and underscores, starting with a letter
 */
public record Metric(@JsonValue String name) implements Comparable<Metric> {
  /** What a name looks like, for people. */
  public static final String NAME_EXPECTED = "1 to 40 of a-z, 0-9 and '_', starting with a letter";

  /** What a figure from outside is called, for people. */
  public static final String OUTSIDE_EXPECTED =
      "the name of a metric that nobody measures here, such as queue_length";

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

  /** Requests finished per second and server, as the zone's balancers count them. */
  public static final Metric REQUESTS_PER_SECOND = new Metric("requests_per_second");

  /** Requests under way per server, WebSockets among them, as the zone's balancers count them. */
  public static final Metric REQUESTS_IN_FLIGHT = new Metric("requests_in_flight");

  /** Requests that wait at the zone's balancers, per server. */
  public static final Metric REQUESTS_WAITING = new Metric("requests_waiting");

  /** How long half of the zone's requests took at most, in milliseconds. */
  public static final Metric LATENCY_P50 = new Metric("latency_p50");

  /** How long 95 of 100 of the zone's requests took at most, in milliseconds. */
  public static final Metric LATENCY_P95 = new Metric("latency_p95");

  /** How long 99 of 100 of the zone's requests took at most, in milliseconds. */
  public static final Metric LATENCY_P99 = new Metric("latency_p99");

  /** Requests that ended with a 5xx status or without any answer, in percent, 0 to 100. */
  public static final Metric ERROR_SHARE = new Metric("error_share");

  /** For how long no balancer of the zone had a request, in seconds. */
  public static final Metric IDLE_SECONDS = new Metric("idle_seconds");

  /** The largest figure of a share in percent that is not taken for a mistake. */
  public static final double PERCENT_POSSIBLE_MAX = 105;

  /** The largest number of requests, or of requests a second, that is not taken for a mistake. */
  public static final double COUNT_POSSIBLE_MAX = 1e9;

  private static final Map<String, Metric> WELL_KNOWN_BY_WIRE_NAME =
      Map.of(
          "cpu_usage", CPU,
          "memory_usage", MEMORY,
          "gpu_usage", GPU,
          "throughput", THROUGHPUT,
          "in_flight", IN_FLIGHT);

  private static final Set<Metric> OF_BALANCERS =
      Set.of(
          REQUESTS_PER_SECOND,
          REQUESTS_IN_FLIGHT,
          REQUESTS_WAITING,
          LATENCY_P50,
          LATENCY_P95,
          LATENCY_P99,
          ERROR_SHARE,
          IDLE_SECONDS);

  /**
   * Validates the name.
   *
   * @throws IllegalArgumentException if it has another form
   */
  @JsonCreator
  public Metric {
    if (!isWireName(name)) {
      throw new IllegalArgumentException(
          Sentence.of("metric '%s': expected %s", Sentence.shown(name), NAME_EXPECTED));
    }
  }

  /** Whether it is a share in percent, so that no mean of it is below 0 or above 100. */
  public boolean isPercentage() {
    return !wireName().equals(name) || equals(ERROR_SHARE);
  }

  /** Whether a zone's balancers measure it, whatever its servers are. */
  public boolean isOfBalancers() {
    return OF_BALANCERS.contains(this);
  }

  /** Whether servers share it, so that the mean of each is less where there are more of them. */
  public boolean isShared() {
    return !isLatency() && !equals(ERROR_SHARE) && !equals(IDLE_SECONDS);
  }

  /** Whether servers, engines or balancers measure it, so that nobody else need tell. */
  public boolean isMeasuredHere() {
    return isOfBalancers() || WELL_KNOWN_BY_WIRE_NAME.containsKey(wireName());
  }

  /** Whether it says how long requests take: that need not fall when there are more servers. */
  public boolean isLatency() {
    return equals(LATENCY_P50) || equals(LATENCY_P95) || equals(LATENCY_P99);
  }

  /**
   * Whether no mean of it is below 0: all that servers, samplers and balancers report by
   * themselves.
   */
  public boolean isNeverNegative() {
    return WELL_KNOWN_BY_WIRE_NAME.containsKey(wireName()) || isOfBalancers();
  }

  /**
   * Whether this can have been measured: no share is below 0 or, but for what rounding and two
   * clocks that are read one after the other do, above 100 percent, and nothing that is counted is
   * negative or more than one server can do. Of a metric that a server made up anything can be.
   */
  public boolean isPossible(double value) {
    double max = isPercentage() ? PERCENT_POSSIBLE_MAX : COUNT_POSSIBLE_MAX;
    return !isNeverNegative() || (value >= 0 && value <= max);
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

  /**
   * One that others may tell: what servers, engines and balancers measure themselves is none.
   *
   * @throws IllegalArgumentException if it has another form, or is measured here
   */
  public static Metric outside(String name) {
    Metric metric = new Metric(name);
    if (metric.isMeasuredHere()) {
      throw new IllegalArgumentException(
          Sentence.of("metric '%s' is measured here: expected %s", name, OUTSIDE_EXPECTED));
    }
    return metric;
  }

  /** Whether this can be the name of a metric. */
  public static boolean isName(String text) {
    return isWireName(text);
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
