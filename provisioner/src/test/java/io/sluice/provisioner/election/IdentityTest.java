package io.sluice.provisioner.election;

import static io.sluice.provisioner.election.Elector.OTHER;
import static io.sluice.provisioner.election.Elector.OWN;
import static io.sluice.provisioner.election.Elector.TIMINGS;
import static io.sluice.provisioner.election.Elector.beat;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.leadership.Incarnation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two processes with one id. */
class IdentityTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void aMonitorThatWasRestartedIsNotDisturbedByTheLastSignsOfItsPredecessor() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();
    monitor.hears(monitor.sign(OTHER), monitor.sign(OWN), monitor.sign(OTHER), leads(OTHER));

    for (int second = 0; second < 5; second++) {
      monitor.waits(SECOND);
      monitor.hears(monitor.sign(OWN));
      assertThat(monitor.did()).doesNotContain("refuse to run");
    }

    assertThat(monitor.phase()).isInstanceOf(Phase.Taking.class);
    assertThat(monitor.clashes()).isFalse();
  }

  @Test
  void whoeverComesToAnIdThatIsTakenDoesNotRunAndDeposesNobody() {
    Elector monitor = Elector.monitor(3, 1, 2).begun();

    for (int tenth = 0; tenth < 40 && !monitor.did().contains("refuse to run"); tenth++) {
      if (tenth % 10 == 0) {
        monitor.hears(monitor.sign(OWN));
      }
      monitor.waits(TIMINGS.heartbeatInterval());
      assertThat(monitor.did()).isEmpty();
      monitor.hears(leads(OTHER));
    }

    assertThat(monitor.did()).containsExactly("let go", "refuse to run");
    assertThat(monitor.clashes()).isTrue();
    monitor.waits(Duration.ofMinutes(1));
    assertThat(monitor.did()).isEmpty();
  }

  @Test
  void oneWithoutPeersDeposesNobodyWithItsIdEither() {
    Elector monitor = Elector.monitor(3).begun();
    boolean refused = false;

    for (int tenth = 0; tenth < 40 && !refused; tenth++) {
      if (tenth % 10 == 0) {
        monitor.hears(monitor.sign(OWN));
      }
      monitor.waits(TIMINGS.heartbeatInterval());
      assertThat(monitor.did()).isEmpty();
      monitor.hears(leads(OTHER));
      refused = monitor.did().contains("refuse to run");
    }

    assertThat(refused).isTrue();
  }

  @Test
  void whoeverHasRunForLongGoesOnAndSaysSo() {
    Elector monitor = Elector.monitor(3, 1, 2).leading(4);
    runs(monitor, 30);

    for (int second = 0; second < 60; second++) {
      monitor.hears(monitor.sign(OWN), monitor.sign(OTHER));
      monitor.waits(SECOND);
      assertThat(monitor.leader()).isEqualTo(3);
    }

    assertThat(monitor.clashes()).isTrue();
    runs(monitor, 3);
    assertThat(monitor.clashes()).isFalse();
  }

  @Test
  void oneThatWasStoppedForAWhileYieldsToTheOneThatTookItsPlace() {
    Elector monitor = Elector.monitor(3, 1, 2).leading(4);
    runs(monitor, 30);
    monitor.waits(Duration.ofMinutes(1));

    monitor.hears(monitor.sign(OTHER));
    boolean refused = false;
    for (int second = 0; second < 5; second++) {
      monitor.hears(monitor.sign(OWN), monitor.sign(OTHER));
      refused |= monitor.did().contains("refuse to run");
      monitor.waits(SECOND);
    }

    assertThat(refused).isTrue();
    assertThat(monitor.leader()).isZero();
  }

  @Test
  void twoThatBeginTogetherBothRefuse() {
    Elector one = Elector.monitor(3, 1, 2).begun();
    boolean refused = false;
    for (int second = 0; second < 5; second++) {
      one.hears(one.sign(OWN), one.sign(OTHER));
      refused |= one.did().contains("refuse to run");
      one.waits(SECOND);
    }

    assertThat(refused).isTrue();
  }

  @Test
  void otherMonitorsSignsAreNobodysBusiness() {
    Elector monitor = Elector.monitor(2, 1, 3).following(3, 4);
    for (int second = 0; second < 20; second++) {
      monitor.hears(
          monitor.sign(OWN), new Input.Present(new MonitorId(1), OTHER, false), beat(3, 4));
      monitor.waitsWithBeats(SECOND, 3, 4);
    }

    assertThat(monitor.clashes()).isFalse();
    assertThat(monitor.leader()).isEqualTo(3);
  }

  private static void runs(Elector monitor, int seconds) {
    for (int second = 0; second < seconds; second++) {
      monitor.hears(monitor.sign(OWN));
      monitor.waits(SECOND);
    }
  }

  private static Input leads(Incarnation incarnation) {
    return new Input.Beat(new MonitorId(3), incarnation, new Epoch(4));
  }
}
