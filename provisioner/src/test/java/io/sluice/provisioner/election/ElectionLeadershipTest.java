package io.sluice.provisioner.election;

import static io.sluice.provisioner.election.Elector.TIMINGS;
import static io.sluice.provisioner.election.Elector.answers;
import static io.sluice.provisioner.election.Elector.beat;
import static io.sluice.provisioner.election.Elector.broke;
import static io.sluice.provisioner.election.Elector.coordinator;
import static io.sluice.provisioner.election.Elector.says;
import static io.sluice.provisioner.election.Elector.silent;
import static io.sluice.provisioner.election.Elector.undelivered;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.Epoch;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How office is taken and handed over. */
class ElectionLeadershipTest {
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final Message ELECTION = new Message.Election();
  private static final Message CLAIM = new Message.Claim();

  @Test
  void aLeaderTellsAllOthers() {
    Elector monitor = Elector.monitor(2, 1, 3).begun();
    monitor.waits(TIMINGS.lookTime());
    monitor.hears(undelivered(3, ELECTION));

    monitor.hears(monitor.took(5));

    assertThat(monitor.did())
        .containsExactly("let go", "coordinator of 5 to 1", "coordinator of 5 to 3");
    assertThat(monitor.leader()).isEqualTo(2);
  }

  @Test
  void whoIsAnsweredWaitsForACoordinator() {
    Elector monitor = Elector.monitor(1, 2, 3).begun();
    monitor.waits(TIMINGS.lookTime());

    monitor.hears(says(2, new Message.Answer()), undelivered(3, ELECTION));
    monitor.waits(TIMINGS.victoryTimeout().minus(MOMENT));
    assertThat(monitor.did()).isEmpty();

    monitor.hears(coordinator(2, 5));
    assertThat(monitor.did()).containsExactly("hold 2");
  }

  @Test
  void whoWaitedInVainElectsAgainAfterARest() {
    Elector monitor = Elector.monitor(1, 2, 3).begun();
    monitor.waits(TIMINGS.lookTime());
    monitor.hears(says(2, new Message.Answer()));

    monitor.waits(TIMINGS.victoryTimeout());
    assertThat(monitor.phase()).isInstanceOf(Phase.Resting.class);
    monitor.waits(TIMINGS.restMin());

    assertThat(monitor.did()).containsExactly("election? to 2", "election? to 3");
  }

  @Test
  void whoIsNotAnsweredInTimeTakesOffice() {
    Elector monitor = Elector.monitor(1, 2, 3).begun();
    monitor.waits(TIMINGS.lookTime());

    monitor.waits(TIMINGS.answerTimeout());

    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aHigherMonitorAnswersALowerOneThatWouldLead() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();

    monitor.hears(says(1, ELECTION));

    assertThat(monitor.did()).containsExactly("answer to 1");
  }

  @Test
  void aMonitorWithoutKafkaDoesNotStandInTheWay() {
    Elector monitor = Elector.monitor(3, 1, 2);
    monitor.hears(new Input.Began());

    monitor.hears(says(1, ELECTION));

    assertThat(monitor.did()).isEmpty();
  }

  @Test
  void aMonitorThatJustFailedDoesNotStandInTheWay() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.waits(TIMINGS.lookTime());
    monitor.hears(monitor.left(false));

    monitor.hears(says(1, ELECTION));

    assertThat(monitor.did()).isEmpty();
  }

  @Test
  void aLeaderTellsWhoWouldLeadThatItLeads() {
    Elector monitor = Elector.monitor(3, 1, 2).leading(5);

    monitor.hears(says(1, ELECTION));

    assertThat(monitor.did()).containsExactly("coordinator of 5 to 1");
  }

  @Test
  void aHigherMonitorAsksALowerLeaderToHandOver() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();

    monitor.hears(beat(2, 4));
    assertThat(monitor.did()).containsExactly("claim to 2");

    monitor.hears(says(2, new Message.Ceded(new Epoch(4))));
    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aLowerLeaderLeavesOfficeBeforeItHandsOver() {
    Elector monitor = Elector.monitor(2, 1, 3).leading(4);

    monitor.hears(says(3, CLAIM));
    assertThat(monitor.did()).containsExactly("resign");

    monitor.hears(monitor.left(false));
    assertThat(monitor.did()).containsExactly("ceded 4 to 3");
    monitor.hears(coordinator(3, 5));
    assertThat(monitor.did()).containsExactly("hold 3");
  }

  @Test
  void aLeaderThatNobodyTookOverFromElectsAgain() {
    Elector monitor = Elector.monitor(2, 1, 3).leading(4);
    monitor.hears(says(3, CLAIM), monitor.left(false));

    monitor.waits(TIMINGS.victoryTimeout().plus(TIMINGS.restMin()));

    assertThat(monitor.did()).containsExactly("election? to 3");
  }

  @Test
  void aLowerMonitorsClaimIsAnsweredWithWhoLeads() {
    Elector monitor = Elector.monitor(3, 1, 2).leading(4);

    monitor.hears(says(1, CLAIM));

    assertThat(monitor.did()).containsExactly("coordinator of 4 to 1");
    assertThat(monitor.leader()).isEqualTo(3);
  }

  @Test
  void aHigherMonitorFollowsIfTakingOverIsSwitchedOff() {
    Elector monitor = Elector.modest(3, 1, 2).begun();

    monitor.hears(beat(2, 4));
    assertThat(monitor.did()).containsExactly("hold 2");

    monitor.waitsWithBeats(Duration.ofMinutes(1), 2, 4);
    monitor.hears(answers(2, true));
    assertThat(monitor.did()).isEmpty();
    assertThat(monitor.leader()).isEqualTo(2);
  }

  @Test
  void aClaimThatIsNotAnsweredEndsInFollowingALeaderThatStillWrites() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.hears(beat(2, 4));

    monitor.waitsWithBeats(TIMINGS.victoryTimeout().plus(TIMINGS.doubtPatience()), 2, 4);

    assertThat(monitor.did()).containsExactly("let go");
    assertThat(monitor.leader()).isEqualTo(2);
  }

  @Test
  void twoMonitorsThatCannotSeeEachOtherDoNotAlternate() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.hears(beat(2, 4), undelivered(2, CLAIM));

    monitor.waitsWithBeats(TIMINGS.doubtPatience(), 2, 4);
    for (int check = 0; check < 100; check++) {
      monitor.waitsWithBeats(TIMINGS.checkInterval(), 2, 4);
      assertThat(monitor.did()).containsExactly("check 2");
      monitor.hears(silent(2), broke(2));
      assertThat(monitor.did()).isEmpty();
    }

    monitor.hears(answers(2, true));
    assertThat(monitor.did()).containsExactly("claim to 2");
  }

  @Test
  void aFollowerElectsAtOnceWhenItsLeaderLeavesInOrder() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.hears(says(3, new Message.Ceded(new Epoch(4))));

    assertThat(monitor.did()).containsExactly("election? to 3");
  }

  @Test
  void aMonitorThatEndsTakesNoPartAnyMore() {
    Elector monitor = Elector.monitor(3, 1, 2).following(2, 4);
    monitor.hears(new Input.Ending());
    assertThat(monitor.did()).containsExactly("let go");

    monitor.hears(says(1, ELECTION), beat(2, 7), coordinator(2, 8));
    monitor.waits(Duration.ofMinutes(1));

    assertThat(monitor.did()).isEmpty();
    assertThat(monitor.leader()).isZero();
  }
}
