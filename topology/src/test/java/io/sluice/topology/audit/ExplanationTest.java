package io.sluice.topology.audit;

import static io.sluice.topology.audit.Story.START;
import static io.sluice.topology.audit.Story.ZONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.event.FleetEvent.ZoneRetired;
import io.sluice.schemas.event.FleetEvent.ZoneRetiring;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Explanation.Result.Explained;
import io.sluice.topology.audit.Explanation.Result.NotFound;
import io.sluice.topology.audit.NewestCommands.Wanted;
import io.sluice.topology.audit.Replay.Result.Moment;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final CommandId GROWTH = new CommandId(ZONE, 9);

  private final Tape tape = Story.story();

  @Test
  void aCommandIsExplainedInTheOrderInWhichItWasWeighed() {
    Explanation explanation = explained(Explanation.of(tape, GROWTH));

    assertThat(explanation.command()).contains(GROWTH);
    assertThat(explanation.recorded()).isTrue();
    assertThat(explanation.sentences())
        .containsExactly(
            "zone1@9, 2026-01-01T00:00:06Z: load-observed, weighed by policy revision 1",
            "load: cpu 90; 1 of 1 ready server reported",
            "rule threshold cpu wishes for 2: cpu 90 % is above 70: one more than 1",
            "largest wish: 2",
            "outcome: from 1 to 2 servers, starts zone1-2; command zone1@9",
            "because: cpu 90 % is above 70: one more than 1");
  }

  @Test
  void aFactOfWhichNothingCameIsExplainedToo() {
    Explanation explanation = explained(Explanation.of(tape, new CommandId(ZONE, 8)));

    assertThat(explanation.command()).isEmpty();
    assertThat(explanation.from()).isEqualTo(1);
    assertThat(explanation.to()).isEqualTo(1);
    assertThat(explanation.sentences())
        .contains("outcome: stays at 1 server; no command", "largest wish: 1");
  }

  @Test
  void atATimeTheLastObservationBeforeItIsExplained() {
    // Two seconds after the observation two other facts stand in the journal.
    Explanation explanation = explained(Explanation.of(tape, ZONE, START.plusSeconds(8)));

    assertThat(explanation.offset()).isEqualTo(GROWTH.offset());
    assertThat(explanation.fact()).isEqualTo("load-observed");
  }

  @Test
  void beforeTheFirstObservationTheLastFactIsExplained() {
    Explanation explanation = explained(Explanation.of(tape, ZONE, START.plusSeconds(1)));

    assertThat(explanation.fact()).isEqualTo("policy-changed");
    assertThat(explanation.start()).containsExactly(ZONE.server(1));
  }

  @Test
  void aCommandOfOtherRulesIsExplainedByItsOwnEvidence() {
    int other = Decide.FOLD_VERSION + 1;
    tape.change(1, command -> AuditPropertyTest.with(command, command.to(), other));

    Explanation explanation = explained(Explanation.of(tape, GROWTH));

    assertThat(explanation.foldVersion()).isEqualTo(other);
    assertThat(explanation.reason().sentence()).isEqualTo("cpu 90 % is above 70: one more than 1");
  }

  @Test
  void whatDoesNotExistIsAnsweredWithWhatDoes() {
    assertThat(Explanation.of(tape, new CommandId(new ZoneId("zone9"), 8)))
        .isEqualTo(new NotFound("the journal has no fact of zone zone9: expected one of zone1"));
    assertThat(Explanation.of(tape, new CommandId(ZONE, 2_000)))
        .isInstanceOfSatisfying(
            NotFound.class,
            missing ->
                assertThat(missing.sentence())
                    .startsWith("the journal has no fact of zone zone1 at offset 2000: ")
                    .endsWith("the one after is none")
                    .contains("the one before is zone1@"));
    assertThat(Explanation.of(tape, ZONE, START.minusSeconds(1)))
        .isEqualTo(
            new NotFound(
                "the journal has no fact of zone zone1 at or before 2025-12-31T23:59:59Z:"
                    + " the one before is none, the one after is zone1@0 at 2026-01-01T00:00:00Z"));
    assertThat(Explanation.of(new Tape(), GROWTH))
        .isEqualTo(
            new NotFound(
                "the journal has no fact of zone zone1: expected one of none, it is empty"));
  }

  @Test
  void theJsonHasTheSameFigures() {
    JsonNode tree = Json.mapper().valueToTree(explained(Explanation.of(tape, GROWTH)));

    assertThat(tree.path("command").asText()).isEqualTo("zone1@9");
    assertThat(tree.path("raw").asInt()).isEqualTo(2);
    assertThat(tree.at("/load/cpu/mean").asDouble()).isEqualTo(90);
    assertThat(tree.at("/wishes/0/rule").asText()).isEqualTo("threshold cpu");
    assertThat(tree.at("/start/0").asText()).isEqualTo("zone1-2");
  }

  @Test
  void aReplayShowsTheFleetAsItWasAndWhatWasWanted() {
    Moment moment = moment(START.plusSeconds(7));

    assertThat(moment.facts()).isEqualTo(8);
    assertThat(moment.last()).isEqualTo(START.plusSeconds(7));
    assertThat(moment.zone(ZONE).desired()).isEqualTo(2);
    assertThat(moment.zone(ZONE).zone().servers().values())
        .extracting(Server::id, Server::state)
        .containsExactly(
            tuple(ZONE.server(1), ServerState.READY), tuple(ZONE.server(2), ServerState.STARTING));
    assertThat(moment(Instant.MAX).zone(ZONE).zone()).isEqualTo(tape.state(ZONE).zone());
  }

  @Test
  void aReplayOfATimeBeforeTheFirstFactSaysWhenThatWas() {
    assertThat(Replay.at(tape, START.minusSeconds(1)))
        .isEqualTo(
            new Replay.Result.NotFound(
                "the journal has no fact at or before 2025-12-31T23:59:59Z:"
                    + " its first one is of 2026-01-01T00:00:00Z"));
  }

  @Test
  void aZoneThatWasRetiredIsNotTakenForOneWhoseBeginningWasCutOff() {
    Story.tell(tape, new ZoneRetiring(Story.ZONE, START, new Actor("eva")));
    Story.tell(tape, new ServerStopped(Story.ZONE, START, Story.ZONE.server(2), "drained"));
    Story.tell(tape, new ServerStopped(Story.ZONE, START, Story.ZONE.server(3), "drained"));
    Story.tell(tape, new ZoneRetired(Story.ZONE, START));

    Moment gone = moment(START.plusSeconds(3_600));

    assertThat(gone.zone(Story.ZONE).zone().life().retired()).isTrue();
    assertThat(gone.undeclared()).isEmpty();
  }

  private Moment moment(Instant time) {
    Replay.Result result = Replay.at(tape, time);
    assertThat(result).isInstanceOf(Moment.class);
    return (Moment) result;
  }

  private static Explanation explained(Explanation.Result result) {
    assertThat(result).isInstanceOf(Explained.class);
    return ((Explained) result).explanation();
  }

  @Test
  void oneRecordOfTheFutureHidesNothingThatStandsBehindIt() {
    Instant future = START.plus(Duration.ofDays(3_650));
    tape.tell(future, new ZoneDeclared(ZONE, future, Actor.CONFIGURATION));
    long jump = tape.journal.getLast().offset();
    for (int i = 0; i < 7; i++) {
      Story.load(tape, 40);
    }
    tape.exact = true;
    long last = tape.journal.getLast().offset();
    Instant now = START.plusSeconds(tape.journal.size());

    assertThat(explained(Explanation.of(tape, ZONE, now)).offset()).isEqualTo(last);
    assertThat(Objects.requireNonNull(moment(now).places().get(ZONE)).offset()).isEqualTo(last);
    assertThat(moment(now).last()).isBefore(future);
    assertThat(tape.checkpoint(ZONE, now, Long.MAX_VALUE))
        .hasValueSatisfying(kept -> assertThat(kept.offset()).isGreaterThan(jump));
  }

  @Test
  void aCommandThatWasGivenLateIsListedHoweverItIsAskedFor() {
    int index = tape.commands.size() - 1;
    ScaleCommand command = tape.command(index);
    RawRecord late = tape.commands.get(index);
    tape.commands.set(
        index,
        new RawRecord(
            Tape.PARTITION,
            late.offset(),
            command.at().plus(Duration.ofHours(20)),
            late.key(),
            Tape.value(late),
            new TreeMap<>()));
    tape.exact = true;

    Wanted until = Wanted.ALL.of(ZONE).within(Instant.MIN, command.at());
    assertThat(NewestCommands.of(tape, until, 1)).containsExactly(command);
  }

  @Test
  void aCommandOfAnOffsetThatIsNoFactIsLookedForInNoCommand() {
    History journalOnly =
        new History() {
          @Override
          public String name() {
            return tape.name();
          }

          @Override
          public RecordSource journal(Passage passage) {
            return tape.journal(passage);
          }

          @Override
          public RecordSource commands(Passage passage) {
            throw new AssertionError("all commands would be read");
          }

          @Override
          public SortedSet<ZoneId> zones() {
            return tape.zones();
          }
        };

    assertThat(RecordedCommands.find(journalOnly, new CommandId(ZONE, 1))).isEmpty();
    assertThat(RecordedCommands.find(journalOnly, new CommandId(ZONE, 9_999))).isEmpty();
  }

  /** The last state that was kept is one of other rules, which did not act where these would. */
  @Test
  void behindAStateOfOtherRulesThoseDecidedUntilACommandOfTheseIsRecorded() {
    Checkpoint behindTheFirstCommand = tape.kept.get(1);
    tape.kept.clear();
    tape.checkpoints.clear();
    tape.kept.add(
        new Checkpoint(
            behindTheFirstCommand.state().decidedBy(Decide.FOLD_VERSION - 1),
            behindTheFirstCommand.place(),
            behindTheFirstCommand.begins()));
    tape.commands.subList(1, tape.commands.size()).clear();

    assertThat(moment(START.plusSeconds(6)).zone(ZONE).desired()).isEqualTo(1);
    assertThat(
            Audit.from(Audit.starts(tape, START.plusSeconds(5)))
                .run(tape, Passage.ALL.from(START.plusSeconds(5)), true))
        .isInstanceOf(Verdict.Verified.class);
  }
}
