package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compose.history.KafkaHistory;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.topology.audit.Audit;
import io.sluice.topology.audit.Verdict;
import io.sluice.topology.audit.Verdict.Verified;

/** What every test that runs a cluster asks of it in the end. */
public final class AuditAtEnd {
  private AuditAtEnd() {}

  /**
   * Checks that the journal gives the very commands that were given, byte for byte, and that no
   * fact in it is missing or contradicts the ones before.
   */
  public static Verified verify(String bootstrap) {
    Verdict verdict = Audit.of(new KafkaHistory(KafkaAccess.at(bootstrap)), false);

    assertThat(verdict).isInstanceOf(Verified.class);
    Verified verified = (Verified) verdict;
    assertThat(verified.counts().commands()).isPositive();
    assertThat(verified.counts().recomputed()).isEqualTo(verified.counts().commands());
    assertThat(verified.counts().sequenced()).isPositive();
    System.out.println("audited: " + verified.counts());
    return verified;
  }
}
