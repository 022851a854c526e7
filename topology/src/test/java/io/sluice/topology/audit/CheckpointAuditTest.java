package io.sluice.topology.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.id.ZoneId;
import io.sluice.topology.audit.Verdict.Difference;
import io.sluice.topology.audit.Verdict.Kind;
import io.sluice.topology.audit.Verdict.Verified;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.CheckpointCodec;
import io.sluice.topology.history.CheckpointCodec.Head;
import io.sluice.topology.history.CheckpointCodec.Link;
import io.sluice.topology.history.RawRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What an audit and what look-ups make of states that were kept and are not what they were. */
class CheckpointAuditTest {
  private static final ZoneId ZONE = new ZoneId("zone1");
  private static final JsonCodec<ZoneState> STATES = new JsonCodec<>(ZoneState.class);
  private static final int SECOND = 1;
  private static final int THIRD = 2;

  private final Tape tape = Story.story();
  private final List<String> objections = new ArrayList<>();

  @Test
  void aStateThatTheJournalDoesNotGiveIsNamed() {
    forge(SECOND, state -> state.put("desired", 7));

    Difference difference = difference();

    assertThat(difference.zone()).contains(ZONE);
    assertThat(difference.offset()).isEqualTo(tape.kept.get(SECOND).offset());
    assertThat(difference.sentence())
        .isEqualTo(
            "the checkpoint of zone zone1 at offset 1 of its partition holds another state than the"
                + " journal gives");
  }

  @Test
  void oneThatWasChangedInItsPlaceIsNotAsItWasWritten() {
    RawRecord raw = tape.checkpoints.get(SECOND);
    byte[] value = Tape.value(raw).clone();
    value[value.length / 2] ^= 1;
    tape.checkpoints.set(SECOND, with(raw, value, raw.headers().all()));

    assertThat(difference().sentence()).contains("is not as it was written", "another digest");
  }

  @Test
  void itsPlaceInTheJournalIsPartOfWhatItSays() {
    RawRecord raw = tape.checkpoints.get(SECOND);
    SortedMap<String, String> headers = new TreeMap<>(raw.headers().all());
    headers.put(CheckpointCodec.OFFSET, "1");
    tape.checkpoints.set(SECOND, with(raw, Tape.value(raw), headers));

    assertThat(difference().sentence()).contains("another digest");
  }

  @Test
  void oneThatIsGoneIsMissedByTheNext() {
    tape.checkpoints.remove(SECOND);

    assertThat(difference().sentence())
        .contains("is number 3 of /decide/a where its number 2 is expected: one is missing");
  }

  @Test
  void oneThatStandsTwiceWasPutIn() {
    tape.checkpoints.add(tape.checkpoints.get(SECOND));

    assertThat(difference().sentence()).contains("was put in or changed");
  }

  @Test
  void oneOfAReleaseThatGaveNoDigestIsNobodysEvidence() {
    RawRecord raw = tape.checkpoints.getFirst();
    SortedMap<String, String> headers = new TreeMap<>(raw.headers().all());
    headers
        .keySet()
        .retainAll(List.of(CheckpointCodec.OFFSET, CheckpointCodec.TIME, CheckpointCodec.BEGINS));
    tape.checkpoints.set(0, with(raw, new byte[] {1}, headers));
    tape.checkpoints.subList(1, tape.checkpoints.size()).clear();

    assertThat(Audit.of(tape, true)).isInstanceOf(Verified.class);
  }

  @Test
  void whatIsNoCheckpointIsSaid() {
    RawRecord raw = tape.checkpoints.get(SECOND);
    tape.checkpoints.add(with(raw, new byte[] {1, 2, 3}, new TreeMap<>()));

    assertThat(difference().sentence()).contains("without the headers");
  }

  @Test
  void oneOfAFactThatTheJournalDoesNotHaveIsSaid() {
    Checkpoint last = tape.kept.getLast();
    ZoneState state =
        changed(
            last.state(), json -> json.withObject("/progress").put("offset", last.offset() + 1000));
    RawRecord fact = tape.journal.getLast();
    RawRecord none =
        new RawRecord(
            Tape.PARTITION,
            last.offset() + 1000,
            fact.time(),
            fact.key(),
            fact.value(),
            fact.headers());
    tape.keep(state, none, false);

    assertThat(difference().sentence()).contains("is of a fact that the journal does not have");
  }

  @Test
  void theTimeZonesThatWereFollowedAreTheWriters() {
    forge(SECOND, state -> state.withObject("/progress").put("timeZoneData", "1999a"));

    assertThat(Audit.of(tape, true)).isInstanceOf(Verified.class);
  }

  @Test
  void whatLaterRulesKeptIsForThem() {
    forge(
        THIRD,
        state -> {
          state.put("desired", 7);
          state.withObject("/progress").put("foldVersion", Decide.FOLD_VERSION + 1);
        });

    assertThat(Audit.of(tape, true)).isInstanceOf(Verified.class);
  }

  @Test
  void whatOtherRulesRememberedIsTakenOnceAndFollowedFromThere() {
    // The first state that these rules made of one of others' remembers what nobody can tell.
    forgeAll(state -> state.withObject("/changes").put("in", "2026-01-01T00:00:00Z"));
    tape.checkpoints.removeFirst();
    relink();

    assertThat(Audit.of(tape, true)).isInstanceOf(Verified.class);

    forge(THIRD, state -> state.put("desired", 7));
    assertThat(difference().sentence()).contains("holds another state");
  }

  @Test
  void aCommandThatIsWrongIsToldFirst() {
    forge(SECOND, state -> state.put("desired", 7));
    tape.commands.removeFirst();

    assertThat(((Difference) Audit.of(tape, true)).kind()).isEqualTo(Kind.REMOVED);
  }

  @Test
  void whoLooksSomethingUpDoesNotBelieveItAndSaysSo() {
    Checkpoint honest = tape.kept.get(THIRD);
    forge(THIRD, state -> state.put("desired", 7));

    Optional<Checkpoint> found = last(honest.time());

    assertThat(found).contains(tape.kept.get(SECOND));
    assertThat(objections)
        .singleElement()
        .asString()
        .contains("zone zone1 behind journal offset " + honest.offset(), "is not believed");
  }

  @Test
  void nobodyVouchesForAFirstOneThatIsWrong() {
    forge(0, state -> state.put("desired", 7));

    assertThat(last(tape.kept.getFirst().time())).isEmpty();
    assertThat(objections).hasSize(1);
  }

  @Test
  void honestOnesAreBelieved() {
    for (Checkpoint kept : tape.kept) {
      assertThat(last(kept.time())).contains(kept);
    }
    assertThat(objections).isEmpty();
  }

  private Optional<Checkpoint> last(Instant time) {
    return Vouching.last(
        tape,
        tape.checkpoint(ZONE, time, Long.MAX_VALUE),
        one -> tape.checkpoint(ZONE, time, one.offset()),
        objections::add);
  }

  private Difference difference() {
    Verdict verdict = Audit.of(tape, true);
    assertThat(verdict).isInstanceOf(Difference.class);
    assertThat(((Difference) verdict).kind()).isEqualTo(Kind.CHECKPOINT);
    return (Difference) verdict;
  }

  private void forgeAll(Consumer<ObjectNode> change) {
    for (int i = 0; i < tape.checkpoints.size(); i++) {
      forge(i, change);
    }
  }

  /** Another state in a checkpoint, with the digest that it has to have; the next follows it. */
  private void forge(int index, Consumer<ObjectNode> change) {
    Checkpoint kept = tape.kept.get(index);
    tape.kept.set(
        index, new Checkpoint(changed(kept.state(), change), kept.place(), kept.begins()));
    relink();
  }

  /** Gives those that are there the numbers and digests that they have to have. */
  private void relink() {
    int gone = tape.kept.size() - tape.checkpoints.size();
    Optional<Link> before = Optional.empty();
    for (int i = 0; i < tape.checkpoints.size(); i++) {
      Checkpoint kept = tape.kept.get(i + gone);
      RawRecord fact =
          tape.journal.stream()
              .filter(raw -> raw.offset() == kept.offset())
              .findFirst()
              .orElseThrow();
      RawRecord next = Tape.checkpoint(i, kept.state(), fact, kept.begins(), before);
      before = CheckpointCodec.head(next).map(Head::link);
      tape.checkpoints.set(i, next);
    }
  }

  private static ZoneState changed(ZoneState state, Consumer<ObjectNode> change) {
    try {
      ObjectNode json = (ObjectNode) Json.mapper().readTree(STATES.encode(state));
      change.accept(json);
      return STATES
          .decode(Json.mapper().writeValueAsBytes(json))
          .orElseThrow(IllegalStateException::new);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static RawRecord with(RawRecord raw, byte[] value, SortedMap<String, String> headers) {
    return new RawRecord(raw.partition(), raw.offset(), raw.time(), raw.key(), value, headers);
  }
}
