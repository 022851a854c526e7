package io.sluice.schemas.metric;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.sluice.schemas.text.Sentence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How long requests took, as a histogram; two of them can be added.
 *
 * <p>A percentile is where its share of the requests ends, on a straight line through its bucket:
 *
 * <pre>
 *   rank = q · count,  value = low + (high − low) · (rank − requests below low) ÷ requests in it
 * </pre>
 *
 * <p>Example: of 100 requests 90 took up to 10 ms and 10 from 10 to 25 ms. The 95th of them lies in
 * the middle of the second bucket, so that p95 is 17.5 ms. What took longer than the last bound
 * counts as that bound.
 *
 * @param counts requests per bucket: up to each of {@link #BOUNDS_MICROS}, and above the last
 */
public record RequestTimes(@JsonValue List<Long> counts) {
  /** The upper bounds of the buckets in microseconds: 250 µs to 10 s. */
  public static final List<Long> BOUNDS_MICROS =
      List.of(
          250L,
          500L,
          1_000L,
          2_500L,
          5_000L,
          10_000L,
          25_000L,
          50_000L,
          100_000L,
          250_000L,
          500_000L,
          1_000_000L,
          2_500_000L,
          5_000_000L,
          10_000_000L);

  /** No requests. */
  public static final RequestTimes NONE =
      new RequestTimes(Collections.nCopies(BOUNDS_MICROS.size() + 1, 0L));

  private static final double MICROS_PER_MILLI = 1_000;

  /**
   * Copies the counts.
   *
   * @throws IllegalArgumentException if there are not as many as buckets, or one is negative
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RequestTimes {
    counts = List.copyOf(counts);
    boolean negative = counts.stream().anyMatch(count -> count < 0);
    if (counts.size() != BOUNDS_MICROS.size() + 1 || negative) {
      throw new IllegalArgumentException(
          Sentence.of(
              "latencies %s: expected %d numbers of 0 or more",
              Sentence.shown(counts.toString()), BOUNDS_MICROS.size() + 1));
    }
  }

  /** How many requests. */
  public long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  /** Both together. */
  public RequestTimes plus(RequestTimes other) {
    List<Long> sums = new ArrayList<>(counts.size());
    for (int i = 0; i < counts.size(); i++) {
      sums.add(counts.get(i) + other.counts.get(i));
    }
    return new RequestTimes(sums);
  }

  /** What came since an earlier count; a counter that began anew has brought nothing. */
  public RequestTimes minus(RequestTimes earlier) {
    List<Long> since = new ArrayList<>(counts.size());
    for (int i = 0; i < counts.size(); i++) {
      since.add(Math.max(0, counts.get(i) - earlier.counts.get(i)));
    }
    return new RequestTimes(since);
  }

  /**
   * What this share of the requests took at most, in milliseconds; empty if there were none.
   *
   * @param share more than 0, at most 1
   */
  public OptionalDouble percentileMillis(double share) {
    double rank = share * count();
    if (rank <= 0) {
      return OptionalDouble.empty();
    }
    long below = 0;
    double low = 0;
    for (int i = 0; i < BOUNDS_MICROS.size(); i++) {
      double high = BOUNDS_MICROS.get(i);
      long within = counts.get(i);
      if (below + within >= rank) {
        double micros = low + (high - low) * (rank - below) / within;
        return OptionalDouble.of(micros / MICROS_PER_MILLI);
      }
      below += within;
      low = high;
    }
    return OptionalDouble.of(low / MICROS_PER_MILLI);
  }
}
