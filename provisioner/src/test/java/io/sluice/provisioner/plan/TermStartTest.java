package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.plan.TermStart.Declaration;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Fleet;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TermStartTest {
  private static final Declaration ZONE1 =
      new Declaration(new ZoneId("zone1"), ZonePolicy.DEFAULT, Samples.TEMPLATE);
  private static final Declaration ZONE2 =
      new Declaration(new ZoneId("zone2"), ZonePolicy.DEFAULT, Samples.TEMPLATE);

  @Test
  void theFirstLeaderDeclaresTheZonesOfItsConfiguration() {
    TermStart first = inaugurate(Fleet.EMPTY, ZONE1, ZONE2);

    assertThat(first.epoch()).isEqualTo(new Epoch(1));
    assertThat(first.facts().stream().map(Provisioner::describe))
        .containsExactly(
            "zone-declared zone1",
            "policy-changed zone1",
            "template-changed zone1",
            "zone-declared zone2",
            "policy-changed zone2",
            "template-changed zone2",
            "leader-elected zone1",
            "leader-elected zone2");
    assertThat(first.notes()).isEmpty();
  }

  @Test
  void aLaterLeaderDeclaresOnlyWhatIsNewAndLeadsEveryZone() {
    Fleet fleet = after(inaugurate(Fleet.EMPTY, ZONE1));

    TermStart second = inaugurate(fleet, ZONE2);

    assertThat(second.epoch()).isEqualTo(new Epoch(2));
    assertThat(second.facts().stream().map(Provisioner::describe))
        .containsExactly(
            "zone-declared zone2",
            "policy-changed zone2",
            "template-changed zone2",
            "leader-elected zone1",
            "leader-elected zone2");
  }

  @Test
  void theJournalsPolicyWinsAndTheDifferenceIsTold() {
    Fleet fleet = after(inaugurate(Fleet.EMPTY, ZONE1));
    Declaration other =
        new Declaration(
            ZONE1.zone(),
            new ZonePolicy(2, 9, Duration.ofSeconds(10), List.of()),
            Samples.template(Duration.ofSeconds(1), Duration.ofSeconds(1)));

    TermStart second = inaugurate(fleet, other);

    assertThat(second.facts().stream().map(Provisioner::describe))
        .containsExactly("leader-elected zone1");
    assertThat(second.notes()).hasSize(2).allMatch(Note::warning);
  }

  @Test
  void theFactsOfTakingOfficeFitTheJournal() {
    Fleet fleet = after(inaugurate(Fleet.EMPTY, ZONE1, ZONE2));

    for (FleetEvent fact : inaugurate(fleet, ZONE1, ZONE2).facts()) {
      assertThat(fleet.zone(fact.zone()).objection(fact)).isEmpty();
    }
  }

  private static TermStart inaugurate(Fleet fleet, Declaration... declarations) {
    return TermStart.of(
        fleet,
        List.of(declarations),
        new MonitorId(3),
        URI.create("http://127.0.0.1:8082"),
        Samples.NOW);
  }

  private static Fleet after(TermStart inauguration) {
    Fleet fleet = Fleet.EMPTY;
    for (FleetEvent fact : inauguration.facts()) {
      fleet = fleet.apply(new JournalRecord(0, Samples.NOW, fact));
    }
    return fleet;
  }
}
