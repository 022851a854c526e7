package io.sluice.topology.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.NewestCommands.Wanted;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.Journals;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * What is looked up is what reading all would have found: by position, from the end, and from
 * states that were kept.
 */
class LookUpPropertyTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final int TRIES = 300;

  @Provide
  Arbitrary<List<JournalRecord>> journals() {
    return Journals.any();
  }

  @Property(tries = TRIES)
  void aMomentIsExplainedAlikeFromWhereverItIsRead(
      @ForAll("journals") List<JournalRecord> random,
      @ForAll @IntRange(max = 999) int permille,
      @ForAll boolean ofOtherRules) {
    Tape tape = Tape.honest(random);
    if (tape.journal.isEmpty()) {
      return;
    }
    if (ofOtherRules) {
      for (int i = 0; i < tape.commands.size() / 2; i++) {
        tape.change(i, one -> AuditPropertyTest.with(one, one.to(), Decide.FOLD_VERSION + 1000));
      }
    }
    Tape whole = whole(tape);
    int index = tape.journal.size() * permille / 1000;
    Instant time = tape.journal.get(index).time();
    CommandId id = new CommandId(ZONE, tape.journal.get(index).offset());
    tape.exact = true;

    assertThat(Explanation.of(tape, ZONE, time)).isEqualTo(Explanation.of(whole, ZONE, time));
    assertThat(Explanation.of(tape, id)).isEqualTo(Explanation.of(whole, id));
    assertThat(RecordedCommands.find(tape, id)).isEqualTo(RecordedCommands.find(whole, id));
    assertThat(states(Replay.at(tape, time))).isEqualTo(states(Replay.at(whole, time)));
    assertThat(states(Replay.at(tape, Passage.of(ZONE), time)))
        .isEqualTo(states(Replay.at(whole, time)));
  }

  private static Object states(Replay.Result result) {
    return switch (result) {
      case Replay.Result.Moment moment ->
          List.of(moment.time(), moment.last(), moment.zones(), moment.places());
      // It says which zone was asked about, if one was.
      case Replay.Result.NotFound ignored -> "nothing";
    };
  }

  /** The same history, of which nothing was kept and all is always read. */
  private static Tape whole(Tape tape) {
    Tape whole = new Tape();
    whole.journal.addAll(tape.journal);
    whole.commands.addAll(tape.commands);
    return whole;
  }

  @Property(tries = TRIES)
  void theNewestCommandsAreTheLastOfAll(
      @ForAll("journals") List<JournalRecord> random,
      @ForAll @IntRange(min = 1, max = 5) int limit,
      @ForAll @IntRange(max = 999) int from,
      @ForAll @IntRange(max = 999) int to) {
    Tape tape = Tape.honest(random);
    if (tape.journal.isEmpty()) {
      return;
    }
    tape.exact = true;
    Instant begin = tape.journal.get(tape.journal.size() * Math.min(from, to) / 1000).time();
    Instant end = tape.journal.get(tape.journal.size() * Math.max(from, to) / 1000).time();
    Wanted wanted = Wanted.ALL.of(ZONE).within(begin, end);
    List<ScaleCommand> all = NewestCommands.of(whole(tape), wanted, Integer.MAX_VALUE);

    List<ScaleCommand> page = NewestCommands.of(tape, wanted, limit);
    assertThat(page).isEqualTo(all.subList(0, Math.min(limit, all.size())));
    if (!page.isEmpty()) {
      Wanted rest = wanted.before(NewestCommands.Place.of(page.getLast()));
      assertThat(NewestCommands.of(tape, rest, Integer.MAX_VALUE))
          .isEqualTo(all.subList(page.size(), all.size()));
    }
  }

  @Property(tries = TRIES)
  void anAuditSinceAMomentSeesWhatChangedAfterIt(
      @ForAll("journals") List<JournalRecord> random, @ForAll @IntRange(max = 999) int permille) {
    Tape tape = Tape.honest(random);
    if (tape.journal.isEmpty()) {
      return;
    }
    tape.exact = true;
    Instant time = tape.journal.get(tape.journal.size() * permille / 1000).time();

    assertThat(since(tape, time)).isInstanceOf(Verdict.Verified.class);
    if (!tape.commands.isEmpty()) {
      int last = tape.commands.size() - 1;
      boolean after = cause(tape, tape.command(last).id()) >= firstAfter(tape, time);
      tape.change(last, one -> AuditPropertyTest.with(one, one.to() + 1, one.foldVersion()));
      assertThat(since(tape, time) instanceof Verdict.Difference).isEqualTo(after);
    }
  }

  private static Verdict since(Tape tape, Instant time) {
    return Audit.from(Audit.starts(tape, time)).run(tape, Passage.ALL.from(time), true);
  }

  private static int cause(Tape tape, CommandId id) {
    for (int i = 0; i < tape.journal.size(); i++) {
      if (tape.journal.get(i).offset() == id.offset()) {
        return i;
      }
    }
    throw new AssertionError("no fact of " + id);
  }

  /** What was appended by a time ends where the fold's present passes it. */
  private static int firstAfter(Tape tape, Instant time) {
    ZoneState state = ZoneState.unknown(ZONE);
    int index = 0;
    for (RawRecord raw : tape.journal) {
      if (state.presentWith(raw.time()).isAfter(time)) {
        return index;
      }
      if (JournalReader.read(raw.key(), raw.value())
          instanceof Decoded.Value<FleetEvent>(FleetEvent event)) {
        state = state.apply(new JournalRecord(raw.offset(), raw.time(), event));
      }
      index++;
    }
    return index;
  }

  @Property(tries = TRIES)
  void aSeriesHasEveryObservationOnce(
      @ForAll("journals") List<JournalRecord> random,
      @ForAll @IntRange(min = 1, max = 100) int seconds) {
    Tape tape = Tape.honest(random);
    if (tape.journal.isEmpty()) {
      return;
    }
    Instant from = tape.journal.getFirst().time();
    Optional<Instant> last = tape.journal.stream().map(raw -> raw.time()).max(Instant::compareTo);
    Instant to = last.orElseThrow().plusSeconds(1);
    Duration step = Duration.ofSeconds(seconds);
    if (Duration.between(from, to).dividedBy(step) > 10_000) {
      return;
    }

    Series series = Series.of(tape, ZONE, from, to, step);

    assertThat(series.points())
        .isSortedAccordingTo((one, other) -> one.at().compareTo(other.at()))
        .allSatisfy(point -> assertThat(point.observations()).isPositive())
        .hasSizeLessThanOrEqualTo((int) Duration.between(from, to).dividedBy(step) + 1);
  }
}
