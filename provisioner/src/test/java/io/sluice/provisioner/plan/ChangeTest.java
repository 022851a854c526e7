package io.sluice.provisioner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.provisioner.Samples;
import io.sluice.provisioner.plan.TermStart.Declaration;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Direction;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChangeTest {
  private static final ZoneId ZONE1 = new ZoneId("zone1");
  private static final ZoneId ZONE9 = new ZoneId("zone9");
  private static final Actor EVA = new Actor("eva");

  private final Provisioner mind = new Provisioner(declared());

  @Test
  void aPolicyBecomesTheNextRevisionOfWhoeverSetIt() {
    Outcome outcome = mind.hear(set(policy(5)));

    PolicyChanged fact = new PolicyChanged(ZONE1, mind.now, 2, policy(5), EVA);
    assertThat(outcome.facts()).containsExactly(fact);
    assertThat(outcome.rulings()).containsExactly(new ChangeResult.Recorded(fact, 0, policy(5)));
  }

  @Test
  void changesThatWereNotReadBackYetCountForTheNextRevision() {
    mind.hear(set(policy(5)), set(policy(6)));
    mind.hear(set(policy(7)));

    assertThat(revisions()).containsExactly(2, 3, 4);
    mind.readBack();
    assertThat(mind.fleet().zone(ZONE1).policy()).isEqualTo(policy(7));
    assertThat(mind.fleet().zone(ZONE1).policyRevision()).isEqualTo(4);
  }

  @Property
  void revisionsRiseByOneHoweverChangesAndReadingAreMixed(
      @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 4) Integer> steps) {
    Provisioner fresh = new Provisioner(declared());
    for (int step : steps) {
      if (step == 4) {
        fresh.readBack();
      } else {
        fresh.hear(set(policy(step + 3)), set(policy(step + 3)));
      }
    }
    fresh.readBack();

    List<Integer> revisions = revisions(fresh);
    for (int i = 0; i < revisions.size(); i++) {
      assertThat(revisions.get(i)).isEqualTo(i + 2);
    }
    assertThat(fresh.fleet().zone(ZONE1).policyRevision()).isEqualTo(revisions.size() + 1);
  }

  @Test
  void aPolicyThatHoldsAlreadyIsNoNewFact() {
    Outcome outcome = mind.hear(set(ZonePolicy.DEFAULT));

    assertThat(outcome.facts()).isEmpty();
    assertThat(outcome.rulings()).containsExactly(new ChangeResult.Unchanged(1));
  }

  @Test
  void whoeverBelievesInAnEarlierRevisionIsToldTheOneThatHolds() {
    mind.hear(set(policy(5)));

    Outcome outcome = mind.hear(set(policy(6), 1), set(policy(5), 1), set(policy(6), 2));

    PolicyChanged fact = new PolicyChanged(ZONE1, mind.now, 3, policy(6), EVA);
    assertThat(outcome.rulings())
        .containsExactly(
            new ChangeResult.Outdated(2),
            new ChangeResult.Outdated(2),
            new ChangeResult.Recorded(fact, 0, policy(6)));
    assertThat(revisions()).containsExactly(2, 3);
  }

  @Test
  void aZoneThatIsNotThereIsNotInvented() {
    Outcome outcome =
        mind.hear(
            new Input.Requested(new Change.SetPolicy(ZONE9, policy(5), Optional.empty(), EVA)),
            new Input.Requested(new Change.Scale(ZONE9, 2, Optional.empty(), EVA)),
            new Input.Requested(new Change.Pause(ZONE9, Direction.BOTH, Optional.empty(), EVA)),
            new Input.Requested(new Change.Resume(ZONE9, Direction.BOTH, EVA)));

    assertThat(outcome.facts()).isEmpty();
    assertThat(outcome.rulings())
        .hasSize(4)
        .containsOnly(new ChangeResult.NoSuchZone(new TreeSet<>(List.of(ZONE1))));
    assertThat(mind.view().zones()).containsOnlyKeys(ZONE1);
  }

  @Test
  void scalingPausesAndResumptionsAreFactsInTheOrderInWhichTheyWereAskedFor() {
    Optional<Instant> until = Optional.of(mind.now.plusSeconds(60));

    Outcome outcome =
        mind.hear(
            new Input.Requested(new Change.Scale(ZONE1, 9, until, EVA)),
            new Input.Reported(Samples.server("zone1-1"), "unknown"),
            new Input.Requested(new Change.Pause(ZONE1, Direction.IN, Optional.empty(), EVA)),
            new Input.Requested(new Change.Resume(ZONE1, Direction.BOTH, EVA)));

    FleetEvent scaled = new ManualScaleRequested(ZONE1, mind.now, 9, until, EVA);
    FleetEvent paused = new ScalingPaused(ZONE1, mind.now, Direction.IN, Optional.empty(), EVA);
    FleetEvent resumed = new ScalingResumed(ZONE1, mind.now, Direction.BOTH, EVA);
    assertThat(outcome.facts()).containsExactly(scaled, paused, resumed);
    assertThat(outcome.rulings())
        .containsExactly(
            new ChangeResult.Recorded(scaled, 0, ZonePolicy.DEFAULT),
            new ChangeResult.Recorded(paused, 1, ZonePolicy.DEFAULT),
            new ChangeResult.Recorded(resumed, 2, ZonePolicy.DEFAULT));
  }

  @Test
  void whatWouldEndNowOrEarlierIsRefused() {
    Outcome outcome =
        mind.hear(
            new Input.Requested(new Change.Scale(ZONE1, 2, Optional.of(mind.now), EVA)),
            new Input.Requested(
                new Change.Pause(
                    ZONE1, Direction.OUT, Optional.of(mind.now.minusSeconds(1)), EVA)));

    assertThat(outcome.facts()).isEmpty();
    assertThat(outcome.rulings())
        .containsExactly(new ChangeResult.Past(mind.now), new ChangeResult.Past(mind.now));
  }

  private static Input set(ZonePolicy policy) {
    return new Input.Requested(new Change.SetPolicy(ZONE1, policy, Optional.empty(), EVA));
  }

  private static Input set(ZonePolicy policy, int ifRevision) {
    return new Input.Requested(new Change.SetPolicy(ZONE1, policy, Optional.of(ifRevision), EVA));
  }

  private static ZonePolicy policy(int max) {
    return new ZonePolicy(1, max, Duration.ofSeconds(10), ZonePolicy.DEFAULT.rules());
  }

  private List<Integer> revisions() {
    return revisions(mind);
  }

  private static List<Integer> revisions(Provisioner mind) {
    return mind.facts.stream()
        .filter(PolicyChanged.class::isInstance)
        .map(fact -> ((PolicyChanged) fact).revision())
        .toList();
  }

  private static JournalState declared() {
    JournalState state = JournalState.EMPTY;
    for (FleetEvent fact :
        TermStart.of(
                state.fleet(),
                List.of(new Declaration(ZONE1, ZonePolicy.DEFAULT, Samples.TEMPLATE)),
                new MonitorId(1),
                URI.create("http://127.0.0.1:8080"),
                Samples.NOW)
            .facts()) {
      state = state.apply(new JournalRecord(0, Samples.NOW, fact));
    }
    return state;
  }
}
