package io.sluice.provisioner.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.provisioner.plan.Change;
import io.sluice.provisioner.plan.ChangeResult;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeadershipChangesIT {
  private final LeadingMonitor leading = new LeadingMonitor();

  @AfterEach
  void stop() {
    leading.close();
  }

  @Test
  void whoeverAsksForAChangeLearnsWhereItStandsInTheJournal() throws Exception {
    Reply first = request(5).get();
    Reply second = request(6).get();
    Reply third = request(6).get();

    for (Reply reply : List.of(first, second)) {
      ChangeResult.Recorded recorded = (ChangeResult.Recorded) reply.ruling();
      int offset = Math.toIntExact(reply.place().orElseThrow().offset());
      assertThat(leading.journal().get(offset)).isEqualTo(recorded.fact());
      assertThat(reply.epoch()).isEqualTo(new Epoch(1));
    }
    assertThat(third.ruling()).isEqualTo(new ChangeResult.Unchanged(3));
    assertThat(third.place()).isEmpty();
  }

  @Test
  void changesAskedForAtOnceEachGetTheirOwnAnswer() throws Exception {
    List<CompletableFuture<Reply>> asked = new ArrayList<>();
    for (int max = 4; max < 40; max++) {
      asked.add(request(max));
    }

    for (int i = 0; i < asked.size(); i++) {
      ChangeResult.Recorded recorded = (ChangeResult.Recorded) asked.get(i).get().ruling();
      PolicyChanged fact = (PolicyChanged) recorded.fact();
      assertThat(fact.policy().max()).isEqualTo(i + 4);
      assertThat(fact.revision()).isEqualTo(i + 2);
      assertThat(
              leading
                  .journal()
                  .get(Math.toIntExact(asked.get(i).get().place().orElseThrow().offset())))
          .isEqualTo(fact);
    }
  }

  @Test
  void aChangeThatALostLeaderCouldNotRecordIsAnsweredAtOnce() {
    int facts = leading.journal().size();
    leading.fence();

    assertThatThrownBy(() -> request(5).get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(LeadershipLostException.class);
    assertThat(leading.journal()).hasSize(facts);
  }

  private CompletableFuture<Reply> request(int max) {
    ZonePolicy policy =
        new ZonePolicy(1, max, ZonePolicy.WINDOW_DEFAULT, ZonePolicy.DEFAULT.rules());
    return leading
        .office()
        .request(
            new Change.SetPolicy(
                new ZoneId("zone1"), policy, Optional.empty(), new Actor("somebody")));
  }
}
