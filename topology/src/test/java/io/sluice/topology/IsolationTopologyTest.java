package io.sluice.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.Limits;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.RawRecord;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolationTopologyTest {
  private static final ZonePolicy POLICY = ZonePolicy.DEFAULT.with(Limits.NONE);
  private static final Actor ALICE = new Actor("alice");
  private static final ZoneId ZONE = new ZoneId("zone1");

  @TempDir private Path directory;
  @TempDir private Path after;

  @Test
  void aFactOfUnknownTypeStopsItsZoneAndNoOther() {
    try (Loop loop = new Loop(directory)) {
      ZoneId stopped = loop.zone("zone1", POLICY);
      ZoneId other = loop.zone("zone2", POLICY);
      loop.rawFact(key(stopped), frozen(stopped));
      loop.rawFact(key(stopped), frozen(stopped));

      loop.fact(new ManualScaleRequested(stopped, loop.now(), 3, Optional.empty(), ALICE));
      loop.fact(new ManualScaleRequested(other, loop.now(), 3, Optional.empty(), ALICE));
      loop.pass(Duration.ofSeconds(2));

      assertThat(loop.commands()).filteredOn(it -> it.zone().equals(stopped)).hasSize(1);
      assertThat(loop.commands()).filteredOn(it -> it.zone().equals(other)).hasSize(2);
      assertThat(loop.deadLetters()).isEmpty();
      assertThat(loop.state(stopped).progress().stopped())
          .hasValueSatisfying(where -> {
            assertThat(where.offset()).isEqualTo(8);
            assertThat(where.what()).contains("'server-frozen'", "must not skip facts");
            assertThat(where.mend()).contains("run the release that wrote it");
          });
      assertThat(conditions(loop))
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionRaised.class,
              raised -> {
                assertThat(raised.zone()).isEqualTo(stopped);
                assertThat(raised.condition().kind()).isEqualTo(ConditionKind.NEWER_RECORD);
                assertThat(raised.condition().offset()).contains(8L);
              });
    }
  }

  @Test
  void aValueOfALaterReleaseStopsItsZoneInsteadOfBeingSkipped() {
    try (Loop loop = new Loop(directory)) {
      ZoneId zone = loop.zone("zone1", POLICY);
      String policy =
          new String(
              Topics.FLEET_EVENT.encode(new PolicyChanged(zone, loop.now(), 2, POLICY, ALICE)),
              UTF_8);
      loop.rawFact(
          key(zone),
          policy
              .replace("\"version\":2", "\"version\":9")
              .replaceAll("\"victims\":\"[a-z-]*\"", "\"victims\":\"most-loaded\"")
              .getBytes(UTF_8));

      assertThat(loop.deadLetters()).isEmpty();
      assertThat(loop.state(zone).progress().stopped())
          .hasValueSatisfying(
              where -> assertThat(where.what()).contains("policy-changed of version 9"));
    }
  }

  @Test
  void aStateThatWouldNotFitStopsItsZoneAndNoOther() {
    try (Loop loop = new Loop(directory)) {
      ZoneId full = loop.zone("zone1", POLICY);
      ZoneId other = loop.zone("zone2", POLICY);
      loop.fact(
          new ServerStarted(
              full,
              loop.now(),
              full.server(7),
              new CommandId(full, 0),
              URI.create("http://127.0.0.1:5007"),
              "x".repeat(17_000_000),
              new Epoch(1)));
      loop.fact(new ManualScaleRequested(other, loop.now(), 3, Optional.empty(), ALICE));

      assertThat(conditions(loop))
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionRaised.class,
              raised -> {
                assertThat(raised.condition().kind()).isEqualTo(ConditionKind.TOO_LARGE);
                assertThat(raised.condition().what()).contains("bytes: expected");
              });
      assertThat(loop.commands().getLast().zone()).isEqualTo(other);
      assertThat(loop.state(full).zone().servers()).doesNotContainKey(full.server(7));
    }
  }

  @Test
  void veryManyServersAreStartedInCommandsThatFit() {
    try (Loop loop = new Loop(directory)) {
      ZoneId zone =
          loop.zone("zone1", new ZonePolicy(1, 100_000, Duration.ofSeconds(10), List.of()));
      loop.fact(new ManualScaleRequested(zone, loop.now(), 80_000, Optional.empty(), ALICE));
      loop.pass(Duration.ofSeconds(8));

      List<ScaleCommand> commands = loop.commands();
      assertThat(commands).allSatisfy(it -> assertThat(it.start()).hasSizeLessThanOrEqualTo(5_000));
      assertThat(commands.stream().mapToInt(it -> it.start().size()).sum()).isEqualTo(20_000);
      assertThat(commands.getLast().to()).isEqualTo(20_000);
      assertThat(loop.state(zone).progress().stopped()).isEmpty();
    }
  }

  @Test
  void aReleaseThatCanReadItGoesOnWhereTheZoneStopped() {
    ZoneId zone = new ZoneId("zone1");
    Map<ZoneId, ZoneState> kept;
    Instant end;
    long unknown;
    try (Loop loop = new Loop(directory)) {
      loop.zone("zone1", POLICY);
      loop.rawFact(key(zone), frozen(zone));
      kept = loop.changelog();
      end = loop.now();
      unknown = loop.state(zone).progress().stopped().orElseThrow().offset();
    }
    Past past =
        new Past(
            List.of(
                raw(unknown, end, key(zone), encode(asked(zone, 3))),
                raw(unknown + 1, end, key(new ZoneId("zone2")), encode(asked(zone, 2))),
                raw(unknown + 2, end, key(zone), "garbage".getBytes(UTF_8)),
                raw(unknown + 3, end, key(zone), encode(asked(zone, 2)))),
            List.of());

    try (Loop loop = new Loop(after, end, past)) {
      loop.restore(kept);
      for (int i = 0; i < 6; i++) {
        loop.rawFact(new byte[0], new byte[0]);
      }
      loop.fact(new ZoneDeclared(zone, end, Actor.CONFIGURATION));

      assertThat(loop.commands())
          .extracting(command -> command.id().offset())
          .containsExactly(unknown, unknown + 3);
      assertThat(loop.state(zone).progress().stopped()).isEmpty();
      assertThat(conditions(loop))
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionCleared.class,
              cleared -> assertThat(cleared.kind()).isEqualTo(ConditionKind.NEWER_RECORD));
    }
  }

  @Test
  void aStateOfALaterReleaseIsLeftAsItIs() {
    ZoneId zone = new ZoneId("zone1");
    try (Loop loop = new Loop(directory)) {
      loop.zone("zone2", POLICY);
      byte[] later = "{\"zone\":{\"id\":\"zone1\"},\"shape\":\"unheard of\"}".getBytes(UTF_8);
      loop.zones().put(zone, later);

      loop.fact(new ZoneDeclared(zone, loop.now(), Actor.CONFIGURATION));
      loop.fact(new ZoneDeclared(zone, loop.now(), Actor.CONFIGURATION));
      loop.pass(Duration.ofSeconds(2));

      assertThat(new String(loop.zones().get(zone), UTF_8)).startsWith("{\"waiting\":");
      assertThat(conditions(loop))
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionRaised.class,
              raised -> assertThat(raised.condition().what()).contains("of a later release"));
      assertThat(loop.observations(new ZoneId("zone2"))).isEmpty();
    }
  }

  @Test
  void whatIsReadAgainChangesNothing() {
    Written written = written();

    try (Loop loop = new Loop(after, written.end, new Past(written.journal, List.of()))) {
      keep(loop, written);
      written.facts.forEach(loop::fact);

      assertThat(loop.commands()).as("the offsets of the group were lost").isEmpty();
      assertThat(loop.state(ZONE)).isEqualTo(written.kept.get(ZONE));
      assertThat(conditions(loop)).isEmpty();
    }
  }

  /** A journal of an older back-up, beside the states of what was decided later. */
  @Test
  void aJournalThatIsNotTheOneOfTheStateStopsItsZonesAndSaysSo() {
    Written written = written();
    List<RawRecord> younger =
        written.journal.stream()
            .map(it -> raw(it.offset(), written.end.plusSeconds(60), key(ZONE), Past.value(it)))
            .toList();

    for (List<RawRecord> other : List.of(List.<RawRecord>of(), younger)) {
      try (Loop loop = new Loop(after, written.end, new Past(other, List.of()))) {
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
                      .contains("decided on up to journal offset " + (written.journal.size() - 1));
                });
        assertThat(loop.commands()).allMatch(it -> it.zone().equals(new ZoneId("zone2")));
        assertThat(loop.commands()).isNotEmpty();
      }
    }
  }

  /** A broker that took over shows its last records a moment late. */
  @Test
  void aJournalThatIsTheOneOfTheStateAfterAllIsGoneOnWith() {
    Written written = written();
    List<RawRecord> shown = new ArrayList<>();

    try (Loop loop = new Loop(after, written.end, new Past(shown, List.of()))) {
      keep(loop, written);
      loop.fact(written.facts.getFirst());
      assertThat(loop.state(ZONE).progress().stopped()).isPresent();
      shown.addAll(written.journal);
      written.facts.stream().skip(1).forEach(loop::fact);
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
    Written written = written();
    RawRecord first = raw(40, written.end, key(ZONE), encode(asked(ZONE, 2)));

    try (Loop loop = new Loop(after, written.end, new Past(List.of(first), List.of()))) {
      keep(loop, written);
      for (int offset = 0; offset < 50; offset++) {
        loop.rawFact(new byte[0], new byte[0]);
      }
      loop.fact(new ZoneDeclared(ZONE, written.end, Actor.CONFIGURATION));

      List<FleetEvent> told = conditions(loop);
      assertThat(told)
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionRaised.class,
              raised -> {
                assertThat(raised.condition().kind()).isEqualTo(ConditionKind.FACTS_MISSING);
                assertThat(raised.condition().what())
                    .contains("offsets %d to 39 of".formatted(written.journal.size()));
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
          .extracting(IsolationTopologyTest::inWords)
          .containsExactlyInAnyOrder("newer-record is over", "facts-missing");
      assertThat(loop.commands()).extracting(it -> it.id().offset()).containsExactly(20L);
    }
  }

  /** The state was lost, and with it that the zone stood still. */
  @Test
  void aStopThatIsOverIsOverWhoeverFoldedBehindIt() {
    Written written = written();
    List<RawRecord> journal = new ArrayList<>(written.journal);
    Condition stop =
        new Condition(ConditionKind.FOLD_FAILED, Optional.empty(), "what", Optional.of(2L), "mend");
    journal.add(
        raw(
            journal.size(),
            written.end,
            key(ZONE),
            encode(new ConditionRaised(ZONE, written.end, stop))));

    try (Loop loop = new Loop(after, written.end, new Past(journal, List.of()))) {
      for (int offset = 0; offset < journal.size(); offset++) {
        loop.rawFact(new byte[0], new byte[0]);
      }
      loop.fact(new ZoneDeclared(ZONE, written.end, Actor.CONFIGURATION));
      loop.fact(new ZoneDeclared(ZONE, written.end, Actor.CONFIGURATION));

      assertThat(conditions(loop))
          .singleElement()
          .isInstanceOfSatisfying(
              ConditionCleared.class,
              cleared -> assertThat(cleared.kind()).isEqualTo(ConditionKind.FOLD_FAILED));
    }
  }

  /** What a loop has read and kept. */
  private record Written(
      List<FleetEvent> facts, List<RawRecord> journal, Map<ZoneId, ZoneState> kept, Instant end) {}

  private Written written() {
    List<FleetEvent> facts = new ArrayList<>();
    List<RawRecord> journal = new ArrayList<>();
    try (Loop loop = new Loop(directory)) {
      facts.add(new ZoneDeclared(ZONE, loop.now(), Actor.CONFIGURATION));
      facts.add(new PolicyChanged(ZONE, loop.now(), 1, POLICY, Actor.CONFIGURATION));
      for (int servers : new int[] {3, 1, 3}) {
        facts.add(new ManualScaleRequested(ZONE, loop.now(), servers, Optional.empty(), ALICE));
      }
      for (FleetEvent fact : facts) {
        journal.add(raw(journal.size(), loop.now(), key(ZONE), encode(fact)));
        loop.fact(fact);
      }
      assertThat(loop.commands()).hasSize(4);
      return new Written(facts, journal, loop.changelog(), loop.now());
    }
  }

  private static void keep(Loop loop, Written written) {
    written.kept.forEach((id, state) ->
        loop.zones()
            .put(id, new io.sluice.schemas.codec.JsonCodec<>(ZoneState.class).encode(state)));
  }

  @Test
  void aZoneThatStandsStillAndIsReadAgainIsNotTakenForOneThatGoesOn() {
    ZoneId zone = new ZoneId("zone1");
    Map<ZoneId, ZoneState> kept;
    try (Loop loop = new Loop(directory)) {
      loop.fact(new ZoneDeclared(zone, loop.now(), Actor.CONFIGURATION));
      loop.rawFact(key(zone), frozen(zone));
      assertThat(conditions(loop)).hasSize(1);
      kept = loop.changelog();
    }

    try (Loop loop = new Loop(after)) {
      kept.forEach((id, state) ->
          loop.zones()
              .put(id, new io.sluice.schemas.codec.JsonCodec<>(ZoneState.class).encode(state)));
      loop.fact(new ZoneDeclared(zone, loop.now(), Actor.CONFIGURATION));
      loop.rawFact(key(zone), frozen(zone));
      assertThat(conditions(loop)).as("the offsets of the group were lost").isEmpty();

      loop.fact(new ManualScaleRequested(zone, loop.now(), 3, Optional.empty(), ALICE));
      assertThat(conditions(loop)).isEmpty();
      assertThat(loop.commands()).isEmpty();
      assertThat(loop.state(zone).progress().stopped())
          .isEqualTo(kept.get(zone).progress().stopped());
    }
  }

  @Test
  void aLostStateIsMadeAgainAndNoCommandIsWrittenTwice() {
    ZoneId zone = new ZoneId("zone1");
    List<RawRecord> journal = new ArrayList<>();
    List<RawRecord> commands = new ArrayList<>();
    ZoneState before;
    Instant end;
    try (Loop loop = new Loop(directory)) {
      for (FleetEvent fact :
          List.of(
              new ZoneDeclared(zone, loop.now(), Actor.CONFIGURATION),
              new PolicyChanged(zone, loop.now(), 1, POLICY, Actor.CONFIGURATION),
              new ManualScaleRequested(zone, loop.now(), 3, Optional.empty(), ALICE),
              new ManualScaleRequested(zone, loop.now(), 1, Optional.empty(), ALICE))) {
        journal.add(raw(journal.size(), loop.now(), key(zone), encode(fact)));
        loop.fact(fact);
      }
      for (ScaleCommand command : loop.commands()) {
        commands.add(
            raw(
                commands.size(),
                command.at(),
                key(zone),
                Topics.SCALE_COMMANDS.value().encode(command)));
      }
      before = loop.state(zone);
      end = loop.now();
    }

    // The group's offsets are gone as well: the journal is read from its beginning.
    try (Loop loop = new Loop(after, end, new Past(journal, commands))) {
      journal.forEach(record -> loop.rawFact(key(zone), Past.value(record)));

      assertThat(loop.commands()).isEmpty();
      assertThat(loop.state(zone)).isEqualTo(before);
      loop.fact(new ManualScaleRequested(zone, loop.now(), 2, Optional.empty(), ALICE));
      assertThat(loop.commands()).hasSize(1);
      assertThat(loop.commands().getFirst().start()).containsExactly(zone.server(4));
    }
  }

  @Test
  void aServerWithAnAddressThatNobodyCanUseIsNoMember() {
    try (Loop loop = new Loop(directory)) {
      ZoneId zone = loop.zone("zone1", POLICY);
      int told = loop.membership(zone).size();
      assertThat(told).isEqualTo(1);
      loop.fact(
          new ServerStarted(
              zone,
              loop.now(),
              zone.server(8),
              new CommandId(zone, 0),
              URI.create("http://my_host:80"),
              "pid",
              new Epoch(1)));
      loop.fact(new FleetEvent.ServerReady(zone, loop.now(), zone.server(8)));

      assertThat(loop.membership(zone)).isEmpty();
      assertThat(loop.state(zone).progress().stopped()).isEmpty();
    }
  }

  private static FleetEvent asked(ZoneId zone, int servers) {
    return new ManualScaleRequested(zone, Loop.START, servers, Optional.empty(), ALICE);
  }

  private static List<FleetEvent> conditions(Loop loop) {
    return loop.observationRecords().stream()
        .map(TestRecord::value)
        .filter(fact -> fact instanceof ConditionRaised || fact instanceof ConditionCleared)
        .toList();
  }

  private static String inWords(FleetEvent fact) {
    return fact instanceof ConditionCleared cleared
        ? cleared.kind() + " is over"
        : ((ConditionRaised) fact).condition().kind().name();
  }

  private static byte[] frozen(ZoneId zone) {
    return ("{\"type\":\"server-frozen\",\"version\":1,\"zone\":\""
            + zone
            + "\",\"at\":\"2026-01-01T00:00:00Z\"}")
        .getBytes(UTF_8);
  }

  private static byte[] key(ZoneId zone) {
    return Topics.ZONE_KEY.encode(zone);
  }

  private static byte[] encode(FleetEvent fact) {
    return Topics.FLEET_EVENT.encode(fact);
  }

  private static RawRecord raw(long offset, Instant time, byte[] key, byte[] value) {
    return new RawRecord(0, offset, time, key, value, new TreeMap<>());
  }
}
