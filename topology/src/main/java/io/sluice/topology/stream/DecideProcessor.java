package io.sluice.topology.stream;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Condition;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.ConditionCleared;
import io.sluice.schemas.event.FleetEvent.ConditionRaised;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.fleet.ZoneCondition;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.policy.TimeZoneData;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.RecordedCommands;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.Stopped;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.CheckpointWriter;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.Recall;
import io.sluice.topology.history.RecordSource;
import io.sluice.topology.project.Membership;
import io.sluice.topology.project.MembershipChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the fold over the journal, record by record, and forwards the commands, what balancers are
 * to know, and trouble.
 *
 * <pre>
 *                     ┌ garbage ─▶ dead letter
 *                     ├ folded already ─▶ nothing
 *   record of a zone ─┼ taken in ─▶ state, command, membership
 *                     ├ can't be taken in ─▶ the zone stops here, and says so in its journal
 *                     └ not of the journal of the state ─▶ the same
 *
 *   a stopped zone, first record after a start: everything from the stop on, then as above;
 *   what comes meanwhile is part of that
 * </pre>
 *
 * <p>A zone knows by itself up to which offset it is folded, and which of its facts had a command,
 * so that nothing is decided twice whatever becomes of the offsets that a group commits. If the
 * state is lost too, the partition's journal is folded again from its beginning, with the commands
 * that were given by then. Both are done in portions, however long they take: see {@link Backlog}.
 */
public final class DecideProcessor implements OnContext.Work<byte[], byte[]> {
  /** The largest command that is written, in bytes: what a topic takes by Kafka's own default. */
  static final int COMMAND_BYTES_MAX = 1_000_000;

  /** The largest record of a state that is kept, in bytes. */
  static final int STATE_BYTES_MAX = StateStores.RECORD_BYTES_MAX - 65_536;

  private static final Logger LOG = LoggerFactory.getLogger(DecideProcessor.class);
  private static final JsonCodec<Zone> ZONES = new JsonCodec<>(Zone.class);
  private static final String SOURCE = "/decide/";

  /** How often it is gone on with what is folded again, also while no record comes. */
  private static final Duration BACKLOG_INTERVAL = Duration.ofMillis(50);

  /** Marks of transactions leave out fewer offsets; a longer gap may be a cut of the journal. */
  private static final int MARKS_MAX = 100;

  private final ProcessorContext<ZoneId, Outcome> context;
  private final ZoneStore zones;
  private final ZoneStores stores;
  private final Recall recall;
  private final PromptCommits commits;
  private final Backlog.Portions portions;

  private final Map<ZoneId, Lane> lanes = new HashMap<>();

  /** What is folded again; of one zone or of all, one after another. */
  private final Deque<Backlog> behind = new ArrayDeque<>();

  private final FactNumbers numbers = new FactNumbers(SOURCE);
  private final CheckpointWriter checkpoints = new CheckpointWriter(numbers.source());

  /** The commands of the past, while a lost state is made again. */
  private RecordedCommands past = RecordedCommands.NONE;

  private boolean begun;

  /** The offset of the last record that was read. */
  private long read;

  private DecideProcessor(
      ProcessorContext<ZoneId, Outcome> context,
      Recall recall,
      ZoneStores stores,
      Backlog.Portions portions,
      PromptCommits commits) {
    this.context = context;
    this.portions = portions;
    this.commits = commits;
    this.stores = stores;
    this.zones = stores.open(context);
    this.recall = recall;
    context.schedule(
        BACKLOG_INTERVAL, PunctuationType.WALL_CLOCK_TIME, ignored -> foldAgain(read + 1));
  }

  /** Makes processors, each for one partition, that take turns with what they fold again. */
  public static ProcessorSupplier<byte[], byte[], ZoneId, Outcome> supplier(
      Recall recall, ZoneStores stores, PromptCommits commits) {
    Backlog.Portions portions = new Backlog.Portions();
    return () ->
        new OnContext<>(context -> new DecideProcessor(context, recall, stores, portions, commits));
  }

  @Override
  public void end() {
    behind.forEach(Backlog::close);
    stores.close(context, zones);
  }

  @Override
  public void on(Record<byte[], byte[]> record) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    long before = read;
    read = place.offset();
    RawRecord raw =
        new RawRecord(
            place.partition(),
            place.offset(),
            Instant.ofEpochMilli(record.timestamp()),
            record.key(),
            record.value(),
            new TreeMap<>());
    if (JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId zone)) {
      if (!begun) {
        begin(place.partition(), place.offset());
        begun = true;
      } else if (place.offset() - before > MARKS_MAX) {
        missUpToBegin(place.partition(), before + 1);
      }
      foldAgain(place.offset());
      take(lane(zone), raw);
    } else {
      throw MalformedRecordException.of(raw);
    }
  }

  /** Begins to make a state again that was lost as a whole, or goes on with that. */
  private void begin(int partition, long offset) {
    long next = zones.folded() + 1;
    boolean interrupted = zones.stopped(StopReasons.FOLDED_AGAIN);
    boolean empty = zones.isEmpty();
    if (empty || interrupted) {
      try (RecordSource commands = recall.commands(partition)) {
        past = RecordedCommands.of(commands);
      }
    }
    if (interrupted || (empty && offset > 0)) {
      LOG.info("journal partition {} is folded again from {} to {}", partition, next, offset);
      behind.add(
          new Backlog(recall, partition, next, Optional.empty(), StopReasons.foldedAgain(offset)));
    } else {
      if (offset > next) {
        missUpToBegin(partition, next);
      }
      List.copyOf(lanes.values()).forEach(lane -> settle(lane, Optional.empty()));
    }
  }

  /** Says which facts are gone, if the journal begins behind what is to be folded next. */
  private void missUpToBegin(int partition, long next) {
    // Marks of transactions have offsets, too: only the journal itself knows where it begins.
    long begin = recall.begin(partition);
    if (begin > next) {
      zones.forEach(state -> miss(lane(state.zone().id()), partition, next, begin));
    }
  }

  /** Facts of the zone may be gone: it goes on, and says so. */
  private void miss(Lane lane, int partition, long from, long begin) {
    if (!lane.foreign && lane.standing.isEmpty() && lane.state.zone().declared()) {
      Condition missing = StopReasons.factsMissing(partition, from, begin);
      LOG.error("zone {}: {}", lane.zone, missing.what());
      tell(new ConditionRaised(lane.zone, now(), missing));
    }
  }

  private void take(Lane lane, RawRecord raw) {
    if (isBehind(lane.zone)) {
      passOver(raw);
      return;
    }
    if (raw.offset() <= lane.state.progress().offset()) {
      if (lane.standing.isEmpty() && !lane.recognises(recall, raw.partition())) {
        stop(lane, StopReasons.otherJournal(raw, lane.state.progress().offset()));
      }
      return;
    }
    if (lane.standing.filter(where -> raw.offset() <= where.offset()).isPresent()) {
      // Read again, since offsets were lost: only what stands behind it tells whether it goes on.
      return;
    }
    if (lane.standing.isPresent() && !lane.tried) {
      lane.tried = true;
      catchUp(lane, raw);
    }
    if (isBehind(lane.zone)) {
      passOver(raw);
      return;
    }
    switch (JournalReader.read(raw.key(), raw.value())) {
      case Decoded.Malformed<FleetEvent>(String problem) ->
          throw new MalformedRecordException(problem);
      case Decoded.UnknownType<FleetEvent>(String type) -> {
        if (lane.standing.isEmpty()) {
          stop(lane, StopReasons.newer(raw, type));
        }
      }
      case Decoded.Value<FleetEvent>(FleetEvent event) -> {
        if (lane.standing.isEmpty()) {
          takeIn(lane, new JournalRecord(raw.offset(), raw.time(), event));
        }
      }
    }
  }

  private void takeIn(Lane lane, JournalRecord entry) {
    // A revision that the zone has had is no order.
    Optional<FleetEvent> taken = Optional.of(entry.event()).filter(lane.state.zone()::takes);
    fold(lane, entry);
    settle(lane, taken);
  }

  /**
   * Tells the end of what is over: the zone is folded behind the fact at which it stood, whoever
   * folded it; or somebody who has seen that facts are missing has given it an order.
   *
   * @param fact what it has just taken
   */
  private void settle(Lane lane, Optional<FleetEvent> fact) {
    if (fact.isPresent() && fact.get() instanceof ConditionCleared over) {
      lane.ended.remove(over.kind());
    }
    if (lane.standing.isPresent()) {
      return;
    }
    for (ZoneCondition known : lane.state.zone().conditions()) {
      if (StopReasons.isOver(known.condition(), lane.state, fact)) {
        end(lane, known.condition().kind());
      }
    }
  }

  private void end(Lane lane, ConditionKind kind) {
    if (lane.ended.add(kind)) {
      tell(new ConditionCleared(lane.zone, now(), kind, Optional.empty()));
    }
  }

  /** Begins to fold what the zone has missed since it stopped, up to this record. */
  private void catchUp(Lane lane, RawRecord raw) {
    if (lane.foreign) {
      return;
    }
    Stopped where = lane.standing.orElseThrow();
    boolean other = where.kind().equals(ConditionKind.OTHER_JOURNAL);
    if (other && !lane.recognises(recall, raw.partition())) {
      return;
    }
    lane.standing = Optional.empty();
    long folded = lane.state.progress().offset();
    behind.add(new Backlog(recall, raw.partition(), folded + 1, Optional.of(lane.zone), where));
    foldAgain(raw.offset());
  }

  private boolean isBehind(ZoneId zone) {
    return !behind.isEmpty() && behind.stream().anyMatch(backlog -> backlog.concerns(zone));
  }

  /** The record is reached when what stands before it has been folded again. */
  private static void passOver(RawRecord raw) {
    if (JournalReader.read(raw.key(), raw.value())
        instanceof Decoded.Malformed<FleetEvent>(String problem)) {
      throw new MalformedRecordException(problem);
    }
  }

  /** Folds a portion of what stands before this offset and has to be folded again. */
  private void foldAgain(long before) {
    while (!behind.isEmpty() && portions.allow(context.currentSystemTimeMs())) {
      Backlog first = behind.getFirst();
      List<RawRecord> page = first.next(before);
      for (RawRecord raw : page) {
        if (JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId zone)
            && first.concerns(zone)) {
          again(lane(zone), raw);
        }
      }
      portions.took(page.size(), context.currentSystemTimeMs());
      boolean stands = first.only().filter(zone -> lane(zone).standing.isPresent()).isPresent();
      if (page.isEmpty() || stands) {
        first.close();
        behind.removeFirst();
        first.only().ifPresentOrElse(zone -> caughtUp(lane(zone), first), () -> madeAgain(first));
      }
    }
  }

  private void caughtUp(Lane lane, Backlog over) {
    Stopped where = over.where();
    if (lane.standing.filter(where::equals).isPresent()) {
      return;
    }
    if (lane.standing.filter(next -> next.kind().equals(where.kind())).isEmpty()) {
      LOG.info("zone {} goes on behind journal offset {}", lane.zone, where.offset());
      end(lane, where.kind());
    }
    if (lane.standing.isEmpty()) {
      keep(lane, lane.state.going());
    }
    long begin = recall.begin(over.partition());
    if (begin > over.first()) {
      miss(lane, over.partition(), over.first(), begin);
    }
  }

  private void madeAgain(Backlog over) {
    LOG.info("journal partition {} is folded up to {}", over.partition(), read);
    zones.forEach(state -> {
      Lane lane = lane(state.zone().id());
      if (lane.standing.isEmpty() && !lane.foreign) {
        keep(lane, lane.state.going());
      }
    });
    missUpToBegin(over.partition(), 0);
    List.copyOf(lanes.values()).forEach(lane -> settle(lane, Optional.empty()));
  }

  private void again(Lane lane, RawRecord raw) {
    if (lane.standing.isPresent() || raw.offset() <= lane.state.progress().offset()) {
      return;
    }
    switch (JournalReader.read(raw.key(), raw.value())) {
      case Decoded.Value<FleetEvent>(FleetEvent event) ->
          fold(lane, new JournalRecord(raw.offset(), raw.time(), event));
      case Decoded.UnknownType<FleetEvent>(String type) -> stop(lane, StopReasons.newer(raw, type));
      // It went to the dead letters when it was first read.
      case Decoded.Malformed<FleetEvent> ignored -> {}
    }
  }

  private void fold(Lane lane, JournalRecord entry) {
    ZoneState before = lane.state;
    Decision decision;
    List<MembershipChange> changes;
    ZoneStore.Written written;
    int command;
    try {
      boolean told = entry.offset() <= past.last(lane.zone);
      decision = told ? past.decide(before, entry) : Decide.step(before, entry);
      changes = Membership.changes(before.zone(), decision.after().zone(), entry.event());
      written = ZoneStore.written(before, kept(decision.after()));
      command = decision.command().map(DecideProcessor::size).orElse(0);
    } catch (RuntimeException | StackOverflowError fault) {
      LOG.error("zone {} at journal offset {}", lane.zone, entry.offset(), fault);
      stop(lane, StopReasons.failed(entry, fault));
      return;
    }
    if (written.largest() > STATE_BYTES_MAX || command > COMMAND_BYTES_MAX) {
      stop(lane, StopReasons.tooLarge(entry, written.largest(), command));
      return;
    }
    lane.state = decision.after();
    zones.put(written);
    decision
        .command()
        .filter(given -> given.id().offset() > past.last(lane.zone))
        .ifPresent(given -> forward(lane.zone, new Outcome.Commanded(given), given.at()));
    project(lane, changes, entry.time());
    checkpoints.behind(entry, before, lane.state).ifPresent(kept -> checkpoint(lane, entry, kept));
  }

  /** A state that is made again names the place until it is: whoever takes it over goes on then. */
  private ZoneState kept(ZoneState after) {
    return isBehind(after.zone().id()) ? after.stopped(behind.getFirst().where()) : after;
  }

  private void checkpoint(Lane lane, JournalRecord entry, CheckpointWriter.Written kept) {
    Headers headers = new RecordHeaders();
    kept.headers().forEach(headers::add);
    long time = Math.max(0, entry.time().toEpochMilli());
    context.forward(new Record<>(lane.zone, new Outcome.Kept(kept.value()), time, headers));
  }

  private void project(Lane lane, List<MembershipChange> changes, Instant time) {
    for (MembershipChange change : changes) {
      forward(lane.zone, new Outcome.Changed(change), time);
    }
  }

  private void stop(Lane lane, Stopped where) {
    boolean known = lane.state.progress().stopped().filter(where::equals).isPresent();
    lane.standing = Optional.of(where);
    // A broker that has just begun to lead may not show its last records yet: that passes.
    lane.tried = !where.kind().equals(ConditionKind.OTHER_JOURNAL);
    keep(lane, lane.state.stopped(where));
    if (!known) {
      LOG.error("zone {} stands still: {}", lane.zone, where);
      tell(new ConditionRaised(lane.zone, now(), where.condition()));
    }
  }

  private void keep(Lane lane, ZoneState state) {
    zones.put(ZoneStore.written(lane.state, state));
    lane.state = state;
  }

  private Lane lane(ZoneId zone) {
    Lane known = lanes.get(zone);
    return known == null ? begin(zone) : known;
  }

  private Lane begin(ZoneId zone) {
    Lane lane = Lane.of(zone, zones.get(zone));
    lanes.put(zone, lane);
    if (lane.foreign) {
      foreign(lane);
    } else {
      tellMembers(lane);
      tellTimeZones(lane);
    }
    return lane;
  }

  private void foreign(Lane lane) {
    Stopped where = lane.standing.orElseThrow();
    LOG.error("zone {} stands still: {}", lane.zone, where);
    if (zones.wait(lane.zone, where)) {
      tell(new ConditionRaised(lane.zone, now(), where.condition()));
    }
  }

  /** Tells what balancers were not told by an earlier release, whatever became of it on its way. */
  private void tellMembers(Lane lane) {
    zones
        .takeTold(lane.zone)
        .map(told -> ZONES.decode(told).orElseThrow(SerializationException::new))
        .ifPresent(before ->
            project(lane, Membership.changes(before, lane.state.zone()), lane.state.time()));
  }

  /** The same schedules may begin and end at other times from here on. */
  private void tellTimeZones(Lane lane) {
    Optional<String> before = lane.state.progress().timeZoneData();
    boolean other = before.filter(data -> !data.equals(TimeZoneData.VERSION)).isPresent();
    if (other && lane.state.zone().policy().isScheduled()) {
      Condition changed = StopReasons.timeZonesChanged(before.orElseThrow());
      LOG.warn("zone {}: {}", lane.zone, changed.what());
      tell(new ConditionRaised(lane.zone, now(), changed));
    }
  }

  private void tell(FleetEvent fact) {
    long now = context.currentSystemTimeMs();
    Headers headers = numbers.next(fact);
    context.forward(new Record<>(fact.zone(), new Outcome.Told(fact), now, headers));
  }

  private void forward(ZoneId zone, Outcome outcome, Instant time) {
    context.forward(new Record<>(zone, outcome, Math.max(0, time.toEpochMilli())));
    commits.written(context);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private static int size(ScaleCommand command) {
    return Topics.SCALE_COMMANDS.value().encode(command).length;
  }
}
