package io.sluice.provisioner.election;

import static io.sluice.provisioner.election.Elector.TIMINGS;
import static io.sluice.provisioner.election.Elector.answers;
import static io.sluice.provisioner.election.Elector.beat;
import static io.sluice.provisioner.election.Elector.broke;
import static io.sluice.provisioner.election.Elector.coordinator;
import static io.sluice.provisioner.election.Elector.says;
import static io.sluice.provisioner.election.Elector.silent;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.MonitorId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How a follower finds its leader, and when it gives it up. */
class ElectionTest {
  private static final Duration MOMENT = Duration.ofMillis(50);

  @Test
  void aMonitorThatStartsWhileSomebodyHigherLeadsFollows() {
    Elector monitor = Elector.monitor(1, 2, 3).begun();

    monitor.hears(beat(3, 4));

    assertThat(monitor.did()).containsExactly("hold 3");
    assertThat(monitor.leader()).isEqualTo(3);
  }

  @Test
  void aMonitorThatStartsWithoutALeaderElectsAfterItsLook() {
    Elector monitor = Elector.monitor(1, 2, 3).begun();

    monitor.waits(TIMINGS.lookTime().minus(MOMENT));
    assertThat(monitor.did()).isEmpty();

    monitor.waits(MOMENT);
    assertThat(monitor.did()).containsExactly("election? to 2", "election? to 3");
    assertThat(monitor.leader()).isZero();
  }

  @Test
  void theHighestNeedsNobodysAnswer() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();

    monitor.waits(TIMINGS.lookTime());

    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aSingleMonitorLooksToo() {
    Elector monitor = Elector.monitor(1).begun();
    assertThat(monitor.did()).isEmpty();

    monitor.waits(TIMINGS.lookTime());

    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void theLookIsPutOffUntilKafkaAnswers() {
    Elector monitor = Elector.monitor(3, 1, 2);
    monitor.hears(new Input.Began());
    monitor.waits(TIMINGS.lookTime().multipliedBy(5));
    assertThat(monitor.did()).isEmpty();

    monitor.hears(new Input.Contact(true));
    monitor.waits(TIMINGS.lookTime().minus(MOMENT));
    assertThat(monitor.did()).isEmpty();

    monitor.waits(MOMENT);
    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aCrashIsSeenByTheConnectionThatBreaks() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.hears(broke(3));
    assertThat(monitor.phase()).isInstanceOf(Phase.Doubting.class);
    assertThat(monitor.leader()).isEqualTo(3);

    monitor.waits(TIMINGS.doubtPatience());
    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aLeaderWhoseHostSaysThatItIsGoneIsReplacedAsSoonAsItsNextHeartbeatsAreMissed() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);
    monitor.hears(beat(3, 4), broke(3), new Input.Gone(new MonitorId(3)));
    assertThat(monitor.did()).containsExactly("check 3");

    monitor.waits(TIMINGS.heartbeatInterval().multipliedBy(2).minus(MOMENT));
    assertThat(monitor.did()).isEmpty();
    monitor.waits(MOMENT);

    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aLeaderThatIsSaidToBeGoneAndGoesOnWritingIsNotDeposed() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);
    monitor.hears(broke(3), new Input.Gone(new MonitorId(3)));

    monitor.waitsWithBeats(Duration.ofSeconds(30), 3, 4);

    assertThat(monitor.did()).contains("let go").doesNotContain("take office");
    assertThat(monitor.leader()).isEqualTo(3);
  }

  @Test
  void whoeverIsHigherThanBothIsAskedWhenALeaderIsDeposed() {
    Elector monitor = Elector.monitor(2, 1, 3, 4).following(3, 4);

    monitor.hears(broke(3));
    monitor.waits(TIMINGS.doubtPatience());

    assertThat(monitor.did()).containsExactly("election? to 4");
  }

  @Test
  void aHeartbeatThatWasOnItsWayWhenTheLeaderCrashedProvesNothing() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.hears(broke(3));
    monitor.waitsWithBeats(TIMINGS.heartbeatGrace(), 3, 4);
    monitor.waits(TIMINGS.doubtPatience().minus(TIMINGS.heartbeatGrace()));

    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aLeaderIsCheckedAtItsInterval() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.waitsWithBeats(TIMINGS.checkInterval().multipliedBy(3), 3, 4);

    assertThat(monitor.did()).containsExactly("check 3", "check 3", "check 3");
  }

  @Test
  void aHangIsSeenByTheCheck() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.hears(silent(3));
    monitor.waits(TIMINGS.doubtPatience());

    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aLeaderOutOfReachThatGoesOnWritingIsNotDeposed() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.hears(silent(3));
    monitor.waitsWithBeats(TIMINGS.doubtPatience(), 3, 4);
    assertThat(monitor.did()).containsExactly("let go");

    monitor.hears(silent(3));
    monitor.waitsWithBeats(Duration.ofMinutes(10), 3, 4);
    assertThat(monitor.did()).isNotEmpty().containsOnly("check 3");
    assertThat(monitor.leader()).isEqualTo(3);
  }

  @Test
  void aLeaderThatIsInReachAgainIsHeldAgain() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);
    monitor.hears(silent(3));
    monitor.waitsWithBeats(TIMINGS.doubtPatience(), 3, 4);

    monitor.hears(answers(3, true));

    assertThat(monitor.did()).containsExactly("hold 3");
  }

  @Test
  void aLeaderThatAnswersButWritesNoHeartbeatsIsDeposed() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.waits(TIMINGS.heartbeatTimeout().minus(MOMENT));
    assertThat(monitor.phase()).isInstanceOf(Phase.Following.class);

    monitor.waits(MOMENT);
    monitor.hears(answers(3, true));
    assertThat(monitor.phase()).isInstanceOf(Phase.Doubting.class);
    monitor.waits(TIMINGS.doubtPatience());
    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void aLeaderThatSaysThatItDoesNotLeadIsDoubted() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.hears(answers(3, false));

    assertThat(monitor.phase()).isInstanceOf(Phase.Doubting.class);
  }

  @Test
  void anOutageOfKafkaDeposesNobody() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.hears(new Input.Contact(false));
    monitor.waits(Duration.ofMinutes(5));
    assertThat(monitor.did()).isNotEmpty().containsOnly("check 3");

    monitor.hears(new Input.Contact(true));
    monitor.waits(TIMINGS.heartbeatTimeout().minus(MOMENT));
    assertThat(monitor.phase()).isInstanceOf(Phase.Following.class);
    monitor.waitsWithBeats(Duration.ofMinutes(1), 3, 4);
    assertThat(monitor.did()).isNotEmpty().containsOnly("check 3");
  }

  @Test
  void aLeaderThatAlsoFellSilentInAnOutageHasTimeToFindKafkaAgain() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);
    monitor.hears(new Input.Contact(false), silent(3));
    monitor.waits(Duration.ofMinutes(1));
    assertThat(monitor.did()).isEmpty();

    monitor.hears(new Input.Contact(true));
    monitor.waits(TIMINGS.heartbeatTimeout().minus(MOMENT));
    assertThat(monitor.did()).isEmpty();
    monitor.waits(MOMENT);
    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void heartbeatsAfterAnOutageEndTheDoubt() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);
    monitor.hears(new Input.Contact(false), silent(3));
    monitor.waits(Duration.ofMinutes(1));

    monitor.hears(new Input.Contact(true));
    monitor.waitsWithBeats(TIMINGS.heartbeatTimeout(), 3, 4);

    assertThat(monitor.leader()).isEqualTo(3);
    assertThat(monitor.phase()).isInstanceOf(Phase.Following.class);
  }

  @Test
  void messagesOfStrangersAreIgnored() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);

    monitor.hears(coordinator(9, 8), says(9, new Message.Election()));

    assertThat(monitor.did()).isEmpty();
    assertThat(monitor.leader()).isEqualTo(3);
  }

  @Test
  void coordinatorsOfPastTermsAreIgnored() {
    Elector monitor = Elector.monitor(1, 2, 3).following(3, 4);

    monitor.hears(coordinator(2, 3));

    assertThat(monitor.did()).isEmpty();
    assertThat(monitor.leader()).isEqualTo(3);
  }

  @Test
  void heartbeatsOfPastTermsAreIgnored() {
    Elector monitor = Elector.monitor(1, 2, 3).following(3, 4);

    monitor.hears(beat(2, 3));

    assertThat(monitor.leader()).isEqualTo(3);
  }

  @Test
  void aHeartbeatOfALaterTermIsFollowedWhateverWasBelieved() {
    Elector monitor = Elector.monitor(1, 2, 3).following(3, 4);

    monitor.hears(beat(2, 5));

    assertThat(monitor.did()).containsExactly("hold 2");
    assertThat(monitor.leader()).isEqualTo(2);
  }
}
