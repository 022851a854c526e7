package io.sluice.provisioner.election;

import static io.sluice.provisioner.election.Elector.TIMINGS;
import static io.sluice.provisioner.election.Elector.answers;
import static io.sluice.provisioner.election.Elector.beat;
import static io.sluice.provisioner.election.Elector.broke;
import static io.sluice.provisioner.election.Elector.coordinator;
import static io.sluice.provisioner.election.Elector.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How office is lost and sought again. */
class ElectionLossTest {
  private static final Duration MOMENT = Duration.ofMillis(50);

  @Test
  void aFencedLeaderLooksForTheOneThatFencedIt() {
    Elector monitor = Elector.monitor(2, 1, 3).leading(4);

    monitor.hears(monitor.left(true));
    assertThat(monitor.phase()).isInstanceOf(Phase.Looking.class);

    monitor.hears(beat(3, 5));
    assertThat(monitor.did()).containsExactly("hold 3");
  }

  @Test
  void aLeaderThatReadsOfALaterTermLeadsUntilItIsFenced() {
    Elector monitor = Elector.monitor(2, 1, 3).leading(4);

    monitor.hears(beat(3, 5));
    assertThat(monitor.did()).isEmpty();
    assertThat(monitor.leader()).isEqualTo(2);

    monitor.hears(monitor.left(true), beat(3, 5));
    assertThat(monitor.did()).containsExactly("hold 3");
  }

  @Test
  void oneHeartbeatOfATermThatThereNeverWasKeepsNobodyFromItsLeader() {
    for (int liar : new int[] {1, 2, 3, 9}) {
      Elector leader = Elector.monitor(3, 1, 2).leading(4);
      Elector follower = Elector.monitor(2, 1, 3).following(3, 4);
      Input madeUp = beat(liar, Epoch.MAX);

      leader.hears(madeUp);
      assertThat(leader.did()).isEmpty();
      follower.hears(madeUp);
      follower.waitsWithBeats(TIMINGS.doubtPatience(), 3, 4);

      assertThat(follower.did()).doesNotContain("take office", "election? to 3");
      assertThat(follower.leader()).isEqualTo(3);
    }
  }

  @Test
  void aDeadMonitorThatIsSaidToLeadIsNoReasonForAnElection() {
    Elector follower = Elector.monitor(2, 1, 3).following(1, 4);
    follower.hears(beat(3, Epoch.MAX), broke(3), new Input.Gone(new MonitorId(3)));

    follower.waitsWithBeats(TIMINGS.doubtPatience(), 1, 4);

    assertThat(follower.did()).doesNotContain("take office", "election? to 3");
    assertThat(follower.leader()).isEqualTo(1);
  }

  @Test
  void whoeverTakesOfficeKnowsItsOwnTermWhateverWasWrittenBefore() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, Epoch.MAX);
    monitor.hears(broke(3));
    monitor.waits(TIMINGS.doubtPatience());
    monitor.hears(monitor.took(5));
    monitor.hears(monitor.left(true), beat(3, 6));

    assertThat(monitor.did()).containsExactly("hold 3");
  }

  @Test
  void termsThatBeginAnewAreFollowed() {
    Elector monitor = Elector.monitor(1, 2, 3).following(3, 57);
    monitor.waits(TIMINGS.heartbeatInterval().multipliedBy(2));

    monitor.hears(beat(2, 41));

    assertThat(monitor.leader()).isEqualTo(2);
  }

  @Test
  void noMessageDeposesALeaderOrMakesAnybodyDoubtWhatKafkaSays() {
    Elector leader = Elector.monitor(2, 1, 3).leading(4);
    leader.hears(coordinator(3, 5), coordinator(3, Epoch.MAX));
    assertThat(leader.did()).isEmpty();
    assertThat(leader.leader()).isEqualTo(2);

    Elector follower = Elector.monitor(1, 2, 3).following(3, 4);
    follower.hears(coordinator(2, Epoch.MAX), says(3, new Message.Ceded(new Epoch(9))));
    assertThat(follower.did()).isEmpty();
    follower.waitsWithBeats(Duration.ofMinutes(1), 3, 4);
    assertThat(follower.did()).containsOnly("check 3");
    assertThat(follower.leader()).isEqualTo(3);
  }

  @Test
  void aMadeUpLeaderIsFollowedNoLongerThanUntilTheRealOneWrites() {
    Elector monitor = Elector.monitor(1, 2, 3).following(3, 4);
    monitor.hears(broke(3), coordinator(2, Epoch.MAX));
    assertThat(monitor.leader()).isEqualTo(2);

    monitor.hears(beat(3, 4));

    assertThat(monitor.leader()).isEqualTo(3);
    monitor.waitsWithBeats(Duration.ofMinutes(1), 3, 4);
    assertThat(monitor.leader()).isEqualTo(3);
    assertThat(monitor.did()).containsOnly("check 3");
  }

  @Test
  void aLeaderPutsRightWhoBelievesInAPastTerm() {
    Elector monitor = Elector.monitor(2, 1, 3).leading(4);

    monitor.hears(coordinator(1, 3));

    assertThat(monitor.did()).containsExactly("coordinator of 4 to 1");
    assertThat(monitor.leader()).isEqualTo(2);
  }

  @Test
  void failuresInARowAreFollowedByGrowingPauses() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.waits(TIMINGS.lookTime());

    for (long millis : new long[] {500, 1000, 2000, 4000, 8000, 10_000, 10_000}) {
      monitor.hears(monitor.left(false));
      monitor.waits(Duration.ofMillis(millis).minus(MOMENT));
      assertThat(monitor.did()).isEmpty();
      monitor.waits(MOMENT);
      assertThat(monitor.did()).containsExactly("take office");
    }
  }

  @Test
  void aGoodTermLetsThePausesBeShortAgain() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.waits(TIMINGS.lookTime());
    monitor.hears(monitor.left(false));
    monitor.waits(Duration.ofMillis(500));
    monitor.hears(monitor.left(false));
    monitor.waits(Duration.ofSeconds(1));
    monitor.hears(monitor.took(9));
    monitor.waits(Duration.ofSeconds(10));

    monitor.hears(monitor.left(false));
    monitor.waits(Duration.ofMillis(500));

    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void whoFailedDoesNotClaimForLongerEachTimeAndThenNoMore() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.hears(beat(2, 4));
    for (long seconds : new long[] {10, 20}) {
      monitor.hears(says(2, new Message.Ceded(new Epoch(4))));
      assertThat(monitor.did()).containsExactly("take office");
      monitor.hears(monitor.left(false));
      monitor.hears(beat(2, 4));
      monitor.waitsWithBeats(Duration.ofSeconds(seconds).minus(MOMENT), 2, 4);
      monitor.hears(answers(2, true));
      assertThat(monitor.did()).isEmpty();
      monitor.waitsWithBeats(MOMENT.multipliedBy(2), 2, 4);
      monitor.hears(answers(2, true));
      assertThat(monitor.did()).containsExactly("claim to 2");
    }
    monitor.hears(says(2, new Message.Ceded(new Epoch(4))));
    monitor.hears(monitor.left(false), beat(2, 4));

    monitor.waitsWithBeats(Duration.ofHours(1), 2, 4);
    monitor.hears(answers(2, true));

    assertThat(monitor.did()).isEmpty();
    assertThat(monitor.leader()).isEqualTo(2);
  }

  @Test
  void whoMayNotClaimAnyMoreStillLeadsWhenNobodyElseDoes() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.waits(TIMINGS.lookTime());
    for (int failure = 0; failure < 5; failure++) {
      monitor.hears(monitor.left(false));
      monitor.waits(TIMINGS.restMax());
      assertThat(monitor.did()).containsExactly("take office");
    }
    monitor.hears(monitor.left(false), beat(2, 4));
    monitor.waitsWithBeats(Duration.ofMinutes(5), 2, 4);
    assertThat(monitor.did()).isNotEmpty().containsOnly("check 2");

    monitor.waits(TIMINGS.heartbeatTimeout().plus(TIMINGS.doubtPatience()));

    assertThat(monitor.did()).contains("take office");
  }

  @Test
  void aHealthyLeaderDoesNotHandOverAgainAndAgainToOneThatFallsAtOnce() {
    Elector monitor = Elector.monitor(2, 1, 3).leading(4);
    int handedOver = 0;
    for (int claim = 0; claim < 60; claim++) {
      monitor.hears(says(3, new Message.Claim()));
      if (monitor.did().contains("resign")) {
        handedOver++;
        monitor.hears(monitor.left(false));
        monitor.waits(TIMINGS.victoryTimeout().plus(TIMINGS.restMin()));
        monitor.waits(TIMINGS.answerTimeout());
        monitor.hears(monitor.took(5 + claim));
      } else {
        assertThat(monitor.did()).containsExactly("kept, to 3");
      }
      monitor.waits(Duration.ofSeconds(5));
    }

    assertThat(monitor.leader()).isEqualTo(2);
    // In more than five minutes; it was once every ten seconds.
    assertThat(handedOver).isBetween(2, 6);
  }

  @Test
  void whoIsRefusedFollowsAndAsksAgainLater() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.hears(beat(2, 4), says(2, new Message.Kept()));
    assertThat(monitor.did()).containsExactly("claim to 2", "hold 2");

    monitor.waitsWithBeats(Duration.ofSeconds(9), 2, 4);
    monitor.hears(answers(2, true));
    assertThat(monitor.did()).isEmpty();
    monitor.waitsWithBeats(Duration.ofSeconds(2), 2, 4);
    monitor.hears(answers(2, true));

    assertThat(monitor.did()).containsExactly("claim to 2");
  }

  @Test
  void anAttemptThatStandsStillIsGivenUpAndWhatComesOfItLaterIsNothing() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.waits(TIMINGS.lookTime());
    Input tookLate = monitor.took(5);
    Input leftLate = monitor.left(false);
    monitor.waits(TIMINGS.takeTimeout().minus(MOMENT));
    monitor.hears(new Input.Progressed(monitor.attempt()));
    monitor.waits(TIMINGS.takeTimeout().minus(MOMENT));
    assertThat(monitor.did()).isEmpty();

    monitor.waits(MOMENT);
    assertThat(monitor.did()).containsExactly("resign");
    monitor.hears(tookLate);
    assertThat(monitor.did()).containsExactly("resign");
    assertThat(monitor.leader()).isZero();
    monitor.waits(TIMINGS.othersTurn().minus(MOMENT));
    monitor.hears(says(2, new Message.Election()));
    assertThat(monitor.did()).as("it stands in nobody's way").isEmpty();
    monitor.waits(MOMENT);
    assertThat(monitor.did()).containsExactly("take office");
    monitor.hears(leftLate);
    assertThat(monitor.phase()).isInstanceOf(Phase.Taking.class);
    monitor.hears(monitor.took(6), leftLate);

    assertThat(monitor.leader()).isEqualTo(3);
  }

  @Test
  void nobodyTakesOfficeWhileAnotherOneIsAboutTo() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.waits(TIMINGS.lookTime().minus(MOMENT));
    monitor.hears(new Input.Present(new MonitorId(2), Elector.OTHER, true));

    monitor.waits(MOMENT);

    assertThat(monitor.did()).isEmpty();
    monitor.hears(beat(2, 4));
    assertThat(monitor.did()).containsExactly("claim to 2");
  }
}
