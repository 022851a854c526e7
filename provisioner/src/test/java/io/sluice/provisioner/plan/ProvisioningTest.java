package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.command;
import static io.sluice.provisioner.Samples.fleet;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Started;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ZoneId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProvisioningTest {
  private static final ZoneId ZONE1 = new ZoneId("zone1");

  @Test
  void startsAServerRecordsItWithTheOffsetAndAwaitsItsHealth() {
    Mind mind = new Mind(Fleet.EMPTY);

    mind.hear(read(0, 5, "zone1@3", List.of("zone1-1"), List.of()));
    assertThat(mind.did()).containsExactly("start zone1-1");
    assertThat(mind.committed()).isEqualTo(Progress.at(0));

    mind.hear(up("zone1-1"));
    assertThat(mind.told()).containsExactly("server-started zone1-1");
    ServerStarted started = (ServerStarted) mind.facts.getFirst();
    assertThat(started.epoch()).isEqualTo(Mind.TERMS.epoch());
    assertThat(started.command()).hasToString("zone1@3");
    assertThat(mind.committed()).isEqualTo(Progress.at(6));
    assertThat(mind.did()).containsExactly("start zone1-1", "await zone1-1");

    mind.hear(new Input.Answered(server("zone1-1")));
    mind.readBack();
    assertThat(mind.told()).containsExactly("server-started zone1-1", "server-ready zone1-1");
    assertThat(mind.fleet()).isEqualTo(mind.view());
  }

  @Test
  void aCommandThatIsReadTwiceStartsNothingTwice() {
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.READY)));

    mind.hear(read(0, 5, "zone1@3", List.of("zone1-1"), List.of()));

    assertThat(mind.did()).isEmpty();
    assertThat(mind.told()).isEmpty();
    assertThat(mind.committed()).isEqualTo(Progress.at(6));
  }

  @Test
  void aFailedStartIsACommandFailedAndNothingElse() {
    Mind mind = new Mind(Fleet.EMPTY);

    mind.hear(read(0, 0, "zone1@3", List.of("zone1-1", "zone1-2"), List.of()));
    mind.hear(new Input.StartFailed(server("zone1-2"), "no image"));
    assertThat(mind.told()).isEmpty();
    mind.hear(up("zone1-1"));

    assertThat(mind.told()).containsExactly("server-started zone1-1", "command-failed zone1-2");
    assertThat(mind.did()).endsWith("await zone1-1");
    assertThat(mind.committed()).isEqualTo(Progress.at(1));
  }

  @Test
  void aServerThatNeverAnswersIsStoppedAndItsCommandFailed() {
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.STARTING)));

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
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.READY)));

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
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.DRAINING)));

    mind.later(Duration.ZERO);
    mind.later(Samples.DRAIN_TIMEOUT.minusMillis(1));
    assertThat(mind.did()).doesNotContain("stop zone1-1");
    mind.later(Duration.ofMillis(1));

    assertThat(mind.did()).contains("stop zone1-1");
  }

  @Test
  void anExitIsRecordedAtOnceAndOnlyOnce() {
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.READY)));

    mind.hear(exited("zone1-1"));
    mind.hear(exited("zone1-1"));
    mind.readBack();
    mind.hear(exited("zone1-1"));

    assertThat(mind.told()).containsExactly("server-exited zone1-1");
  }

  @Test
  void theExitOfAServerThatIsBeingStoppedIsPartOfItsStop() {
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.DRAINING)));
    mind.later(Duration.ZERO);
    mind.later(Samples.DRAIN_TIMEOUT);

    mind.hear(exited("zone1-1"));
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("server-stopped zone1-1");
  }

  @Test
  void anExitBeforeTheStartIsRecordedComesAfterIt() {
    Mind mind = new Mind(Fleet.EMPTY);
    mind.hear(read(0, 0, "zone1@3", List.of("zone1-1", "zone1-2"), List.of()));

    mind.hear(up("zone1-1"), exited("zone1-1"), up("zone1-2"));

    assertThat(mind.told())
        .containsExactly(
            "server-started zone1-1", "server-started zone1-2", "server-exited zone1-1");
  }

  @Test
  void aDeadServerIsRemovedAndItsReplacementDoesNotWaitForThat() {
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.DEAD)));

    mind.hear(read(0, 0, "zone1@9", List.of("zone1-2"), List.of("zone1-1")));
    assertThat(mind.did()).containsExactlyInAnyOrder("start zone1-2", "stop zone1-1");
    mind.hear(up("zone1-2"));
    assertThat(mind.told()).containsExactly("server-started zone1-2");
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).endsWith("server-stopped zone1-1");
  }

  @Test
  void aServerThatExitsWhileItDrainsIsRemovedWithoutAFurtherCommand() {
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.DRAINING)));

    mind.hear(exited("zone1-1"));
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("server-exited zone1-1", "server-stopped zone1-1");
  }

  @Test
  void aSlowZoneDoesNotHoldUpAnotherAndTheOffsetWaitsForBoth() {
    Mind mind = new Mind(Fleet.EMPTY);

    mind.hear(
        read(0, 4, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 7, "zone2@2", List.of("zone2-1"), List.of()));
    mind.hear(up("zone2-1"));
    assertThat(mind.told()).containsExactly("server-started zone2-1");
    assertThat(mind.committed().next()).isEqualTo(4);
    assertThat(mind.committed().ahead()).containsExactly(7L);
    mind.hear(up("zone1-1"));

    assertThat(mind.committed()).isEqualTo(Progress.at(8));
  }

  @Test
  void whatWasRecordedOutOfTurnIsNotDoneAgainByTheNextLeader() {
    Mind first = new Mind(Fleet.EMPTY);
    first.hear(
        read(0, 4, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 7, "zone2@2", List.of("zone2-1"), List.of()));
    first.hear(new Input.StartFailed(server("zone2-1"), "no image"));
    Progress committed = first.committed();
    Progress restored = Progress.read(committed.next(), committed.metadata()).orElseThrow();

    Mind second = new Mind(first.view(), Map.of(0, restored));
    second.hear(
        read(0, 4, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 7, "zone2@2", List.of("zone2-1"), List.of()));

    assertThat(second.did()).containsExactly("start zone1-1");
  }

  @Test
  void aCommandWaitsForAnEarlierOneThatNamesTheSameServer() {
    Mind mind = new Mind(Fleet.EMPTY);

    mind.hear(
        read(0, 0, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 1, "zone1@2", List.of("zone1-2"), List.of("zone1-1")));
    assertThat(mind.did()).containsExactly("start zone1-1");
    mind.hear(up("zone1-1"));

    assertThat(mind.did()).contains("start zone1-2");
    mind.hear(up("zone1-2"));
    assertThat(mind.told())
        .containsExactly(
            "server-started zone1-1", "server-started zone1-2", "server-draining zone1-1");
    assertThat(mind.committed()).isEqualTo(Progress.at(2));
  }

  @Test
  void aDryRunMovesTheOffsetAndNothingElse() {
    Mind mind = new Mind(Fleet.EMPTY);

    mind.hear(
        new Input.CommandRead(new Place(0, 3), Samples.dryRun("zone1@1", List.of("zone1-1"))));

    assertThat(mind.did()).isEmpty();
    assertThat(mind.told()).isEmpty();
    assertThat(mind.committed()).isEqualTo(Progress.at(4));
  }

  @Test
  void aStopThatFailsIsTriedAgainLater() {
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.DEAD)));
    mind.hear(read(0, 0, "zone1@9", List.of(), List.of("zone1-1")));

    mind.hear(new Input.StopFailed(server("zone1-1"), "engine away"));
    mind.later(Terms.STOP_RETRY_MIN.minusMillis(1));
    assertThat(mind.did()).containsOnlyOnce("stop zone1-1");
    mind.later(Duration.ofMillis(1));
    assertThat(mind.did()).filteredOn("stop zone1-1"::equals).hasSize(2);
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("server-stopped zone1-1");
  }

  @Test
  void theNextLeaderGoesOnWithWhatTheLastOneLeft() {
    Mind mind =
        new Mind(
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
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.READY)));
    mind.later(Duration.ZERO);

    mind.hear(new Input.Listed(List.of(), true));

    assertThat(mind.told()).containsExactly("server-exited zone1-1");
  }

  @Test
  void aServerThatStartedAfterTheListingWasAskedForIsNotLost() {
    Mind mind = new Mind(Fleet.EMPTY);
    mind.later(Duration.ZERO);
    mind.hear(read(0, 0, "zone1@1", List.of("zone1-1"), List.of()));
    mind.hear(up("zone1-1"));

    mind.hear(new Input.Listed(List.of(), true));

    assertThat(mind.told()).containsExactly("server-started zone1-1");
  }

  @Test
  void aStrayServerIsStoppedOnceItWasSeenTwiceAndEveryCommandWasRead() {
    Mind mind = new Mind(Fleet.EMPTY);
    Input unread = new Input.Listed(List.of(new Instance(server("zone1-9"), true)), false);
    Input all = new Input.Listed(List.of(new Instance(server("zone1-9"), true)), true);

    mind.later(Duration.ZERO);
    mind.hear(unread);
    mind.later(Terms.SECOND_LOOK);
    mind.hear(all);
    assertThat(mind.did()).containsExactly("list", "list");
    mind.later(Terms.SECOND_LOOK);
    mind.hear(all);
    assertThat(mind.did()).endsWith("stop zone1-9");
    mind.hear(new Input.Stopped(server("zone1-9")));

    assertThat(mind.told()).isEmpty();
  }

  @Test
  void aStrayServerThatACommandAsksForIsAdopted() {
    Mind mind = new Mind(Fleet.EMPTY);
    Input listed = new Input.Listed(List.of(new Instance(server("zone1-1"), true)), true);
    mind.later(Duration.ZERO);
    mind.hear(listed);
    mind.hear(read(0, 0, "zone1@1", List.of("zone1-1"), List.of()));
    mind.later(Terms.SECOND_LOOK);

    mind.hear(listed);
    mind.hear(up("zone1-1"));

    assertThat(mind.did()).doesNotContain("stop zone1-1").contains("start zone1-1");
    assertThat(mind.told()).containsExactly("server-started zone1-1");
  }

  @Test
  void aReportKillsAServerOnceAndTellsNothingOfOneThatIsDead() {
    Mind mind = new Mind(fleet(life("zone1-1", ServerState.READY)));

    mind.hear(
        new Input.Reported(server("zone1-1"), "refused"),
        new Input.Reported(server("zone1-1"), "refused"),
        new Input.Reported(server("zone1-2"), "refused"));

    assertThat(mind.told()).containsExactly("server-reported zone1-1");
  }

  @Test
  void aBalancerIsRecordedWhenItComesGoesAndComesBack() {
    Mind mind = new Mind(Fleet.EMPTY);
    Input answers =
        new Input.BalancerAnswers(
            ZONE1, URI.create("http://127.0.0.1:3030"), URI.create("http://127.0.0.1:5050"));
    Input silent = new Input.BalancerSilent(ZONE1, "refused");

    mind.hear(silent, answers, answers, silent, silent, answers);

    assertThat(mind.told())
        .containsExactly("balancer-started zone1", "balancer-lost zone1", "balancer-started zone1");
  }

  private static Input read(
      int partition, long offset, String id, List<String> start, List<String> stop) {
    return new Input.CommandRead(new Place(partition, offset), command(id, start, stop));
  }

  private static Input up(String id) {
    return new Input.ServerUp(server(id), new Started(Samples.address(server(id)), "handle-" + id));
  }

  private static Input exited(String id) {
    return new Input.Exited(new Exit(server(id), Optional.of(137), false, "killed"));
  }
}
