package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.command;
import static io.sluice.provisioner.Samples.journal;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.provisioner.fleet.Started;
import io.sluice.provisioner.plan.TermStart.Declaration;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.fleet.ZoneLife.Stage;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.secret.SecretName;
import io.sluice.schemas.secret.SecretUse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ZoneLifeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final ZoneId ZONE1 = new ZoneId("zone1");
  private static final ZoneId SHOP = new ZoneId("shop");
  private static final Actor EVA = new Actor("eva");
  private static final Input RETIRE = new Input.Requested(new Change.Retire(ZONE1, EVA));
  private static final Input DECLARE =
      new Input.Requested(
          new Change.Declare(SHOP, ZonePolicy.DEFAULT, Samples.template(SECOND, SECOND), EVA));

  private final Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));

  @Test
  void aZoneIsDeclaredWhenAllThatMakesItUpIsKnown() {
    Outcome outcome = mind.hear(DECLARE);

    assertThat(mind.told())
        .containsExactly("policy-changed shop", "template-changed shop", "zone-declared shop");
    assertThat(outcome.rulings())
        .containsExactly(
            new ChangeResult.Recorded(
                new ZoneDeclared(SHOP, mind.now, EVA), 2, ZonePolicy.DEFAULT));
    assertThat(mind.view().zone(SHOP).life().requested()).isTrue();
  }

  @Test
  void itsServersAreRunThoughNoConfigurationHasIt() {
    mind.hear(DECLARE);
    mind.readBack();

    mind.hear(
        new Input.CommandRead(new Place(0, 0), command("shop@3", List.of("shop-1"), List.of())));

    assertThat(mind.did()).contains("start shop-1");
  }

  @Test
  void aMonitorWhoseEnginesAreGivenByNameDeclaresNone() {
    Provisioner named =
        new Provisioner(
            new TermSettings(new Epoch(7), Set.of(ZONE1), false, new TreeMap<>(), SECOND, SECOND),
            journal(life("zone1-1", ServerState.READY)));

    Outcome outcome = named.hear(DECLARE);

    assertThat(outcome.facts()).isEmpty();
    assertThat(outcome.rulings()).singleElement().isInstanceOf(ChangeResult.NotRunnable.class);
  }

  @Test
  void oneOfItsOwnFileThatWasRetiredMayComeBack() {
    Provisioner named =
        new Provisioner(
            new TermSettings(
                new Epoch(7), Set.of(ZONE1, SHOP), false, new TreeMap<>(), SECOND, SECOND),
            journal(life("zone1-1", ServerState.READY)));

    assertThat(named.hear(DECLARE).rulings())
        .singleElement()
        .isInstanceOf(ChangeResult.Recorded.class);
  }

  @Test
  void whetherAZoneCouldBeDeclaredIsAskedWithoutAFact() {
    Change.Declare good =
        new Change.Declare(SHOP, ZonePolicy.DEFAULT, Samples.template(SECOND, SECOND), EVA);
    Change.Declare secretless =
        new Change.Declare(
            SHOP,
            ZonePolicy.DEFAULT,
            good.template()
                .with(List.of(SecretUse.asFile(new SecretName("db-password"), "db-password"))),
            EVA);

    Outcome may = mind.hear(new Input.Requested(new Change.MayDeclare(good)));
    Outcome mayNot = mind.hear(new Input.Requested(new Change.MayDeclare(secretless)));

    assertThat(may.rulings()).containsExactly(new ChangeResult.Unchanged(0));
    assertThat(mayNot.rulings()).singleElement().isInstanceOf(ChangeResult.NoSuchSecret.class);
    assertThat(mind.facts).isEmpty();
  }

  @Test
  void aZoneThatIsThereIsNotDeclaredAgain() {
    mind.hear(DECLARE);

    Outcome again = mind.hear(DECLARE);

    assertThat(again.facts()).isEmpty();
    assertThat(again.rulings()).containsExactly(new ChangeResult.AtStage(Stage.DECLARED));
  }

  @Test
  void aZoneIsRetiredWhenItsLastServerHasFinishedAndIsGone() {
    mind.hear(RETIRE);
    mind.readBack();
    mind.hear(
        new Input.CommandRead(new Place(0, 0), command("zone1@9", List.of(), List.of("zone1-1"))));
    mind.later(SECOND);
    assertThat(mind.view().zone(ZONE1).life().retiring()).isTrue();

    mind.somebodyWrites(new ServerDrained(ZONE1, mind.now, server("zone1-1")));
    mind.later(SECOND);
    assertThat(mind.told()).doesNotContain("zone-retired zone1");
    mind.hear(new Input.Stopped(server("zone1-1")));
    mind.later(SECOND);
    mind.later(SECOND);

    assertThat(mind.told())
        .containsExactly(
            "zone-retiring zone1",
            "server-draining zone1-1",
            "server-stopped zone1-1",
            "zone-retired zone1");
  }

  @Test
  void whatIsAskedTwiceIsDoneOnce() {
    Outcome first = mind.hear(RETIRE);
    Outcome second = mind.hear(RETIRE);

    assertThat(first.facts()).hasSize(1);
    assertThat(second.facts()).isEmpty();
    assertThat(second.rulings()).containsExactly(new ChangeResult.AtStage(Stage.RETIRING));
    assertThat(retired().hear(RETIRE).rulings())
        .containsExactly(new ChangeResult.AtStage(Stage.RETIRED));
  }

  @Test
  void aZoneOnItsWayOutTakesNoChanges() {
    mind.hear(RETIRE);

    Outcome outcome =
        mind.hear(
            new Input.Requested(new Change.Scale(ZONE1, 3, Optional.empty(), EVA)),
            new Input.Requested(
                new Change.SetPolicy(ZONE1, ZonePolicy.DEFAULT, Optional.empty(), EVA)),
            new Input.Requested(
                new Change.Declare(ZONE1, ZonePolicy.DEFAULT, Samples.TEMPLATE, EVA)));

    assertThat(outcome.facts()).isEmpty();
    assertThat(outcome.rulings()).hasSize(3).containsOnly(new ChangeResult.AtStage(Stage.RETIRING));
  }

  @Test
  void aStartThatWasCommandedBeforeFailsAndOneUnderWayIsWaitedFor() {
    mind.hear(
        new Input.CommandRead(new Place(0, 0), command("zone1@8", List.of("zone1-2"), List.of())));
    mind.hear(RETIRE);
    mind.hear(
        new Input.CommandRead(
            new Place(0, 1), command("zone1@9", List.of("zone1-3"), List.of("zone1-1"))));
    mind.hear(new Input.Stopped(server("zone1-1")));
    mind.later(SECOND);

    assertThat(mind.told()).contains("command-failed zone1-3").doesNotContain("zone-retired zone1");
    mind.hear(
        new Input.ServerUp(
            server("zone1-2"),
            new Started(Samples.address(server("zone1-2")), "pid", Optional.empty())));
    mind.later(SECOND);
    assertThat(mind.told()).contains("server-started zone1-2").doesNotContain("zone-retired zone1");
  }

  @Test
  void aCommandThatIsReadWhenTheZoneIsGoneStartsNothing() {
    Provisioner gone = retired();

    gone.hear(
        new Input.CommandRead(new Place(0, 0), command("zone1@8", List.of("zone1-7"), List.of())));

    assertThat(gone.did()).doesNotContain("start zone1-7");
    assertThat(gone.told()).contains("command-failed zone1-7");
  }

  @Test
  void nothingIsToldOfAZoneThatIsGoneButWhoLeads() {
    Provisioner gone = retired();
    int facts = gone.facts.size();

    gone.hear(
        new Input.BalancerAnswers(
            ZONE1, URI.create("http://127.0.0.1:3030"), URI.create("http://127.0.0.1:5050")),
        new Input.BalancerSilent(ZONE1, "refused"),
        new Input.BalancerForeign(ZONE1, "it serves zone2"),
        new Input.ListFailed("away"));
    gone.later(Duration.ofMinutes(1));

    assertThat(gone.facts.subList(facts, gone.facts.size())).isEmpty();
  }

  @Test
  void whatStillRunsOfAZoneThatIsGoneIsStopped() {
    Provisioner gone = retired();
    Input left = new Input.Listed(Listing.of(List.of(new Instance(server("zone1-1"), true))), true);
    gone.later(Duration.ofMinutes(1));
    gone.hear(left);
    gone.later(TermSettings.SECOND_LOOK);
    gone.hear(left);

    assertThat(gone.did()).contains("stop zone1-1");
  }

  @Test
  void aFileDoesNotDeclareAZoneThatTheJournalHasRetired() {
    for (Fleet fleet : List.of(retired().view(), retiring().view())) {
      TermStart next =
          TermStart.of(
              fleet,
              List.of(new Declaration(ZONE1, ZonePolicy.DEFAULT, Samples.TEMPLATE)),
              new MonitorId(1),
              URI.create("http://127.0.0.1:8080"),
              Samples.NOW);

      assertThat(next.facts().stream().map(Provisioner::describe))
          .containsExactly("leader-elected zone1");
      assertThat(next.notes()).singleElement().matches(Note::warning);
    }
  }

  @Test
  void aNameThatWasRetiredIsDeclaredAgainWithRevisionsThatCountOn() {
    Provisioner again = retired();
    again.readBack();

    again.hear(
        new Input.Requested(new Change.Declare(ZONE1, ZonePolicy.DEFAULT, Samples.TEMPLATE, EVA)));
    again.readBack();

    assertThat(again.fleet().zone(ZONE1).templateRevision()).isEqualTo(2);
    assertThat(again.fleet().zone(ZONE1).rollout()).isEmpty();
    assertThat(again.fleet().zone(ZONE1).declared()).isTrue();
  }

  private static Provisioner retiring() {
    Provisioner going = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    going.hear(RETIRE);
    going.readBack();
    return going;
  }

  private static Provisioner retired() {
    Provisioner going = retiring();
    going.hear(
        new Input.CommandRead(new Place(0, 5), command("zone1@9", List.of(), List.of("zone1-1"))));
    going.somebodyWrites(new ServerDrained(ZONE1, going.now, server("zone1-1")));
    going.hear(new Input.Stopped(server("zone1-1")));
    going.later(SECOND);
    assertThat(going.view().zone(ZONE1).life().retired()).isTrue();
    assertThat(Map.copyOf(going.view().zone(ZONE1).servers())).isEmpty();
    return going;
  }
}
