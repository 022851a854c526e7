package io.sluice.provisioner.election;

import static io.sluice.provisioner.election.Elector.TIMINGS;
import static io.sluice.provisioner.election.Elector.answers;
import static io.sluice.provisioner.election.Elector.beat;
import static io.sluice.provisioner.election.Elector.coordinator;
import static io.sluice.provisioner.election.Elector.undelivered;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.Epoch;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How office is lost and sought again. */
class ElectionLossTest {
  private static final Duration MOMENT = Duration.ofMillis(50);
  private static final Message ELECTION = new Message.Election();

  @Test
  void aFencedLeaderLooksForTheOneThatFencedIt() {
    Elector monitor = Elector.monitor(2, 1, 3).leading(4);

    monitor.hears(new Input.LeftOffice(true));
    assertThat(monitor.phase()).isInstanceOf(Phase.Looking.class);

    monitor.hears(beat(3, 5));
    assertThat(monitor.did()).containsExactly("hold 3");
  }

  @Test
  void aLeaderThatHearsOfALaterTermResigns() {
    Elector byBeat = Elector.monitor(2, 1, 3).leading(4);
    byBeat.hears(beat(3, 5));
    assertThat(byBeat.did()).containsExactly("resign", "hold 3");

    Elector byMessage = Elector.monitor(2, 1, 3).leading(4);
    byMessage.hears(coordinator(3, 5));
    assertThat(byMessage.did()).containsExactly("resign", "hold 3");
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
      monitor.hears(new Input.LeftOffice(false));
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
    monitor.hears(new Input.LeftOffice(false));
    monitor.waits(Duration.ofMillis(500));
    monitor.hears(new Input.LeftOffice(false));
    monitor.waits(Duration.ofSeconds(1));
    monitor.hears(new Input.TookOffice(new Epoch(9)));
    monitor.waits(Duration.ofSeconds(10));

    monitor.hears(new Input.LeftOffice(false));
    monitor.waits(Duration.ofMillis(500));

    assertThat(monitor.did()).containsExactly("take office");
  }

  @Test
  void whoFailedDoesNotClaimBeforeItsPauseIsOver() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.waits(TIMINGS.lookTime());
    monitor.hears(new Input.LeftOffice(false));

    monitor.hears(coordinator(2, 6));
    assertThat(monitor.did()).containsExactly("hold 2");
    monitor.waitsWithBeats(Duration.ofMillis(500), 2, 6);

    monitor.hears(answers(2, true));
    assertThat(monitor.did()).containsExactly("claim to 2");
  }

  @Test
  void whoIsOvertakenWhileItTakesOfficeLetsItBe() {
    Elector monitor = Elector.monitor(2, 1, 3).begun();
    monitor.waits(TIMINGS.lookTime());
    monitor.hears(undelivered(3, ELECTION));

    monitor.hears(coordinator(3, 6));
    assertThat(monitor.did()).containsExactly("resign", "hold 3");

    monitor.hears(new Input.TookOffice(new Epoch(5)));
    assertThat(monitor.did()).containsExactly("resign");
    monitor.hears(new Input.LeftOffice(false));
    assertThat(monitor.leader()).isEqualTo(3);
  }
}
