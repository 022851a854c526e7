package io.sluice.topology.audit;

import io.sluice.schemas.command.Evidence;
import io.sluice.schemas.command.Evidence.Backoff;
import io.sluice.schemas.command.Evidence.Limit;
import io.sluice.schemas.command.Evidence.Wish;
import io.sluice.schemas.command.Reason;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Counted;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.metric.Mean;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Evaluation;
import io.sluice.topology.history.History;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * How one journal record was weighed, also if nothing came of it.
 *
 * @param zone the zone
 * @param offset journal offset of the record, 0 or more
 * @param time when the broker appended it
 * @param fact type name of the fact, such as {@code load-observed}
 * @param policyRevision revision of the policy that held
 * @param load the load seen: the zone's mean per metric and how many servers reported it, as last
 *     observed
 * @param reporting how many ready servers had reported anything
 * @param ready how many servers were ready
 * @param missing ready servers that had not reported, the first of them
 * @param warming ready servers whose load did not count yet, the first of them
 * @param wishes what each rule wished for, with its sentence
 * @param raw the largest wish that counts, where the limiters start from; without one, {@code from}
 * @param limiters each limiter that changed the wish, in order
 * @param backoff why servers that are wanted are not started yet
 * @param from how many servers the zone was to have before
 * @param to how many it is to have from here on
 * @param start servers to start
 * @param stop servers to stop, or whose remains are to be removed
 * @param reason why it came out as it did; if nothing did, why not
 * @param command the id of the command that came of it; empty: nothing was to be changed
 * @param recorded whether a command with that id stands among the recorded ones
 * @param foldVersion the decision rules by which it was weighed
 * @param counted how many were missing and warming; empty: as many as are listed
 */
public record Explanation(
    ZoneId zone,
    long offset,
    Instant time,
    String fact,
    int policyRevision,
    SortedMap<Metric, Mean> load,
    int reporting,
    int ready,
    List<ServerId> missing,
    List<ServerId> warming,
    List<Wish> wishes,
    int raw,
    List<Limit> limiters,
    Optional<Backoff> backoff,
    int from,
    int to,
    List<ServerId> start,
    List<ServerId> stop,
    Reason reason,
    Optional<CommandId> command,
    boolean recorded,
    int foldVersion,
    Optional<Counted> counted) {

  /** What came of the wish to have something explained. */
  public sealed interface Result {
    /** There it is. */
    record Explained(Explanation explanation) implements Result {}

    /**
     * There is nothing to explain.
     *
     * @param sentence what was asked for and what exists, for people
     */
    record NotFound(String sentence) implements Result {}
  }

  /** Explains the journal record at this place, whether or not a command came of it. */
  public static Result of(History history, CommandId id) {
    return Explaining.at(history, id);
  }

  /**
   * Explains the zone's last observation at or before this time; where there is none, its last
   * record.
   */
  public static Result of(History history, ZoneId zone, Instant time) {
    return Explaining.at(history, zone, time);
  }

  /** The explanation of a record that this release's rules weighed. */
  static Explanation of(JournalRecord entry, Evaluation evaluation, boolean recorded) {
    Evidence evidence = evaluation.evidence();
    CommandId id = new CommandId(entry.event().zone(), entry.offset());
    return new Explanation(
        id.zone(),
        id.offset(),
        entry.time(),
        CloudEvent.type(entry.event()),
        evaluation.known().zone().policyRevision(),
        evidence.load(),
        evidence.reporting(),
        ready(evaluation),
        evidence.missing(),
        evidence.warming(),
        evidence.wishes(),
        evidence.largestWish().orElse(evaluation.from()),
        evidence.limiters(),
        evidence.backoff(),
        evaluation.from(),
        evaluation.to(),
        evaluation.start(),
        evaluation.stop(),
        evaluation.reason(),
        evaluation.decision().command().map(ScaleCommand::id),
        recorded,
        Decide.FOLD_VERSION,
        evidence.counted());
  }

  /** The explanation of a record that other rules weighed, from the command that they gave. */
  static Explanation of(JournalRecord entry, Evaluation evaluation, ScaleCommand command) {
    Evidence evidence = command.evidence();
    return new Explanation(
        command.zone(),
        entry.offset(),
        entry.time(),
        command.cause(),
        command.policyRevision(),
        evidence.load(),
        evidence.reporting(),
        ready(evaluation),
        evidence.missing(),
        evidence.warming(),
        evidence.wishes(),
        evidence.largestWish().orElse(command.from()),
        evidence.limiters(),
        evidence.backoff(),
        command.from(),
        command.to(),
        command.start(),
        command.stop(),
        command.reason(),
        Optional.of(command.id()),
        true,
        command.foldVersion(),
        evidence.counted());
  }

  private static int ready(Evaluation evaluation) {
    return (int) evaluation.known().zone().in(ServerState.READY).count();
  }

  /** The explanation for people: one sentence a line, in the order in which it was weighed. */
  public List<String> sentences() {
    return Sentences.of(this);
  }
}
