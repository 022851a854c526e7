package io.sluice.schemas.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.sluice.schemas.policy.CanaryPolicy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CanaryEvidenceTest {
  private static final CanaryPolicy USUAL = CanaryPolicy.DEFAULT;

  @Test
  void whatFailsATenthOfItsRequestsIsWorseAfterSixtyOfThem() {
    CanaryEvidence evidence = seen(served(180, 0), served(60, 6));

    assertThat(evidence.z()).isCloseTo(4.30, offset(0.01));
    assertThat(evidence.verdict(USUAL)).isEqualTo(Verdict.WORSE);
    assertThat(evidence.trouble(USUAL))
        .contains("10.0 % of its requests failed (6 of 60), and 0.0 % of the others' (0 of 180)");
  }

  @Test
  void aFewFailedRequestsAreNoProof() {
    assertThat(seen(served(180, 0), served(4, 4)).verdict(USUAL)).isEqualTo(Verdict.UNPROVEN);
    assertThat(seen(served(180, 0), served(180, 4)).verdict(USUAL)).isEqualTo(Verdict.AS_GOOD);
  }

  @Test
  void whatFailsAsTheOthersDoIsAsGood() {
    assertThat(seen(served(1_000, 200), served(1_000, 205)).verdict(USUAL))
        .isEqualTo(Verdict.AS_GOOD);
    assertThat(seen(served(500, 500), served(500, 500)).verdict(USUAL)).isEqualTo(Verdict.AS_GOOD);
  }

  @Test
  void whatThePolicyAllowsIsNotWorseHoweverSureItIs() {
    CanaryEvidence evidence = seen(served(1_000_000, 0), served(1_000_000, 9_000));

    assertThat(evidence.verdict(USUAL)).isEqualTo(Verdict.AS_GOOD);
    assertThat(evidence.verdict(new CanaryPolicy(Duration.ofSeconds(30), 0.5, 2)))
        .isEqualTo(Verdict.WORSE);
  }

  @Test
  void whatIsTwiceAsSlowIsWorseUnlessNobodyFeelsIt() {
    assertThat(seen(served(500, 40.0), served(500, 120.0)).verdict(USUAL)).isEqualTo(Verdict.WORSE);
    assertThat(seen(served(500, 40.0), served(500, 120.0)).trouble(USUAL))
        .contains("its p95 was 120 ms, and the others' 40 ms");
    assertThat(seen(served(500, 2.0), served(500, 20.0)).verdict(USUAL)).isEqualTo(Verdict.AS_GOOD);
    assertThat(seen(served(500, 100.0), served(500, 190.0)).verdict(USUAL))
        .isEqualTo(Verdict.AS_GOOD);
  }

  @Test
  void withoutRequestsNothingIsProven() {
    assertThat(seen(Served.NOTHING, Served.NOTHING).verdict(USUAL)).isEqualTo(Verdict.UNPROVEN);
    assertThat(seen(Served.NOTHING, served(50, 50)).verdict(USUAL)).isEqualTo(Verdict.UNPROVEN);
  }

  @Test
  void countsThatCanNotBeAreRefused() {
    assertThatThrownBy(() -> served(1, 2))
        .hasMessage("1 requests, 2 of them failed: expected 0 <= failed <= requests");
    assertThatThrownBy(() -> served(1, Double.NaN)).hasMessageContaining("p95 of NaN ms");
    assertThatThrownBy(() -> new CanaryPolicy(Duration.ofSeconds(-1), 1, 2))
        .hasMessageContaining("watch");
    assertThatThrownBy(() -> new CanaryPolicy(Duration.ZERO, Double.NaN, 2))
        .hasMessageContaining("percentage points");
    assertThatThrownBy(() -> new CanaryPolicy(Duration.ZERO, 1, 0.5))
        .hasMessageContaining("latency factor 0.5");
  }

  private static CanaryEvidence seen(Served before, Served after) {
    return new CanaryEvidence(before, after, Duration.ofSeconds(30));
  }

  private static Served served(long requests, long failed) {
    return new Served(requests, failed, Optional.empty());
  }

  private static Served served(long requests, double p95) {
    return new Served(requests, 0, Optional.of(p95));
  }
}
