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
import io.sluice.provisioner.fleet.Listing;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ContainerTemplate;
import io.sluice.schemas.policy.ServerTemplate;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProvisionerStateTest {
  private static final ZoneId ZONE1 = new ZoneId("zone1");

  @Test
  void aServerThatNeverAnswersIsStoppedAndItsCommandFailed() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.STARTING)));

    mind.later(Duration.ZERO);
    assertThat(mind.did()).contains("await zone1-1");
    mind.hear(new Input.Unanswered(server("zone1-1"), "connection refused"));
    assertThat(mind.did()).endsWith("stop zone1-1");
    assertThat(mind.told()).isEmpty();
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("command-failed zone1-1");
  }

  @Test
  void aServerDrainsUntilItsBalancerSaysSoAndIsThenStopped() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));

    mind.hear(read(0, 0, "zone1@9", List.of(), List.of("zone1-1")));
    assertThat(mind.told()).containsExactly("server-draining zone1-1");
    assertThat(mind.committed()).isEqualTo(1);
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
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.DRAINING)));

    mind.later(Duration.ZERO);
    mind.later(Samples.DRAIN_TIMEOUT.minusMillis(1));
    assertThat(mind.did()).doesNotContain("stop zone1-1");
    mind.later(Duration.ofMillis(1));

    assertThat(mind.did()).contains("stop zone1-1");
  }

  @Test
  void anExitIsRecordedAtOnceAndOnlyOnce() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));

    mind.hear(exited("zone1-1"));
    mind.hear(exited("zone1-1"));
    mind.readBack();
    mind.hear(exited("zone1-1"));

    assertThat(mind.told()).containsExactly("server-exited zone1-1");
  }

  @Test
  void theExitOfAServerThatIsBeingStoppedIsPartOfItsStop() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.DRAINING)));
    mind.later(Duration.ZERO);
    mind.later(Samples.DRAIN_TIMEOUT);

    mind.hear(exited("zone1-1"));
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("server-stopped zone1-1");
  }

  @Test
  void aServerThatExitsWhileItDrainsIsRemovedWithoutAFurtherCommand() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.DRAINING)));

    mind.hear(exited("zone1-1"));
    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told()).containsExactly("server-exited zone1-1", "server-stopped zone1-1");
  }

  @Test
  void aStopThatFailsIsTriedAgainLater() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.DEAD)));
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
            journal(
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
  void aServerThatStartedAfterTheListingWasAskedForIsNotLost() {
    Provisioner mind = new Provisioner();
    mind.later(Duration.ZERO);
    mind.hear(read(0, 0, "zone1@1", List.of("zone1-1"), List.of()));
    mind.hear(up("zone1-1"));

    mind.hear(new Input.Listed(List.of(), true));

    assertThat(mind.told()).containsExactly("server-started zone1-1");
  }

  @Test
  void aStrayServerIsStoppedOnceItWasSeenTwiceAndEveryCommandWasRead() {
    Provisioner mind = new Provisioner();
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
    Provisioner mind = new Provisioner();
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
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));

    mind.hear(
        new Input.Reported(server("zone1-1"), "refused"),
        new Input.Reported(server("zone1-1"), "refused"),
        new Input.Reported(server("zone1-2"), "refused"));

    assertThat(mind.told()).containsExactly("server-reported zone1-1");
  }

  @Test
  void aBalancerIsRecordedWhenItComesGoesAndComesBack() {
    Provisioner mind = new Provisioner();
    Input answers =
        new Input.BalancerAnswers(
            ZONE1, URI.create("http://127.0.0.1:3030"), URI.create("http://127.0.0.1:5050"));
    Input silent = new Input.BalancerSilent(ZONE1, "refused");

    mind.hear(silent, answers, answers, silent, silent, answers);

    assertThat(mind.told())
        .containsExactly("balancer-started zone1", "balancer-lost zone1", "balancer-started zone1");
  }

  @Test
  void anotherZonesBalancerInTheZonesPlaceIsToldOnceAndIsOverOnceItIsGone() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    Input foreign = new Input.BalancerForeign(ZONE1, "http://127.0.0.1:5050 serves zone2");
    Input answers =
        new Input.BalancerAnswers(
            ZONE1, URI.create("http://127.0.0.1:3030"), URI.create("http://127.0.0.1:5050"));
    Input silent = new Input.BalancerSilent(ZONE1, "refused");

    mind.hear(answers, foreign, foreign, answers, foreign, silent, silent);

    assertThat(mind.told())
        .containsExactly(
            "balancer-started zone1",
            "balancer-lost zone1",
            "condition-raised foreign-balancer",
            "balancer-started zone1",
            "condition-cleared foreign-balancer",
            "balancer-lost zone1",
            "condition-raised foreign-balancer",
            "condition-cleared foreign-balancer");
  }

  @Test
  void whatNobodyAsksAboutAnyMoreIsOverWithTheMonitorThatAsked() {
    Provisioner with = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    with.hear(new Input.BalancerForeign(ZONE1, "it serves zone2"), new Input.ListFailed("away"));
    with.readBack();
    Provisioner without =
        new Provisioner(
            TermSettings.of(new Epoch(8), Set.of(new ZoneId("zone2")), Map.of()), with.journal());

    without.later(Duration.ZERO);

    assertThat(with.told())
        .containsExactly("condition-raised foreign-balancer", "condition-raised fleet-unreachable");
    assertThat(without.told())
        .containsExactlyInAnyOrder(
            "condition-raised zone-not-configured",
            "condition-cleared foreign-balancer",
            "condition-cleared fleet-unreachable");
  }

  @Test
  void aServerThatTheJournalDoesNotKnowAndThatCantBeRemovedIsToldOnce() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    Input stray =
        new Input.Listed(
            List.of(new Instance(server("zone1-1"), true), new Instance(server("zone1-9"), true)),
            true);
    mind.later(Duration.ZERO);
    mind.hear(stray);
    mind.later(TermSettings.SECOND_LOOK);
    mind.hear(stray);

    for (int attempt = 0; attempt < 6; attempt++) {
      mind.hear(new Input.StopFailed(server("zone1-9"), "device busy"));
      mind.later(TermSettings.STOP_RETRY_MAX);
      mind.hear(stray);
      mind.readBack();
    }
    assertThat(mind.told()).containsExactly("condition-raised server-stuck");

    mind.hear(new Input.Stopped(server("zone1-9")));

    assertThat(mind.told())
        .containsExactly("condition-raised server-stuck", "condition-cleared server-stuck");
  }

  @Test
  void aHealthPathThatIsNoneFailsTheServersThatAreMadeOfItAndNobodyElse() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.STARTING)));
    mind.somebodyWrites(unaskable(2));

    mind.hear(
        read(0, 0, "zone1@9", List.of("zone1-2"), List.of()),
        read(0, 1, "zone2@9", List.of("zone2-1"), List.of()));

    assertThat(mind.did()).containsExactly("start zone2-1");
    assertThat(mind.told()).containsExactly("command-failed zone1-2");
    assertThat(((CommandFailed) mind.facts.getFirst()).reason())
        .isEqualTo(
            "its template's health path '/x?{id}' can't be asked: expected the path of a URI");
  }

  @Test
  void aServerThatAnEarlierReleaseStartedWithSuchAPathIsStoppedAndItsCommandFailed() {
    Provisioner mind = new Provisioner();
    mind.somebodyWrites(new ZoneDeclared(ZONE1, mind.now, Actor.CONFIGURATION));
    mind.somebodyWrites(unaskable(1));
    mind.somebodyWrites(
        new ServerStarted(
            ZONE1,
            mind.now,
            server("zone1-1"),
            CommandId.of("zone1@3"),
            URI.create("http://127.0.0.1:5001"),
            "handle",
            new Epoch(6)));

    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.did()).containsExactly("stop zone1-1");
    assertThat(mind.told()).containsExactly("command-failed zone1-1");
  }

  @Test
  void noHealthPathLeadsToAnotherHost() {
    assertThat(ServerLifecycle.health(URI.create("http://127.0.0.1:5001"), "//10.0.0.9:8080/x"))
        .contains(URI.create("http://127.0.0.1:5001//10.0.0.9:8080/x"));
  }

  @Test
  void aServerThatCantBeRemovedIsToldOnceIsTriedAgainWithGrowingPausesAndIsOverWhenItIsGone() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.DEAD)));
    mind.hear(read(0, 0, "zone1@9", List.of(), List.of("zone1-1")));
    for (int attempt = 0; attempt < 12; attempt++) {
      mind.hear(new Input.StopFailed(server("zone1-1"), "device busy, attempt " + attempt));
      mind.later(TermSettings.STOP_RETRY_MAX);
    }
    long minutes = 5;
    mind.effects.clear();
    for (int second = 0; second < 60 * minutes; second++) {
      mind.hear(new Input.StopFailed(server("zone1-1"), "device busy"));
      mind.later(Duration.ofSeconds(1));
    }
    assertThat(mind.did()).filteredOn("stop zone1-1"::equals).hasSizeLessThan(4);
    assertThat(mind.told()).containsExactly("condition-raised server-stuck");

    mind.hear(new Input.Stopped(server("zone1-1")));

    assertThat(mind.told())
        .containsExactly(
            "condition-raised server-stuck",
            "server-stopped zone1-1",
            "condition-cleared server-stuck");
  }

  @Test
  void aFleetThatDoesNotAnswerIsToldForItsZonesOnceAndOnceWhenItDoesAgain() {
    Provisioner mind =
        new Provisioner(
            journal(life("zone1-1", ServerState.READY), life("zone2-1", ServerState.READY)));
    List<Instance> near = List.of(new Instance(server("zone2-1"), true));
    Input half = new Input.Listed(Listing.of(near, Set.of(new ZoneId("zone2"))), true);
    mind.later(Duration.ZERO);

    mind.hear(half, half, new Input.ListFailed("no route"), half);
    mind.hear(
        new Input.Listed(List.of(new Instance(server("zone1-1"), true), near.getFirst()), true));

    assertThat(mind.told())
        .containsExactly(
            "condition-raised fleet-unreachable",
            "condition-raised fleet-unreachable",
            "condition-cleared fleet-unreachable",
            "condition-cleared fleet-unreachable");
    assertThat(mind.facts.stream().map(FleetEvent::zone).map(ZoneId::value))
        .containsExactly("zone1", "zone2", "zone2", "zone1");
  }

  @Test
  void aZoneThatIsMissingInThisMonitorsFileIsToldOnceAndOverWithAMonitorThatHasIt() {
    Provisioner without = new Provisioner(journal(life("zone4-1", ServerState.READY)));
    without.later(Duration.ZERO);
    without.hear(new Input.Listed(Listing.of(List.of(), Set.of()), true));
    without.later(Duration.ofMinutes(1));
    without.readBack();
    assertThat(without.told()).containsExactly("condition-raised zone-not-configured");

    TermSettings terms = TermSettings.of(new Epoch(8), Set.of(new ZoneId("zone4")), Map.of());
    Provisioner with = new Provisioner(terms, without.journal());
    with.later(Duration.ZERO);

    assertThat(with.told()).containsExactly("condition-cleared zone-not-configured");
  }

  @Test
  void aWallClockThatIsSetMovesNoDeadline() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.DRAINING)));
    mind.later(Duration.ZERO);
    mind.set(Samples.NOW.plus(Duration.ofDays(400)));
    mind.later(Samples.DRAIN_TIMEOUT.minusMillis(1));
    assertThat(mind.did()).doesNotContain("stop zone1-1");

    mind.set(Samples.NOW.minus(Duration.ofDays(400)));
    mind.later(Duration.ofMillis(1));

    assertThat(mind.did()).contains("stop zone1-1");
  }

  @Test
  void whatAFleetSaysIsCutToWhatAFactCanHold() {
    Provisioner mind = new Provisioner();
    mind.hear(read(0, 0, "zone1@3", List.of("zone1-1"), List.of()));

    mind.hear(new Input.StartFailed(server("zone1-1"), "x".repeat(2_000_000)));

    assertThat(((CommandFailed) mind.facts.getFirst()).reason())
        .hasSize(Step.SENTENCE_MAX)
        .endsWith("x…");
  }

  private static FleetEvent unaskable(int revision) {
    ServerTemplate template =
        new ServerTemplate(
            "image",
            Collections.emptySortedMap(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(60),
            Samples.DRAIN_TIMEOUT,
            "/x?{id}",
            ContainerTemplate.DEFAULT);
    return new TemplateChanged(
        ZONE1, Samples.NOW, revision, template, Actor.CONFIGURATION, Optional.empty());
  }
}
