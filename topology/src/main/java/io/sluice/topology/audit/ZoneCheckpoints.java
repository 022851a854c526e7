package io.sluice.topology.audit;

import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.topology.audit.Verdict.Kind;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.CheckpointCodec;
import io.sluice.topology.history.CheckpointCodec.Head;
import io.sluice.topology.history.CheckpointCodec.Link;
import io.sluice.topology.history.CheckpointCodec.Reading;
import io.sluice.topology.history.Place;
import io.sluice.topology.history.RawRecord;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The checkpoints of one zone under audit. Each has to be as it was written, to name the one before
 * it of its writer, and to be the state that the journal gives.
 *
 * <p>What other decision rules remember can't be told from the commands that they gave. So the
 * first state that these rules made of one of theirs is taken as it is, and from there on a second
 * fold runs beside the audit's own, until both come to the same.
 *
 * <p>Until the journal comes there, a digest of each state is kept and not the state.
 */
final class ZoneCheckpoints {
  /**
   * A checkpoint to be compared.
   *
   * @param at its offset in its partition
   * @param place of the fact in the journal
   * @param timeZoneData the time zones that were followed when it was written
   * @param state digest of its state
   * @param taken its state, if the one before it is of other decision rules or is not there
   */
  private record Kept(
      long at,
      Place place,
      Optional<String> timeZoneData,
      String state,
      Optional<ZoneState> taken) {}

  private final ZoneId zone;
  private final Tally tally;

  /** By the journal offset of the fact; of several the first one written first. */
  private final TreeMap<Long, List<Kept>> waiting = new TreeMap<>();

  private final Map<String, Link> writers = new HashMap<>();

  /** The decision rules of the last one that was handed in; 0: there was none. */
  private int rules;

  private Optional<ZoneState> beside = Optional.empty();
  private Optional<Fault> fault = Optional.empty();

  ZoneCheckpoints(ZoneId zone, Tally tally) {
    this.zone = zone;
    this.tally = tally;
  }

  /**
   * Takes in a record, in the order in which they stand.
   *
   * @param begun whether writers may have kept some before the first that is read
   * @param passed whether its fact is part of what the audit starts from
   */
  void add(RawRecord raw, boolean begun, boolean passed) {
    tally.checkpoints++;
    switch (CheckpointCodec.read(raw)) {
      case Reading.Damaged(String problem) ->
          object(raw.offset(), raw.offset(), Sentence.of("is not as it was written: %s", problem));
      case Reading.Unsealed ignored -> rules = 0;
      case Reading.OfLaterRules(Head head) -> {
        follow(raw, head, begun);
        rules = Integer.MAX_VALUE;
      }
      case Reading.Usable(Checkpoint checkpoint, Head head) -> {
        follow(raw, head, begun);
        int version = checkpoint.state().progress().foldVersion();
        if (version == Decide.FOLD_VERSION && !passed) {
          boolean first = rules != version && !checkpoint.begins();
          waiting
              .computeIfAbsent(checkpoint.offset(), fresh -> new ArrayList<>(1))
              .add(
                  new Kept(
                      raw.offset(),
                      checkpoint.place(),
                      checkpoint.state().progress().timeZoneData(),
                      digest(checkpoint.state()),
                      first ? Optional.of(checkpoint.state()) : Optional.empty()));
        }
        rules = version;
      }
    }
  }

  /** Whether it stands where its writer would have put it. */
  private void follow(RawRecord raw, Head head, boolean begun) {
    Link link = head.link();
    Optional<Link> before = Optional.ofNullable(writers.put(link.writer(), link));
    if (before.isEmpty() && begun) {
      return;
    }
    long expected = before.map(Link::number).orElse(0L) + 1;
    if (link.number() != expected || !link.before().equals(before.map(Link::digest))) {
      object(
          raw.offset(),
          head.place().offset(),
          link.number() > expected
              ? Sentence.of(
                  "is number %d of %s where its number %d is expected: one is missing",
                  link.number(), link.writer(), expected)
              : Sentence.of(
                  "is number %d of %s and does not follow its number %d: one was put in or changed",
                  link.number(), link.writer(), expected - 1));
    }
  }

  /** Compares what was kept behind this fact, where the audit has come to this state. */
  void behind(JournalRecord entry, ZoneState state) {
    beside = beside.map(other -> Decide.step(other, entry).after());
    List<Kept> here = waiting.remove(entry.offset());
    if (here != null) {
      here.forEach(kept -> compare(kept, entry, state));
    }
  }

  private void compare(Kept kept, JournalRecord entry, ZoneState own) {
    if (!kept.place().time().equals(entry.time())) {
      object(
          kept.at(),
          entry.offset(),
          Sentence.of(
              "says that the fact was appended at %s, and it was at %s",
              kept.place().time(), entry.time()));
    } else if (same(kept, own)) {
      tally.sameStates++;
      beside = Optional.empty();
    } else if (beside.filter(other -> same(kept, other)).isPresent()) {
      tally.sameStates++;
    } else if (kept.taken().isPresent()) {
      beside = kept.taken();
    } else {
      object(kept.at(), entry.offset(), "holds another state than the journal gives");
    }
  }

  private static boolean same(Kept kept, ZoneState state) {
    return kept.state().equals(digest(state.withTimeZoneData(kept.timeZoneData())));
  }

  /**
   * What is wrong with them.
   *
   * @param from journal offset of the first fact there is; before it the journal may be cut off
   * @param to journal offset of the first fact that is not judged
   */
  Optional<Fault> end(long from, long to) {
    for (List<Kept> without : waiting.subMap(from, Math.max(from, to)).values()) {
      Kept kept = without.getFirst();
      object(kept.at(), kept.place().offset(), "is of a fact that the journal does not have");
    }
    return fault;
  }

  private void object(long at, long offset, String problem) {
    if (fault.isEmpty()) {
      fault =
          Optional.of(
              new Fault(
                  Kind.CHECKPOINT,
                  Optional.of(zone),
                  offset,
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Sentence.of(
                      "the checkpoint of zone %s at offset %d of its partition %s",
                      zone, at, problem)));
    }
  }

  private static String digest(ZoneState state) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(CheckpointCodec.unpacked(state)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
