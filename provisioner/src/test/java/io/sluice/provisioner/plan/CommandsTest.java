package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.journal;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static io.sluice.provisioner.plan.Inputs.exited;
import static io.sluice.provisioner.plan.Inputs.read;
import static io.sluice.provisioner.plan.Inputs.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.fleet.ServerState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandsTest {
  @Test
  void startsAServerRecordsItWithTheOffsetAndAwaitsItsHealth() {
    Provisioner mind = new Provisioner();

    mind.hear(read(0, 5, "zone1@3", List.of("zone1-1"), List.of()));
    assertThat(mind.did()).containsExactly("start zone1-1");
    assertThat(mind.committed()).isEqualTo(5);

    mind.hear(up("zone1-1"));
    assertThat(mind.told()).containsExactly("server-started zone1-1");
    ServerStarted started = (ServerStarted) mind.facts.getFirst();
    assertThat(started.epoch()).isEqualTo(Provisioner.TERMS.epoch());
    assertThat(started.command()).hasToString("zone1@3");
    assertThat(mind.committed()).isEqualTo(6);
    assertThat(mind.did()).containsExactly("start zone1-1", "await zone1-1");

    mind.hear(new Input.Answered(server("zone1-1")));
    mind.readBack();
    assertThat(mind.told()).containsExactly("server-started zone1-1", "server-ready zone1-1");
    assertThat(mind.fleet()).isEqualTo(mind.view());
  }

  @Test
  void aCommandThatIsReadTwiceStartsNothingTwice() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));

    mind.hear(read(0, 5, "zone1@3", List.of("zone1-1"), List.of()));

    assertThat(mind.did()).isEmpty();
    assertThat(mind.told()).isEmpty();
    assertThat(mind.committed()).isEqualTo(6);
  }

  @Test
  void aFailedStartIsACommandFailedAtOnceAndItsSiblingsGoOn() {
    Provisioner mind = new Provisioner();

    mind.hear(read(0, 0, "zone1@3", List.of("zone1-1", "zone1-2"), List.of()));
    mind.hear(new Input.StartFailed(server("zone1-2"), "no image"));
    assertThat(mind.told()).containsExactly("command-failed zone1-2");
    assertThat(mind.committed()).isEqualTo(0);
    mind.hear(up("zone1-1"));

    assertThat(mind.told()).containsExactly("command-failed zone1-2", "server-started zone1-1");
    assertThat(mind.did()).endsWith("await zone1-1");
    assertThat(mind.committed()).isEqualTo(1);
  }

  @Test
  void aSlowStartKeepsNeitherItsSiblingsNorWhatIsCommandedOfThem() {
    Provisioner mind = new Provisioner();
    mind.hear(read(0, 0, "zone1@3", List.of("zone1-1", "zone1-2"), List.of()));

    mind.hear(up("zone1-1"), new Input.Answered(server("zone1-1")), exited("zone1-1"));
    mind.hear(read(0, 1, "zone1@9", List.of("zone1-3"), List.of("zone1-1")));
    mind.hear(up("zone1-3"), new Input.Stopped(server("zone1-1")));

    assertThat(mind.told())
        .containsExactly(
            "server-started zone1-1",
            "server-ready zone1-1",
            "server-exited zone1-1",
            "server-started zone1-3",
            "server-stopped zone1-1");
    assertThat(mind.committed()).isEqualTo(0);
    mind.hear(up("zone1-2"));
    assertThat(mind.committed()).isEqualTo(2);
  }

  @Test
  void anExitBeforeTheStartIsRecordedComesAfterIt() {
    Provisioner mind = new Provisioner();
    mind.hear(read(0, 0, "zone1@3", List.of("zone1-1", "zone1-2"), List.of()));

    mind.hear(up("zone1-1"), exited("zone1-1"), up("zone1-2"));

    assertThat(mind.told())
        .containsExactly(
            "server-started zone1-1", "server-exited zone1-1", "server-started zone1-2");
  }

  @Test
  void aDeadServerIsRemovedAndItsReplacementDoesNotWaitForThat() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.DEAD)));

    mind.hear(read(0, 0, "zone1@9", List.of("zone1-2"), List.of("zone1-1")));
    assertThat(mind.did()).containsExactlyInAnyOrder("start zone1-2", "stop zone1-1");
    mind.hear(up("zone1-2"));
    assertThat(mind.told()).containsExactly("server-started zone1-2");
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).endsWith("server-stopped zone1-1");
  }

  @Test
  void aSlowZoneDoesNotHoldUpAnotherAndTheOffsetWaitsForBoth() {
    Provisioner mind = new Provisioner();

    mind.hear(
        read(0, 4, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 7, "zone2@2", List.of("zone2-1"), List.of()));
    mind.hear(up("zone2-1"));
    assertThat(mind.told()).containsExactly("server-started zone2-1");
    assertThat(mind.committed()).isEqualTo(4);
    mind.hear(up("zone1-1"));

    assertThat(mind.committed()).isEqualTo(8);
  }

  @Test
  void whatWasRecordedOutOfTurnIsNotDoneAgainByTheNextLeader() {
    Provisioner first = new Provisioner();
    first.hear(
        read(0, 4, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 7, "zone2@2", List.of("zone2-1", "zone2-2"), List.of()));
    first.hear(new Input.StartFailed(server("zone2-1"), "no image"), up("zone2-2"));
    first.readBack();

    Provisioner second = new Provisioner(first.journal());
    second.hear(
        read(0, 4, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 7, "zone2@2", List.of("zone2-1", "zone2-2"), List.of()));

    assertThat(second.did()).containsExactly("start zone1-1");
    assertThat(second.committed()).isEqualTo(4);
  }

  @Test
  void aHistoryThatIsReadAgainFromItsBeginningChangesNothing() {
    Provisioner first = new Provisioner();
    List<Input> history =
        List.of(
            read(0, 0, "zone1@1", List.of("zone1-1", "zone1-2", "zone1-3"), List.of()),
            read(0, 1, "zone1@2", List.of(), List.of("zone1-1", "zone1-3")),
            read(0, 2, "zone1@3", List.of("zone1-4"), List.of("zone1-2")));
    first.hear(history.get(0));
    first.hear(up("zone1-1"), up("zone1-2"), new Input.StartFailed(server("zone1-3"), "no image"));
    first.hear(history.get(1));
    first.hear(exited("zone1-1"), new Input.Stopped(server("zone1-1")));
    first.hear(exited("zone1-2"));
    first.hear(history.get(2));
    first.hear(new Input.Stopped(server("zone1-2")), up("zone1-4"));
    first.readBack();

    Provisioner second = new Provisioner(first.journal());
    history.forEach(second::hear);

    assertThat(second.did()).isEmpty();
    assertThat(second.told()).isEmpty();
    assertThat(second.committed()).isEqualTo(3);
  }

  @Test
  void aCommandThatStandsThereTwiceIsCarriedOutOnce() {
    Provisioner mind = new Provisioner();

    mind.hear(
        read(0, 0, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 1, "zone1@1", List.of("zone1-1"), List.of()));
    mind.hear(up("zone1-1"));

    assertThat(mind.did()).containsExactly("start zone1-1", "await zone1-1");
    assertThat(mind.told()).containsExactly("server-started zone1-1");
    assertThat(mind.committed()).isEqualTo(2);
  }

  @Test
  void whatIsToBeStoppedIsStoppedOnceItsOwnStartIsSettled() {
    Provisioner mind = new Provisioner();

    mind.hear(
        read(0, 0, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 1, "zone1@2", List.of("zone1-2"), List.of("zone1-1")));
    assertThat(mind.did()).containsExactly("start zone1-1", "start zone1-2");
    mind.hear(up("zone1-2"));
    assertThat(mind.told()).containsExactly("server-started zone1-2");
    mind.hear(up("zone1-1"));

    assertThat(mind.told())
        .containsExactly(
            "server-started zone1-2", "server-started zone1-1", "server-draining zone1-1");
    assertThat(mind.committed()).isEqualTo(2);
  }

  @Test
  void aServerWhoseNameIsTakenFailsAndItsZoneSaysByWhomUntilAnotherOneIsStarted() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    mind.hear(read(0, 0, "zone1@1", List.of("zone1-2"), List.of()));

    mind.hear(new Input.NameTaken(server("zone1-2"), "it is of cluster 'another'"));
    mind.readBack();
    mind.hear(read(0, 1, "zone1@2", List.of("zone1-3"), List.of()));
    mind.hear(new Input.NameTaken(server("zone1-3"), "it is of cluster 'another'"));
    mind.readBack();

    assertThat(mind.told())
        .containsExactly(
            "condition-raised name-taken", "command-failed zone1-2", "command-failed zone1-3");

    mind.hear(read(0, 2, "zone1@3", List.of("zone1-4"), List.of()));
    mind.hear(up("zone1-4"));
    assertThat(mind.told()).endsWith("condition-cleared name-taken", "server-started zone1-4");
  }

  @Test
  void aServerOfAZoneThatThisMonitorCantRunIsLeftToOneWhoCan() {
    Provisioner mind = new Provisioner(journal(life("zone4-1", ServerState.READY)));
    Input listed =
        new Input.Listed(
            List.of(new Instance(server("zone1-1"), true), new Instance(server("zone4-9"), true)),
            true);

    mind.hear(read(0, 0, "zone4@1", List.of("zone4-2"), List.of("zone4-1")));
    mind.hear(read(0, 1, "zone1@1", List.of("zone1-1"), List.of()));
    mind.later(Duration.ZERO);
    mind.hear(
        up("zone1-1"), exited("zone4-1"), new Input.Reported(server("zone4-1"), "refused"), listed);
    mind.later(TermSettings.SECOND_LOOK);
    mind.hear(listed);

    assertThat(mind.did()).doesNotContain("start zone4-2", "stop zone4-9");
    assertThat(mind.told())
        .containsExactly("condition-raised zone-not-configured", "server-started zone1-1");
    assertThat(mind.committed()).isEqualTo(0);
  }

  @Test
  void aDryRunMovesTheOffsetAndNothingElse() {
    Provisioner mind = new Provisioner();

    mind.hear(
        new Input.CommandRead(new Place(0, 3), Samples.dryRun("zone1@1", List.of("zone1-1"))));

    assertThat(mind.did()).isEmpty();
    assertThat(mind.told()).isEmpty();
    assertThat(mind.committed()).isEqualTo(4);
  }
}
