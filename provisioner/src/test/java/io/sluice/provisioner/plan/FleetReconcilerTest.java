package io.sluice.provisioner.plan;

import static io.sluice.provisioner.Samples.journal;
import static io.sluice.provisioner.Samples.life;
import static io.sluice.provisioner.Samples.server;
import static io.sluice.provisioner.plan.Inputs.exited;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.fleet.Exit;
import io.sluice.provisioner.fleet.Instance;
import io.sluice.provisioner.fleet.Listing;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.ZoneId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetReconcilerTest {
  @Test
  void aServerThatTheFleetLostHasExited() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    mind.later(Duration.ZERO);

    mind.hear(new Input.Listed(List.of(), true));
    mind.later(TermSettings.END_WORD_MAX);

    assertThat(mind.told()).containsExactly("server-exited zone1-1");
  }

  @Test
  void howAServerEndedIsRecordedAlthoughAListingIsFasterThanTheWordOfIt() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    mind.later(Duration.ZERO);
    mind.hear(new Input.Listed(List.of(new Instance(server("zone1-1"), false)), true));
    mind.later(TermSettings.END_WORD_MAX.minusMillis(1));
    assertThat(mind.told()).isEmpty();

    mind.hear(exited("zone1-1"));
    mind.later(TermSettings.END_WORD_MAX);

    assertThat(mind.facts)
        .singleElement()
        .isInstanceOfSatisfying(
            FleetEvent.ServerExited.class,
            fact -> {
              assertThat(fact.exitCode()).contains(137);
              assertThat(fact.reason()).isEqualTo("killed");
            });
  }

  @Test
  void aFleetIsAskedOnceHowAServerEndedThatItListsAsEnded() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    Input ended = new Input.Listed(List.of(new Instance(server("zone1-1"), false)), true);
    mind.later(Duration.ZERO);
    mind.hear(ended, ended);
    assertThat(mind.did()).filteredOn("ask zone1-1"::equals).hasSize(1);

    mind.hear(
        new Input.HowEnded(
            server("zone1-1"),
            Optional.of(new Exit(server("zone1-1"), Optional.of(3), false, "out of luck"))));
    mind.later(TermSettings.END_WORD_MAX);

    assertThat(mind.facts)
        .singleElement()
        .isInstanceOfSatisfying(
            FleetEvent.ServerExited.class, fact -> assertThat(fact.exitCode()).contains(3));
  }

  @Test
  void aServerThatTheNextListingShowsToRunHasNotEnded() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    mind.later(Duration.ZERO);

    mind.hear(new Input.Listed(List.of(), true));
    mind.hear(new Input.HowEnded(server("zone1-1"), Optional.empty()));
    mind.hear(new Input.Listed(List.of(new Instance(server("zone1-1"), true)), true));
    mind.later(TermSettings.END_WORD_MAX);

    assertThat(mind.told()).isEmpty();
  }

  @Test
  void aSilentEngineDoesNotKeepAnEndThatWasSeenFromBeingTold() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    mind.later(Duration.ZERO);

    mind.hear(new Input.Listed(List.of(), true));
    mind.hear(new Input.Listed(Listing.of(List.of(), Set.of(new ZoneId("zone2"))), true));
    mind.later(TermSettings.END_WORD_MAX);

    assertThat(mind.told()).contains("server-exited zone1-1");
  }

  @Test
  void aServerThatWasRenamedRunsOnWhateverHasItsName() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    Listing impostor =
        Listing.of(List.of(new Instance(server("zone1-1"), true)))
            .with(
                List.of(
                    new Listing.Bearer(server("zone1-1"), "an impostor", true),
                    new Listing.Bearer(server("zone1-1"), "handle-zone1-1", true)));
    mind.later(Duration.ZERO);

    mind.hear(new Input.Listed(impostor, true));
    mind.hear(
        new Input.Exited(
            new Exit(server("zone1-1"), Optional.of(0), false, "ended").of("an impostor")));
    assertThat(mind.told()).isEmpty();

    mind.hear(
        new Input.Exited(
            new Exit(server("zone1-1"), Optional.of(0), false, "ended").of("handle-zone1-1")));
    assertThat(mind.told()).containsExactly("server-exited zone1-1");
  }

  @Test
  void whatHasAServersNameAndIsAnotherOneIsNotTheServer() {
    Provisioner mind = new Provisioner(journal(life("zone1-1", ServerState.READY)));
    Input impostor =
        new Input.Listed(
            Listing.of(List.of(new Instance(server("zone1-1"), true)))
                .with(List.of(new Listing.Bearer(server("zone1-1"), "an impostor", true))),
            true);
    mind.later(Duration.ZERO);

    mind.hear(impostor);
    mind.later(TermSettings.END_WORD_MAX);

    assertThat(mind.told()).containsExactly("server-exited zone1-1");
    assertThat(mind.did()).doesNotContain("stop zone1-1");
  }
}
