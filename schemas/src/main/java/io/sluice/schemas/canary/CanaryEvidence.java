package io.sluice.schemas.canary;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.sluice.schemas.policy.CanaryPolicy;
import io.sluice.schemas.text.Sentence;
import java.time.Duration;
import java.util.Optional;

/**
 * What was seen of servers of two templates that served side by side.
 *
 * <p>The new one is worse if more of its requests fail than the policy allows on top of the others'
 * share, and chance hardly makes such a difference. That is told by the z statistic of two
 * proportions (Fleiss, Levin and Paik, <i>Statistical Methods for Rates and Proportions</i>, 3rd
 * edition, section 3.1):
 *
 * <pre>
 *   z = (f₂/n₂ − f₁/n₁) ÷ √( p·(1 − p)·(1/n₁ + 1/n₂) ),   p = (f₁ + f₂) ÷ (n₁ + n₂)
 * </pre>
 *
 * <p>Example: 0 of 180 requests to the old servers failed and 6 of 60 to the new one: 10 points
 * more, z = 4.3, worse. Or it is worse if its p95 is larger than the others' by more than the
 * policy's factor and by at least {@value #SLOWER_MILLIS_MIN} ms, of {@value #REQUESTS_MIN}
 * requests each.
 *
 * @param before what the servers of the template before did
 * @param after what those of the new one did
 * @param watched for how long
 */
public record CanaryEvidence(Served before, Served after, Duration watched) {
  /** Of fewer requests on either side nothing is concluded but a clear failure. */
  public static final int REQUESTS_MIN = 100;

  /** Fewer failed requests are an accident, whatever their share. */
  public static final int FAILED_MIN = 5;

  /**
   * Chance alone reaches 4 once in 30,000 looks. It is looked at once a second, and thirty times in
   * a watch of 30 s, so that a good template is taken for a worse one once in a thousand.
   */
  public static final double CHANCE_Z = 4;

  /** A difference that nobody feels is none. */
  public static final double SLOWER_MILLIS_MIN = 50;

  /** What is to be thought of it under the policy. */
  public Verdict verdict(CanaryPolicy policy) {
    if (trouble(policy).isPresent()) {
      return Verdict.WORSE;
    }
    return before.requests() >= REQUESTS_MIN && after.requests() >= REQUESTS_MIN
        ? Verdict.AS_GOOD
        : Verdict.UNPROVEN;
  }

  /** In what the new one is worse, for people; empty: it is not. */
  public Optional<String> trouble(CanaryPolicy policy) {
    if (failsMore(policy)) {
      return Optional.of(
          Sentence.of(
              "%.1f %% of its requests failed (%d of %d), and %.1f %% of the others' (%d of %d)",
              after.errorPercent(),
              after.failed(),
              after.requests(),
              before.errorPercent(),
              before.failed(),
              before.requests()));
    }
    return isSlower(policy)
        ? Optional.of(
            Sentence.of(
                "its p95 was %.0f ms, and the others' %.0f ms",
                after.latencyP95().orElse(0.0), before.latencyP95().orElse(0.0)))
        : Optional.empty();
  }

  private boolean failsMore(CanaryPolicy policy) {
    boolean compared = before.requests() > 0 && after.failed() >= FAILED_MIN;
    return compared
        && after.errorPercent() - before.errorPercent() > policy.maxErrorIncrease()
        && z() >= CHANCE_Z;
  }

  /** How many standard errors the shares of failed requests lie apart; 0 if all or none failed. */
  @JsonIgnore
  public double z() {
    double n1 = before.requests();
    double n2 = after.requests();
    double pooled = (before.failed() + after.failed()) / (n1 + n2);
    double error = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
    return error > 0 ? (after.failed() / n2 - before.failed() / n1) / error : 0;
  }

  private boolean isSlower(CanaryPolicy policy) {
    if (before.latencyP95().isEmpty() || after.latencyP95().isEmpty()) {
      return false;
    }
    double old = before.latencyP95().get();
    double now = after.latencyP95().get();
    return now > old * policy.maxLatencyFactor() && now - old >= SLOWER_MILLIS_MIN;
  }
}
