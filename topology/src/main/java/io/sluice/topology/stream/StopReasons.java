package io.sluice.topology.stream;

import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ManualScaleRequested;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ScalingPaused;
import io.sluice.schemas.event.FleetEvent.ScalingResumed;
import io.sluice.schemas.event.FleetEvent.TemplateChanged;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.policy.TimeZoneData;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.topology.decide.Stopped;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.RawRecord;
import java.util.Optional;

/** Why a zone's decisions stand still, or go on without some facts, in words. */
final class StopReasons {
  /** Stands in states alone, and is no trouble: the partition is folded again, and goes on. */
  static final ConditionKind FOLDED_AGAIN = new ConditionKind("folded-again");

  private StopReasons() {}

  /**
   * All zones of a partition are made again.
   *
   * @param offset of the first record that came meanwhile
   */
  static Stopped foldedAgain(long offset) {
    return new Stopped(
        offset,
        FOLDED_AGAIN,
        Sentence.of("no state was left, and the journal up to offset %d is folded again", offset),
        "nothing need be done: the zone goes on by itself");
  }

  static Stopped newer(RawRecord raw, String type) {
    return new Stopped(
        raw.offset(),
        ConditionKind.NEWER_RECORD,
        Sentence.of(
            "the fact at journal offset %d is '%s', which this release does not know: a later one"
                + " wrote it, and decisions must not skip facts",
            raw.offset(), Sentence.shown(type)),
        "run the release that wrote it, or a later one, on every monitor; the zone then goes on"
            + " where it stopped");
  }

  static Stopped failed(JournalRecord entry, Throwable fault) {
    return new Stopped(
        entry.offset(),
        ConditionKind.FOLD_FAILED,
        Sentence.of(
            "the fact %s at journal offset %d can't be taken in: %s",
            CloudEvent.type(entry.event()), entry.offset(), Sentence.shown(fault.toString())),
        "run a release in which this is mended; the zone then goes on where it stopped");
  }

  static Stopped tooLarge(JournalRecord entry, int state, int command) {
    return new Stopped(
        entry.offset(),
        ConditionKind.TOO_LARGE,
        command > DecideProcessor.COMMAND_BYTES_MAX
            ? Sentence.of(
                "the command for journal offset %d has %d bytes: expected %d or fewer",
                entry.offset(), command, DecideProcessor.COMMAND_BYTES_MAX)
            : Sentence.of(
                "a record of the zone's state with journal offset %d has %d bytes: expected %d or fewer",
                entry.offset(), state, DecideProcessor.STATE_BYTES_MAX),
        "run a release that carries larger zones; the zone then goes on where it stopped");
  }

  /**
   * The journal is another one.
   *
   * @param folded the offset up to which the zone is folded
   */
  static Stopped otherJournal(RawRecord raw, long folded) {
    return new Stopped(
        raw.offset(),
        ConditionKind.OTHER_JOURNAL,
        Sentence.of(
            "the zone is decided on up to journal offset %d, and partition %d has no record of it"
                + " there from that time: the journal was cut at its end, or another one was put"
                + " in its place",
            folded, raw.partition()),
        "stop all monitors, and restore journal, commands and the topics 'sluice-…-changelog' of"
            + " one back-up; or delete those changelogs, and the journal that there is holds");
  }

  /** Another Java decides, which has other time zones. */
  static Condition timeZonesChanged(String before) {
    return new Condition(
        ConditionKind.TIME_ZONES_CHANGED,
        Optional.empty(),
        Sentence.of(
            "its schedules are followed by the time zones of %s from here on, and were by those of"
                + " %s: they may begin and end at other times",
            TimeZoneData.VERSION, before),
        Optional.empty(),
        "run all monitors on the same Java, and look at the schedules; any order for the zone, such"
            + " as 'sluice policy set', says that they are as they should be");
  }

  /**
   * Facts are gone.
   *
   * @param from the first offset that is missing
   * @param begin the first that is there
   */
  static Condition factsMissing(int partition, long from, long begin) {
    return new Condition(
        ConditionKind.FACTS_MISSING,
        Optional.empty(),
        Sentence.of(
            "offsets %d to %d of journal partition %d are gone and were not decided on: what they"
                + " said of the zone is not known, and it goes on without",
            from, begin - 1, partition),
        Optional.of(from),
        "look at the zone's policy, template and servers; any order for it, such as 'sluice"
            + " policy set', says that they are as they should be");
  }

  /**
   * Whether a trouble of a zone is over: it is folded behind the fact at which it stood, or this
   * fact, which it has taken, is the order of somebody who has seen that facts are missing.
   */
  static boolean isOver(Condition condition, ZoneState state, Optional<FleetEvent> fact) {
    ConditionKind kind = condition.kind();
    if (kind.stopsDecisions()) {
      return condition.offset().orElse(0L) <= state.progress().offset();
    }
    boolean waits =
        kind.equals(ConditionKind.FACTS_MISSING) || kind.equals(ConditionKind.TIME_ZONES_CHANGED);
    return waits && fact.filter(StopReasons::isOrder).isPresent();
  }

  /** Whether a fact is an order of somebody, who has seen then how the zone stands. */
  private static boolean isOrder(FleetEvent fact) {
    return (fact instanceof PolicyChanged policy && policy.actor().isSomebody())
        || (fact instanceof TemplateChanged template && template.actor().isSomebody())
        || fact instanceof ManualScaleRequested
        || fact instanceof ScalingPaused
        || fact instanceof ScalingResumed;
  }
}
