package io.sluice.topology;

import static io.sluice.topology.IsolationTopologyTest.asked;
import static io.sluice.topology.IsolationTopologyTest.conditions;
import static io.sluice.topology.IsolationTopologyTest.encode;
import static io.sluice.topology.IsolationTopologyTest.frozen;
import static io.sluice.topology.IsolationTopologyTest.keep;
import static io.sluice.topology.IsolationTopologyTest.key;
import static io.sluice.topology.IsolationTopologyTest.raw;
import static io.sluice.topology.IsolationTopologyTest.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.topology.IsolationTopologyTest.Written;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.RawRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that was cut, or is not the one of which the zones' state was made. */
class JournalCutTopologyTest {
  private static final ZonePolicy POLICY = ZonePolicy.DEFAULT.with(Limits.NONE);
  private static final ZoneId ZONE = new ZoneId("zone1");

  @TempDir private Path directory;
  @TempDir private Path after;

  /** A journal of an older back-up, beside the states of what was decided later. */
  @Test
  void aJournalThatIsNotTheOneOfTheStateStopsItsZonesAndSaysSo() {
    Written written = written(directory);
    List<RawRecord> younger =
        written.journal().stream()
            .map(it -> raw(it.offset(), written.end().plusSeconds(60), key(ZONE), Past.value(it)))
            .toList();

    for (List<RawRecord> other : List.of(List.<RawRecord>of(), younger)) {
      try (Loop loop = new Loop(after, written.end(), new Past(other, List.of()))) {
        keep(loop, written);
        loop.fact(asked(ZONE, 2));
        loop.fact(asked(ZONE, 3));
        loop.zone("zone2", POLICY);
        loop.pass(Duration.ofSeconds(2));

        assertThat(conditions(loop))
            .singleElement()
            .isInstanceOfSatisfying(
                ConditionRaised.class,
                raised -> {
                  assertThat(raised.condition().kind()).isEqualTo(ConditionKind.OTHER_JOURNAL);
                  assertThat(raised.condition().what())
                      .contains(
                          "decided on up to journal offset " + (written.journal().size() - 1));
                });
        assertThat(loop.commands()).allMatch(it -> it.zone().equals(new ZoneId("zone2")));
        assertThat(loop.commands()).isNotEmpty();
      }
    }
  }

  /** A broker that took over shows its last records a moment late. */
  @Test
  void aJournalThatIsTheOneOfTheStateAfterAllIsGoneOnWith() {
    Written written = written(directory);
    List<RawRecord> shown = new ArrayList<>();

    try (Loop loop = new Loop(after, written.end(), new Past(shown, List.of()))) {
      keep(loop, written);
      loop.fact(written.facts().getFirst());
      assertThat(loop.state(ZONE).progress().stopped()).isPresent();
      shown.addAll(written.journal());
      written.facts().stream().skip(1).forEach(loop::fact);
      loop.fact(asked(ZONE, 1));

      assertThat(loop.state(ZONE).progress().stopped()).isEmpty();
      assertThat(conditions(loop))
          .hasSize(2)
          .last()
          .isInstanceOfSatisfying(
              ConditionCleared.class,
              cleared -> assertThat(cleared.kind()).isEqualTo(ConditionKind.OTHER_JOURNAL));
      assertThat(loop.commands()).isNotEmpty();
    }
  }

  @Test
  void factsThatWereCutOffBeforeTheyWereDecidedOnAreSaidUntilSomebodyGivesAnOrder() {
    Written written = written(directory);
    RawRecord first = raw(40, written.end(), key(ZONE), encode(asked(ZONE, 2)));

    try (Loop loop = new Loop(after, written.end(), new Past(List.of(first), List.of()))) {
      keep(loop, written);
      for (int offset = 0; offset < 50; offset++) {
        loop.rawFact(new byte[0], new byte[0]);
      }
      loop.fact(new ZoneDeclared(ZONE, written.end(), Actor.CONFIGURATION));

      List<FleetEvent> told = conditions(loop);
      assertThat(told)
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionRaised.class,
              raised -> {
                assertThat(raised.condition().kind()).isEqualTo(ConditionKind.FACTS_MISSING);
                assertThat(raised.condition().what())
                    .contains("offsets %d to 39 of".formatted(written.journal().size()));
              });
      loop.fact(told.getFirst());
      loop.fact(new PolicyChanged(ZONE, loop.now(), 2, POLICY, Actor.CONFIGURATION));
      assertThat(conditions(loop)).isEmpty();

      loop.fact(asked(ZONE, 1));

      assertThat(loop.commands()).isNotEmpty();
      assertThat(conditions(loop))
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionCleared.class,
              cleared -> assertThat(cleared.kind()).isEqualTo(ConditionKind.FACTS_MISSING));
    }
  }

  @Test
  void aFactThatIsGoneAtWhichAZoneStoodIsSaidWhenItGoesOn() {
    Map<ZoneId, ZoneState> kept;
    Instant end;
    try (Loop loop = new Loop(directory)) {
      loop.zone("zone1", POLICY);
      loop.rawFact(key(ZONE), frozen(ZONE));
      kept = loop.changelog();
      end = loop.now();
    }
    RawRecord first = raw(20, end, key(ZONE), encode(asked(ZONE, 3)));

    try (Loop loop = new Loop(after, end, new Past(List.of(first), List.of()))) {
      loop.restore(kept);
      for (int i = 0; i < 20; i++) {
        loop.rawFact(new byte[0], new byte[0]);
      }
      loop.fact(new ZoneDeclared(ZONE, end, Actor.CONFIGURATION));

      assertThat(conditions(loop))
          .extracting(JournalCutTopologyTest::inWords)
          .containsExactlyInAnyOrder("newer-record is over", "facts-missing");
      assertThat(loop.commands()).extracting(it -> it.id().offset()).containsExactly(20L);
    }
  }

  /** The state was lost, and with it that the zone stood still. */
  @Test
  void aStopThatIsOverIsOverWhoeverFoldedBehindIt() {
    Written written = written(directory);
    List<RawRecord> journal = new ArrayList<>(written.journal());
    Condition stop =
        new Condition(ConditionKind.FOLD_FAILED, Optional.empty(), "what", Optional.of(2L), "mend");
    journal.add(
        raw(
            journal.size(),
            written.end(),
            key(ZONE),
            encode(new ConditionRaised(ZONE, written.end(), stop))));

    try (Loop loop = new Loop(after, written.end(), new Past(journal, List.of()))) {
      for (int offset = 0; offset < journal.size(); offset++) {
        loop.rawFact(new byte[0], new byte[0]);
      }
      loop.fact(new ZoneDeclared(ZONE, written.end(), Actor.CONFIGURATION));
      loop.fact(new ZoneDeclared(ZONE, written.end(), Actor.CONFIGURATION));

      assertThat(conditions(loop))
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionCleared.class,
              cleared -> assertThat(cleared.kind()).isEqualTo(ConditionKind.FOLD_FAILED));
    }
  }

  private static String inWords(FleetEvent fact) {
    return fact instanceof ConditionCleared cleared
        ? cleared.kind() + " is over"
        : ((ConditionRaised) fact).condition().kind().name();
  }

  @Test
  void anOrderAfterMissingFactsHoldsWhateverItsRevisionAndALateOneEndsNothing() {
    Written written = written(directory);
    RawRecord first = raw(40, written.end(), key(ZONE), encode(asked(ZONE, 2)));
    ZonePolicy ordered = new ZonePolicy(2, 2, POLICY.window(), POLICY.rules()).with(Limits.NONE);
    Actor somebody = new Actor("alice");

    try (Loop loop = new Loop(after, written.end(), new Past(List.of(first), List.of()))) {
      keep(loop, written);
      for (int offset = 0; offset < 50; offset++) {
        loop.rawFact(new byte[0], new byte[0]);
      }
      loop.fact(new ZoneDeclared(ZONE, written.end(), Actor.CONFIGURATION));
      loop.fact(conditions(loop).getFirst());

      loop.fact(new PolicyChanged(ZONE, loop.now(), 1, ordered, somebody));
      assertThat(conditions(loop)).as("a revision that the zone has had").isEmpty();
      loop.fact(new PolicyChanged(ZONE, loop.now(), 6, ordered, somebody));

      assertThat(conditions(loop)).singleElement().isInstanceOf(ConditionCleared.class);
      assertThat(loop.state(ZONE).zone().policyRevision()).isEqualTo(6);
      assertThat(loop.state(ZONE).desired()).isEqualTo(2);
    }
  }
}
