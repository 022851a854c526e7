package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.fleet;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static io.sluice.provisioner.plan.Inputs.exited;
import static io.sluice.provisioner.plan.Inputs.read;
import static io.sluice.provisioner.plan.Inputs.up;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandsTest {
  @Test
  void startsAServerRecordsItWithTheOffsetAndAwaitsItsHealth() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);

    mind.hear(read(0, 5, "zone1@3", List.of("zone1-1"), List.of()));
    assertThat(mind.did()).containsExactly("start zone1-1");
    assertThat(mind.committed()).isEqualTo(Progress.at(0));

    mind.hear(up("zone1-1"));
    assertThat(mind.told()).containsExactly("server-started zone1-1");
    ServerStarted started = (ServerStarted) mind.facts.getFirst();
    assertThat(started.epoch()).isEqualTo(Provisioner.TERMS.epoch());
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
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.READY)));

    mind.hear(read(0, 5, "zone1@3", List.of("zone1-1"), List.of()));

    assertThat(mind.did()).isEmpty();
    assertThat(mind.told()).isEmpty();
    assertThat(mind.committed()).isEqualTo(Progress.at(6));
  }

  @Test
  void aFailedStartIsACommandFailedAndNothingElse() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);

    mind.hear(read(0, 0, "zone1@3", List.of("zone1-1", "zone1-2"), List.of()));
    mind.hear(new Input.StartFailed(server("zone1-2"), "no image"));
    assertThat(mind.told()).isEmpty();
    mind.hear(up("zone1-1"));

    assertThat(mind.told()).containsExactly("server-started zone1-1", "command-failed zone1-2");
    assertThat(mind.did()).endsWith("await zone1-1");
    assertThat(mind.committed()).isEqualTo(Progress.at(1));
  }

  @Test
  void anExitBeforeTheStartIsRecordedComesAfterIt() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);
    mind.hear(read(0, 0, "zone1@3", List.of("zone1-1", "zone1-2"), List.of()));

    mind.hear(up("zone1-1"), exited("zone1-1"), up("zone1-2"));

    assertThat(mind.told())
        .containsExactly(
            "server-started zone1-1", "server-started zone1-2", "server-exited zone1-1");
  }

  @Test
  void aDeadServerIsRemovedAndItsReplacementDoesNotWaitForThat() {
    Provisioner mind = new Provisioner(fleet(life("zone1-1", ServerState.DEAD)));

    mind.hear(read(0, 0, "zone1@9", List.of("zone1-2"), List.of("zone1-1")));
    assertThat(mind.did()).containsExactlyInAnyOrder("start zone1-2", "stop zone1-1");
    mind.hear(up("zone1-2"));
    assertThat(mind.told()).containsExactly("server-started zone1-2");
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).endsWith("server-stopped zone1-1");
  }

  @Test
  void aSlowZoneDoesNotHoldUpAnotherAndTheOffsetWaitsForBoth() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);

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
    Provisioner first = new Provisioner(Fleet.EMPTY);
    first.hear(
        read(0, 4, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 7, "zone2@2", List.of("zone2-1"), List.of()));
    first.hear(new Input.StartFailed(server("zone2-1"), "no image"));
    Progress committed = first.committed();
    Progress restored = Progress.read(committed.next(), committed.metadata()).orElseThrow();

    Provisioner second = new Provisioner(first.view(), Map.of(0, restored));
    second.hear(
        read(0, 4, "zone1@1", List.of("zone1-1"), List.of()),
        read(0, 7, "zone2@2", List.of("zone2-1"), List.of()));

    assertThat(second.did()).containsExactly("start zone1-1");
  }

  @Test
  void aCommandWaitsForAnEarlierOneThatNamesTheSameServer() {
    Provisioner mind = new Provisioner(Fleet.EMPTY);

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
    Provisioner mind = new Provisioner(Fleet.EMPTY);

    mind.hear(
        new Input.CommandRead(new Place(0, 3), Samples.dryRun("zone1@1", List.of("zone1-1"))));

    assertThat(mind.did()).isEmpty();
    assertThat(mind.told()).isEmpty();
    assertThat(mind.committed()).isEqualTo(Progress.at(4));
  }
}
