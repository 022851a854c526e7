package io.sluice.schemas.canary;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.sluice.schemas.text.Sentence;
import java.util.Optional;

/**
 * What balancers counted of some servers of one template.
 *
 * @param requests finished, 0 or more
 * @param failed of these, those that ended with a 5xx status, 0 to {@code requests}
 * @param latencyP95 what 95 of 100 took at most, in milliseconds; empty: too few are known to tell
 */
public record Served(long requests, long failed, Optional<Double> latencyP95) {
  /** Nothing was counted. */
  public static final Served NOTHING = new Served(0, 0, Optional.empty());

  private static final double PERCENT = 100;

  /**
   * Validates the counts.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public Served {
    if (requests < 0 || failed < 0 || failed > requests) {
      throw new IllegalArgumentException(
          Sentence.of(
              "%d requests, %d of them failed: expected 0 <= failed <= requests",
              requests, failed));
    }
    if (latencyP95.filter(millis -> !(millis >= 0 && Double.isFinite(millis))).isPresent()) {
      throw new IllegalArgumentException(
          Sentence.of("p95 of %s ms: expected a finite number, 0 or more", latencyP95.get()));
    }
  }

  /** How many of a hundred requests failed; 0 without requests. */
  @JsonIgnore
  public double errorPercent() {
    return requests == 0 ? 0 : PERCENT * failed / requests;
  }

  /** For people, such as {@code 12 of 240 requests failed, p95 31 ms}. */
  @Override
  public String toString() {
    return Sentence.of("%d of %d requests failed", failed, requests)
        + latencyP95.map(millis -> Sentence.of(", p95 %.0f ms", millis)).orElse("");
  }
}
