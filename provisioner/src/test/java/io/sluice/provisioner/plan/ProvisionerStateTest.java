package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.fleet;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static io.sluice.provisioner.plan.Inputs.exited;
import static io.sluice.provisioner.plan.Inputs.read;
import static io.sluice.provisioner.plan.Inputs.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvisionerStateTest {
  private static final ZoneId ZONE1 = new ZoneId("zone1");

  @Test
  void aServerThatNeverAnswersIsStoppedAndItsCommandFailed() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.STARTING)));

    mind.later(Duration.ZERO);
    assertThat(mind.did()).contains("await zone1-1");
    mind.hear(new Input.Unanswered(server("zone1-1"), "connection refused"));
    assertThat(mind.did()).endsWith("stop zone1-1");
    assertThat(mind.told()).isEmpty();
    mind.hear(new Input.Stopped(server("zone1-1")));

    // First the failure, so that the fold of decisions sees a start that failed, not a stop.
    assertThat(mind.told()).containsExactly("command-failed zone1-1", "server-stopped zone1-1");
  }

  @Test
  void aServerDrainsUntilItsBalancerSaysSoAndIsThenStopped() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.READY)));

    mind.hear(read(0, 0, "zone1@9", List.of(), List.of("zone1-1")));
    assertThat(mind.told()).containsExactly("server-draining zone1-1");
    assertThat(mind.committed()).isEqualTo(Progress.at(1));
    mind.readBack();
    mind.later(Samples.DRAIN_TIMEOUT.minusMillis(1));
    assertThat(mind.did()).doesNotContain("stop zone1-1");
    mind.somebodyWrites(new ServerDrained(ZONE1, mind.now, server("zone1-1")));
    assertThat(mind.did()).endsWith("stop zone1-1");
    mind.hear(new Input.Stopped(server("zone1-1")));
    mind.readBack();

    assertThat(mind.told()).containsExactly("server-draining zone1-1", "server-stopped zone1-1");
    assertThat(mind.fleet().server(server("zone1-1"))).isEmpty();
  }

  @Test
  void aServerThatIsNotDrainedInTimeIsStoppedNevertheless() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.DRAINING)));

    mind.later(Duration.ZERO);
    mind.later(Samples.DRAIN_TIMEOUT.minusMillis(1));
    assertThat(mind.did()).doesNotContain("stop zone1-1");
    mind.later(Duration.ofMillis(1));

    assertThat(mind.did()).contains("stop zone1-1");
  }

  @Test
  void anExitIsRecordedAtOnceAndOnlyOnce() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.READY)));

    mind.hear(exited("zone1-1"));
    mind.hear(exited("zone1-1"));
    mind.readBack();
    mind.hear(exited("zone1-1"));

    assertThat(mind.told()).containsExactly("server-exited zone1-1");
  }

  @Test
  void theExitOfAServerThatIsBeingStoppedIsPartOfItsStop() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.DRAINING)));
    mind.later(Duration.ZERO);
    mind.later(Samples.DRAIN_TIMEOUT);

    mind.hear(exited("zone1-1"));
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("server-stopped zone1-1");
  }

  @Test
  void aServerThatExitsWhileItDrainsIsRemovedWithoutAFurtherCommand() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.DRAINING)));

    mind.hear(exited("zone1-1"));
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("server-exited zone1-1", "server-stopped zone1-1");
  }

  @Test
  void aStopThatFailsIsTriedAgainLater() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.DEAD)));
    mind.hear(read(0, 0, "zone1@9", List.of(), List.of("zone1-1")));

    mind.hear(new Input.StopFailed(server("zone1-1"), "engine away"));
    mind.later(TermSettings.STOP_RETRY_MIN.minusMillis(1));
    assertThat(mind.did()).containsOnlyOnce("stop zone1-1");
    mind.later(Duration.ofMillis(1));
    assertThat(mind.did()).filteredOn("stop zone1-1"::equals).hasSize(2);
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("server-stopped zone1-1");
  }

  @Test
  void theNextLeaderGoesOnWithWhatTheLastOneLeft() {
    Provisioner mind =
        new Provisioner(
            fleet(
                life("zone1-1", ServerState.STARTING),
                life("zone1-2", ServerState.READY),
                life("zone1-3", ServerState.DRAINING),
                life("zone2-1", ServerState.DEAD)));

    mind.later(Duration.ZERO);
    assertThat(mind.did()).containsExactlyInAnyOrder("await zone1-1", "list");
    mind.later(Samples.DRAIN_TIMEOUT);

    assertThat(mind.did()).contains("stop zone1-3", "stop zone2-1");
    assertThat(mind.did()).doesNotContain("stop zone1-2");
  }

  @Test
  void aServerThatTheFleetLostHasExited() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.READY)));
    mind.later(Duration.ZERO);

    mind.hear(new Input.Listed(List.of(), true));

    assertThat(mind.told()).containsExactly("server-exited zone1-1");
  }

  @Test
  void aServerThatStartedAfterTheListingWasAskedForIsNotLost() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);
    mind.later(Duration.ZERO);
    mind.hear(read(0, 0, "zone1@1", List.of("zone1-1"), List.of()));
    mind.hear(up("zone1-1"));

    mind.hear(new Input.Listed(List.of(), true));

    assertThat(mind.told()).containsExactly("server-started zone1-1");
  }

  @Test
  void aStrayServerIsStoppedOnceItWasSeenTwiceAndEveryCommandWasRead() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);
    Input unread = new Input.Listed(List.of(new Instance(server("zone1-9"), true)), false);
    Input all = new Input.Listed(List.of(new Instance(server("zone1-9"), true)), true);

    mind.later(Duration.ZERO);
    mind.hear(unread);
    mind.later(TermSettings.SECOND_LOOK);
    mind.hear(all);
    assertThat(mind.did()).containsExactly("list", "list");
    mind.later(TermSettings.SECOND_LOOK);
    mind.hear(all);
    assertThat(mind.did()).endsWith("stop zone1-9");
    mind.hear(new Input.Stopped(server("zone1-9")));

    assertThat(mind.told()).isEmpty();
  }

  @Test
  void aStrayServerThatACommandAsksForIsAdopted() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);
    Input listed = new Input.Listed(List.of(new Instance(server("zone1-1"), true)), true);
    mind.later(Duration.ZERO);
    mind.hear(listed);
    mind.hear(read(0, 0, "zone1@1", List.of("zone1-1"), List.of()));
    mind.later(TermSettings.SECOND_LOOK);

    mind.hear(listed);
    mind.hear(up("zone1-1"));

    assertThat(mind.did()).doesNotContain("stop zone1-1").contains("start zone1-1");
    assertThat(mind.told()).containsExactly("server-started zone1-1");
  }

  @Test
  void aReportKillsAServerOnceAndTellsNothingOfOneThatIsDead() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.READY)));

    mind.hear(
        new Input.Reported(server("zone1-1"), "refused"),
        new Input.Reported(server("zone1-1"), "refused"),
        new Input.Reported(server("zone1-2"), "refused"));

    assertThat(mind.told()).containsExactly("server-reported zone1-1");
  }

  @Test
  void aBalancerIsRecordedWhenItComesGoesAndComesBack() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);
    Input answers =
        new Input.BalancerAnswers(
            ZONE1, URI.create("http://127.0.0.1:3030"), URI.create("http://127.0.0.1:5050"));
    Input silent = new Input.BalancerSilent(ZONE1, "refused");

    mind.hear(silent, answers, answers, silent, silent, answers);

    assertThat(mind.told())
        .containsExactly("balancer-started zone1", "balancer-lost zone1", "balancer-started zone1");
  }
}
