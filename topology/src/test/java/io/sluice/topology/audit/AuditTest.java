package io.sluice.topology.audit;

import static io.sluice.topology.audit.Story.START;
import static io.sluice.topology.audit.Story.ZONE;
import static io.sluice.topology.audit.Story.elect;
import static io.sluice.topology.audit.Story.load;
import static io.sluice.topology.audit.Story.tell;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerExited;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.Verdict.Difference;
import io.sluice.topology.audit.Verdict.Kind;
import io.sluice.topology.audit.Verdict.Stopped;
import io.sluice.topology.audit.Verdict.Verified;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.history.RawRecord;
import java.util.Collections;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AuditTest {
  private static final ZoneId OTHER = new ZoneId("zone2");
  private static final int FIRST = 0;
  private static final int GROWTH = 1;

  private final Tape tape = Story.story();

  @Test
  void anHonestHistoryIsVerifiedAndCounted() {
    assertThat(Audit.of(tape, false))
        .isEqualTo(
            new Verified(
                new Counts(
                    tape.journal.size(),
                    0,
                    tape.journal.size() - 1,
                    1,
                    new Counts.Commands(3, 3, 0, 0),
                    new Counts.Checkpoints(tape.checkpoints.size(), tape.checkpoints.size()))));
  }

  @Test
  void aZoneThatWasRetiredAndDeclaredAgainIsVerified() {
    Actor eva = new Actor("eva");
    Story.tell(tape, new ZoneRetiring(Story.ZONE, Story.START, eva));
    Story.elect(tape, 3);
    Story.tell(tape, new ServerStopped(Story.ZONE, Story.START, Story.ZONE.server(2), "drained"));
    Story.tell(tape, new ServerStopped(Story.ZONE, Story.START, Story.ZONE.server(3), "drained"));
    Story.tell(tape, new ZoneRetired(Story.ZONE, Story.START));
    Story.elect(tape, 4);
    Story.tell(tape, new PolicyChanged(Story.ZONE, Story.START, 2, ZonePolicy.DEFAULT, eva));
    Story.tell(tape, new ZoneDeclared(Story.ZONE, Story.START, eva));
    Story.start(tape, 4);

    assertThat(Audit.of(tape, false)).isInstanceOf(Verified.class);
    assertThat(tape.state(Story.ZONE).zone().servers()).containsOnlyKeys(Story.ZONE.server(4));
  }

  @Test
  void aZoneThatIsGoneBeforeItsServersIsADifference() {
    Story.tell(tape, new ZoneRetiring(Story.ZONE, Story.START, new Actor("eva")));
    Story.tell(tape, new ZoneRetired(Story.ZONE, Story.START));

    assertThat(difference(Kind.DISCONTINUITY).sentence()).contains("2 servers are left");
  }

  @Test
  void anAlteredCommandIsShownBesideTheExpectedOne() {
    tape.change(GROWTH, command -> AuditPropertyTest.with(command, 3, command.foldVersion()));

    Difference difference = difference(Kind.ALTERED);

    assertThat(difference.sentence())
        .isEqualTo("command zone1@9 is recorded with another content than the journal gives");
    assertThat(difference.offset()).isEqualTo(9);
    assertThat(difference.cause().orElseThrow()).contains("\"type\":\"load-observed\"");
    assertThat(difference.expected().orElseThrow()).contains("\"to\":2");
    assertThat(difference.found().orElseThrow()).contains("\"to\":3");
    assertThat(difference.counts().ofCommands().recomputed()).isEqualTo(1);
  }

  @Test
  void aRemovedCommandIsMissed() {
    tape.commands.remove(GROWTH);

    Difference difference = difference(Kind.REMOVED);

    assertThat(difference.sentence()).isEqualTo("command zone1@9 is not recorded");
    assertThat(difference.found()).isEmpty();
  }

  @Test
  void aCommandForWhichThereWasNoReasonIsNoticed() {
    tape.commands.add(
        GROWTH, Tape.raw(7, AuditPropertyTest.withId(tape.command(FIRST), new CommandId(ZONE, 3))));

    assertThat(difference(Kind.ADDED).sentence())
        .startsWith("command zone1@3 is recorded, but nothing was to be done: ");
  }

  @Test
  void aCommandWithoutAFactIsNoticed() {
    tape.commands.add(
        Tape.raw(7, AuditPropertyTest.withId(tape.command(FIRST), new CommandId(ZONE, 1_000))));

    assertThat(difference(Kind.CAUSE_MISSING).sentence())
        .isEqualTo("command zone1@1000 is recorded, but the journal has no fact of its zone there");
  }

  @Test
  void aRepeatedCommandIsNoticed() {
    tape.commands.add(GROWTH, tape.commands.get(FIRST));

    assertThat(difference(Kind.REPEATED).found()).isPresent();
  }

  @Test
  void commandsInTheWrongOrderAreNoticed() {
    Collections.swap(tape.commands, FIRST, GROWTH);

    assertThat(difference(Kind.REORDERED).sentence())
        .isEqualTo("command zone1@2 stands behind commands that were given after it");
  }

  @Test
  void aCommandThatCannotBeReadIsADifference() {
    tape.put(GROWTH, "{\"id\":".getBytes(UTF_8));

    assertThat(difference(Kind.MALFORMED).sentence())
        .startsWith("the command at offset 1 of its partition can't be read: ");
  }

  @Test
  void aFactTakenFromTheMiddleLeavesAGapInItsWritersNumbers() {
    tape.journal.remove(5);

    assertThat(difference(Kind.SEQUENCE).sentence())
        .isEqualTo("fact 2 of /observe/a stands where its fact 1 is expected: 1 fact is missing");
  }

  @Test
  void withoutNumbersTheLivesOfServersShowThatAFactIsMissing() {
    withoutNumbers();
    tape.journal.remove(3);

    assertThat(difference(Kind.DISCONTINUITY).sentence())
        .startsWith("server zone1-1 is not known: ");
  }

  @Test
  void withoutNumbersTheTermsShowThatAnElectionIsMissing() {
    elect(tape, 3);
    withoutNumbers();
    tape.journal.removeIf(raw -> text(raw).contains("\"epoch\":2"));

    assertThat(difference(Kind.DISCONTINUITY).sentence()).startsWith("epoch 3 does not follow 1");
  }

  @Test
  void withoutNumbersACommandShowsThatItsCauseIsMissing() {
    withoutNumbers();
    tape.journal.removeIf(raw -> text(raw).contains("server-reported"));

    assertThat(difference(Kind.CAUSE_MISSING).sentence()).contains("the journal has no fact");
  }

  @Test
  void whatHonestWritersMayDoIsNoObjection() {
    tell(tape, new ServerReported(ZONE, START, ZONE.server(2), "connection refused"));
    tell(tape, new ServerReported(ZONE, START, ZONE.server(2), "connection refused"));
    // The leader had not read the report yet.
    tell(
        tape,
        new ServerExited(ZONE, START, ZONE.server(2), Optional.of(137), false, "exit code 137"));
    tell(tape, new ServerStopped(ZONE, START, ZONE.server(2), "remains removed"));
    tell(tape, new ServerReported(ZONE, START, ZONE.server(2), "connection refused"));
    tell(tape, new ServerDrained(ZONE, START, ZONE.server(2)));

    assertThat(Audit.of(tape, true)).isInstanceOf(Verified.class);
  }

  @Test
  void commandsOfTheLastFactsArePendingUnlessTheHistoryIsSaidToBeComplete() {
    tape.commands.removeLast();

    assertThat(Audit.of(tape, false))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> assertThat(verified.counts().ofCommands().pending()).isEqualTo(1));
    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Difference.class, difference -> assertThat(difference.kind()).isEqualTo(Kind.REMOVED));
  }

  @Test
  void aCommandIsNotPendingForEver() {
    tape.commands.removeLast();
    for (int i = 0; i < Audit.PENDING_OBSERVATIONS_MAX; i++) {
      load(tape, 50);
    }

    assertThat(difference(Kind.REMOVED).cause().orElseThrow()).contains("server-reported");
  }

  @Test
  void aRecordThatNeverWasAFactIsCountedAndPassedOver() {
    tape.raw(START, "zone1".getBytes(UTF_8), "no JSON".getBytes(UTF_8), new TreeMap<>());
    load(tape, 50);

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.counts().malformed()).isEqualTo(1));
  }

  @Test
  void aFactOfUnknownTypeStopsTheAuditOfItsZoneAndOfNoOther() {
    byte[] later = "{\"type\":\"server-blessed\",\"zone\":\"zone1\"}".getBytes(UTF_8);
    tape.raw(START, "zone1".getBytes(UTF_8), later, new TreeMap<>());
    load(tape, 50);

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Stopped.class,
            stopped ->
                assertThat(stopped.sentence())
                    .contains("partition 3", "newer-record", "'server-blessed'"));

    tell(tape, new ZoneDeclared(OTHER, START, Actor.CONFIGURATION));
    tell(tape, new PolicyChanged(OTHER, START, 1, ZonePolicy.DEFAULT, Actor.CONFIGURATION));
    tape.commands.removeLast();
    assertThat(difference(Kind.REMOVED, true).zone()).contains(OTHER);
  }

  /** Its command would have been too large, or its rules failed: it says so, and gives none. */
  @Test
  void aZoneThatStandsStillByItsOwnWordMissesNoCommand() {
    long offset = standStill();
    for (int i = 0; i < 2 * Audit.PENDING_OBSERVATIONS_MAX; i++) {
      load(tape, 90);
      dropCommandsFrom(offset);
    }
    tell(tape, new ZoneDeclared(OTHER, START, Actor.CONFIGURATION));
    tell(tape, new PolicyChanged(OTHER, START, 1, ZonePolicy.DEFAULT, Actor.CONFIGURATION));

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Stopped.class,
            stopped -> {
              assertThat(stopped.stops())
                  .containsExactly(
                      new Verdict.Stop(
                          ZONE,
                          Tape.PARTITION,
                          offset,
                          ConditionKind.TOO_LARGE,
                          "it is too large"));
              assertThat(stopped.counts().ofCommands().pending()).isZero();
            });
  }

  @Test
  void aCommandThatIsMissingBeforeAZoneStoodStillIsMissed() {
    tape.commands.removeLast();
    long offset = standStill();
    dropCommandsFrom(offset);

    assertThat(difference(Kind.REMOVED, true).offset()).isLessThan(offset);
    // A running cluster may have given it between the looks at the ends of the two topics.
    assertThat(Audit.of(tape, false)).isInstanceOf(Stopped.class);
    for (int i = 0; i <= Audit.PENDING_OBSERVATIONS_MAX; i++) {
      load(tape, 50);
      dropCommandsFrom(offset);
    }
    assertThat(difference(Kind.REMOVED, false).offset()).isLessThan(offset);
  }

  @Test
  void aZoneThatHasGotOverItsStopMustHaveGivenAllCommands() {
    long offset = standStill();
    load(tape, 90);
    tell(tape, new ConditionCleared(ZONE, START, ConditionKind.TOO_LARGE, Optional.empty()));
    dropCommandsFrom(offset);

    assertThat(difference(Kind.REMOVED, true).offset()).isEqualTo(offset);
    assertThat(Audit.of(tape, false))
        .isInstanceOfSatisfying(
            Verified.class,
            verified -> assertThat(verified.counts().ofCommands().pending()).isPositive());
    for (int i = 0; i <= Audit.PENDING_OBSERVATIONS_MAX; i++) {
      load(tape, 90);
      dropCommandsFrom(offset);
    }
    assertThat(difference(Kind.REMOVED, false).offset()).isEqualTo(offset);
  }

  /** While a zone stands still, others of its partition are decided on; then it catches up. */
  @Test
  void commandsThatAZoneGaveWhenItCaughtUpStandBehindLaterOnesOfOtherZones() {
    load(tape, 90);
    RawRecord late = tape.commands.removeLast();
    tell(tape, new ZoneDeclared(OTHER, START, Actor.CONFIGURATION));
    tell(tape, new PolicyChanged(OTHER, START, 1, ZonePolicy.DEFAULT, Actor.CONFIGURATION));
    tape.commands.add(late);
    load(tape, 50);

    assertThat(Audit.of(tape, true)).isInstanceOf(Verified.class);
  }

  /** Gives a command, takes it away, and has the zone say that it stands still there. */
  private long standStill() {
    int before = tape.commands.size();
    tell(tape, new ServerReported(ZONE, START, ZONE.server(3), "connection refused"));
    long offset = tape.journal.getLast().offset();
    assertThat(tape.commands).hasSize(before + 1);
    tape.commands.removeLast();
    tell(
        tape,
        new ConditionRaised(
            ZONE,
            START,
            new Condition(
                ConditionKind.TOO_LARGE,
                Optional.empty(),
                "it is too large",
                Optional.of(offset),
                "mend")));
    return offset;
  }

  private void dropCommandsFrom(long offset) {
    tape.commands.removeIf(raw ->
        Topics.SCALE_COMMANDS
                .value()
                .decode(Tape.value(raw))
                .orElseThrow(IllegalStateException::new)
                .id()
                .offset()
            >= offset);
  }

  @Test
  void aCommandOfOtherRulesMustFollowFromItsEvidence() {
    int other = Decide.FOLD_VERSION + 1;
    tape.change(FIRST, command -> AuditPropertyTest.with(command, command.to(), other));
    tape.change(GROWTH, command -> AuditPropertyTest.with(command, 3, other));

    assertThat(difference(Kind.UNFOUNDED).sentence())
        .contains("of decision rules %d".formatted(other))
        .endsWith("number of servers after the limiters: is 3, expected 2");
  }

  @Test
  void zonesThatShareAPartitionAreToldApart() {
    tell(tape, new ZoneDeclared(OTHER, START, Actor.CONFIGURATION));
    tell(tape, new PolicyChanged(OTHER, START, 1, ZonePolicy.DEFAULT, Actor.CONFIGURATION));
    load(tape, 50);

    assertThat(Audit.of(tape, true))
        .isInstanceOfSatisfying(
            Verified.class, verified -> assertThat(verified.counts().zones()).isEqualTo(2));
  }

  @Test
  void commandsComeBeforeFacts() {
    Audit audit = Audit.fromTheBeginning();
    audit.fact(tape.journal.getFirst());

    assertThatThrownBy(() -> audit.command(tape.commands.getFirst()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected all commands before");
  }

  private Difference difference(Kind kind) {
    return difference(kind, false);
  }

  private Difference difference(Kind kind, boolean complete) {
    Verdict verdict = Audit.of(tape, complete);
    assertThat(verdict)
        .isInstanceOfSatisfying(
            Difference.class, difference -> assertThat(difference.kind()).isEqualTo(kind));
    return (Difference) verdict;
  }

  private void withoutNumbers() {
    tape.journal.replaceAll(raw ->
        new RawRecord(
            raw.partition(),
            raw.offset(),
            raw.time(),
            Topics.ZONE_KEY.encode(ZONE),
            Tape.value(raw),
            new TreeMap<>()));
  }

  private static String text(RawRecord raw) {
    return new String(Tape.value(raw), UTF_8);
  }
}
