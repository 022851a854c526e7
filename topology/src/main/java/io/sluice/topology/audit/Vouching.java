package io.sluice.topology.audit;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.CheckpointCodec;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Whether a checkpoint is to be believed: the one before it, and the facts between them, have to
 * give it.
 *
 * <pre>
 *   before ── facts ──▶ the same state   ─▶ believed
 *                    └▶ another state    ─▶ objected to; then the one before is looked at alike
 * </pre>
 *
 * <p>So one that was changed or put in misleads nobody who looks something up, for the price of a
 * few hundred facts more. Two that were made to fit each other are found by {@link Audit} alone.
 * Nobody can vouch for the first one of a zone that an earlier release decided on, nor between two
 * of different decision rules: those are believed.
 */
public final class Vouching {
  private Vouching() {}

  /**
   * The last checkpoint that is believed.
   *
   * @param latest the last one that there is
   * @param earlier finds the last one before another one
   * @param objections is told in a sentence of each one that is not believed
   */
  public static Optional<Checkpoint> last(
      History history,
      Optional<Checkpoint> latest,
      Function<Checkpoint, Optional<Checkpoint>> earlier,
      Consumer<String> objections) {
    Optional<Checkpoint> candidate = latest;
    while (candidate.isPresent()) {
      Checkpoint looked = candidate.get();
      Optional<Checkpoint> before = looked.begins() ? Optional.empty() : earlier.apply(looked);
      if (follows(history, before, looked)) {
        return candidate;
      }
      objections.accept(
          Sentence.of(
              "the checkpoint of zone %s behind journal offset %d is not believed: the facts %s give another state",
              looked.state().zone().id(),
              looked.offset(),
              before
                  .map(one -> "since the one behind offset " + one.offset())
                  .orElse("before it")));
      candidate = before;
    }
    return Optional.empty();
  }

  private static boolean follows(History history, Optional<Checkpoint> before, Checkpoint kept) {
    if (before.isEmpty() && !kept.begins()) {
      return true;
    }
    ZoneId zone = kept.state().zone().id();
    ZoneState start = before.map(Checkpoint::state).orElse(ZoneState.unknown(zone));
    boolean ours = kept.state().progress().foldVersion() == Decide.FOLD_VERSION;
    boolean same = before.isEmpty() || start.progress().foldVersion() == Decide.FOLD_VERSION;
    if (!ours || !same) {
      return true;
    }
    long first = before.map(one -> one.offset() + 1).orElse(kept.offset());
    return fold(history, start, first, kept)
        .map(state -> state.withTimeZoneData(kept.state().progress().timeZoneData()))
        .filter(state ->
            Arrays.equals(CheckpointCodec.unpacked(state), CheckpointCodec.unpacked(kept.state())))
        .isPresent();
  }

  /** The state behind the fact of a checkpoint; empty if a fact on the way can't be read. */
  private static Optional<ZoneState> fold(
      History history, ZoneState start, long first, Checkpoint kept) {
    ZoneState state = start;
    byte[] key = Topics.ZONE_KEY.encode(start.zone().id());
    Passage facts = Passage.of(start.zone().id()).first(first);
    try (RecordSource journal = history.journal(facts)) {
      for (List<RawRecord> batch = journal.next(); !batch.isEmpty(); batch = journal.next()) {
        for (RawRecord raw : batch) {
          if (raw.offset() > kept.offset()) {
            return Optional.of(state);
          }
          if (raw.offset() >= first && Arrays.equals(key, raw.key())) {
            switch (JournalReader.read(raw.key(), raw.value())) {
              case Decoded.Value<FleetEvent>(FleetEvent event) ->
                  state =
                      Decide.step(state, new JournalRecord(raw.offset(), raw.time(), event))
                          .after();
              case Decoded.UnknownType<FleetEvent> ignored -> {
                return Optional.empty();
              }
              case Decoded.Malformed<FleetEvent> ignored -> {}
            }
          }
        }
      }
    }
    return Optional.of(state);
  }
}
