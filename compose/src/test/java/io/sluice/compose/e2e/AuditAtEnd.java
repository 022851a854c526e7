package io.sluice.compose.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compose.history.KafkaHistory;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.topology.audit.Audit;
import io.sluice.topology.audit.Counts;
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
    Counts.Commands commands = verified.counts().ofCommands();
    assertThat(commands.commands()).isPositive();
    assertThat(commands.recomputed()).isEqualTo(commands.commands());
    assertThat(verified.counts().sequenced()).isPositive();
    Counts.Checkpoints kept = verified.counts().ofCheckpoints();
    assertThat(kept.checkpoints()).isPositive();
    assertThat(kept.sameStates()).isEqualTo(kept.checkpoints());
    System.out.println("audited: " + verified.counts());
    return verified;
  }
}
