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
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.audit.RecordedCommands;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.Stopped;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.CheckpointCodec;
import io.sluice.topology.history.CheckpointPlan;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.Recall;
import io.sluice.topology.history.RecordSource;
import io.sluice.topology.project.Membership;
import io.sluice.topology.project.MembershipChange;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
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
 *   a stopped zone, first record after a start: everything from the stop on, then as above
 * </pre>
 *
 * <p>A zone knows by itself up to which offset it is folded, and which of its facts had a command,
 * so that nothing is decided twice whatever becomes of the offsets that a group commits. If the
 * state is lost too, the partition's journal is folded again from its beginning, with the commands
 * that were given by then.
 */
public final class DecideProcessor implements OnContext.Work<byte[], byte[]> {
  /** The largest command that is written, in bytes: what a topic takes by Kafka's own default. */
  static final int COMMAND_BYTES_MAX = 1_000_000;

  /** The largest record of a state that is kept, in bytes. */
  static final int STATE_BYTES_MAX = StateStores.RECORD_BYTES_MAX - 65_536;

  private static final Logger LOG = LoggerFactory.getLogger(DecideProcessor.class);
  private static final JsonCodec<Zone> ZONES = new JsonCodec<>(Zone.class);
  private static final String SOURCE = "/decide/";

  /** Marks of transactions leave out fewer offsets; a longer gap may be a cut of the journal. */
  private static final int MARKS_MAX = 100;

  /** A zone at work. */
  private static final class Lane {
    private final ZoneId zone;
    private ZoneState state;
    private Optional<Stopped> standing;

    /** Whether the state is that of a later release, which must not be touched. */
    private final boolean foreign;

    /** Whether it was tried since this processor began to get over the place where it stands. */
    private boolean tried;

    /** Whether it is known that the journal is the one of which the state was made. */
    private boolean recognised;

    /** The conditions whose end was told and not yet read back. */
    private final Set<ConditionKind> ended = new HashSet<>();

    private Lane(ZoneId zone, ZoneState state, Optional<Stopped> standing, boolean foreign) {
      this.zone = zone;
      this.state = state;
      this.standing = standing;
      this.foreign = foreign;
    }
  }

  private final ProcessorContext<ZoneId, Outcome> context;
  private final ZoneStore zones;
  private final ZoneStores stores;
  private final Recall recall;

  private final Map<ZoneId, Lane> lanes = new HashMap<>();

  /** This processor as a writer of facts; after an abort there is another one. */
  private final String source = SOURCE + UUID.randomUUID();

  private final Map<ZoneId, Long> told = new HashMap<>();
  private final CheckpointPlan checkpoints = new CheckpointPlan();

  /** The commands of the past, while a lost state is made again. */
  private RecordedCommands past = RecordedCommands.NONE;

  private boolean begun;

  /** The offset of the last record that was read. */
  private long read;

  private DecideProcessor(
      ProcessorContext<ZoneId, Outcome> context, Recall recall, ZoneStores stores) {
    this.context = context;
    this.stores = stores;
    this.zones = stores.open(context);
    this.recall = recall;
  }

  /** A processor for one partition. */
  public static Processor<byte[], byte[], ZoneId, Outcome> create(
      Recall recall, ZoneStores stores) {
    return new OnContext<>(context -> new DecideProcessor(context, recall, stores));
  }

  @Override
  public void end() {
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
      take(lane(zone), raw);
    } else {
      throw malformed(raw);
    }
  }

  /** Makes a state again that was lost as a whole, and sees whether the journal goes on from it. */
  private void begin(int partition, long offset) {
    long next = zones.folded() + 1;
    if (zones.isEmpty()) {
      try (RecordSource commands = recall.commands(partition)) {
        past = RecordedCommands.of(commands);
      }
      if (offset > 0) {
        LOG.info(
            "journal partition {} is folded again up to {}: no state is left", partition, offset);
        again(partition, 0, offset, Optional.empty());
      }
    }
    if (offset > next) {
      missUpToBegin(partition, next);
    }
    List.copyOf(lanes.values()).forEach(lane -> settle(lane, Optional.empty()));
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
    if (raw.offset() <= lane.state.progress().offset()) {
      if (lane.standing.isEmpty() && !recognises(lane, raw.partition())) {
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
          fold(lane, new JournalRecord(raw.offset(), raw.time(), event));
          settle(lane, Optional.of(event));
        }
      }
    }
  }

  /**
   * Whether the journal is the one of which the zone's state was made: its last record is there,
   * and not younger than it was. A record that is read again is no more than that.
   */
  private boolean recognises(Lane lane, int partition) {
    if (!lane.recognised) {
      long last = lane.state.progress().offset();
      try (RecordSource one = recall.journal(partition, last, last + 1)) {
        lane.recognised =
            one.next().stream()
                .filter(raw -> !raw.time().isAfter(lane.state.progress().clock().highest()))
                .anyMatch(raw ->
                    JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId zone)
                        && zone.equals(lane.zone));
      }
    }
    return lane.recognised;
  }

  /**
   * Tells the end of what is over: the zone is folded behind the fact at which it stood, whoever
   * folded it; or somebody who has seen that facts are missing has given it an order.
   */
  private void settle(Lane lane, Optional<FleetEvent> fact) {
    if (fact.isPresent() && fact.get() instanceof ConditionCleared over) {
      lane.ended.remove(over.kind());
    }
    if (lane.standing.isPresent()) {
      return;
    }
    for (ZoneCondition known : lane.state.zone().conditions()) {
      ConditionKind kind = known.condition().kind();
      long offset = known.condition().offset().orElse(0L);
      boolean over =
          kind.stopsDecisions()
              ? offset <= lane.state.progress().offset()
              : (kind.equals(ConditionKind.FACTS_MISSING)
                      || kind.equals(ConditionKind.TIME_ZONES_CHANGED))
                  && fact.filter(StopReasons::isOrder).isPresent();
      if (over) {
        end(lane, kind);
      }
    }
  }

  private void end(Lane lane, ConditionKind kind) {
    if (lane.ended.add(kind)) {
      tell(new ConditionCleared(lane.zone, now(), kind, Optional.empty()));
    }
  }

  /** Folds what the zone has missed since it stopped, up to this record. */
  private void catchUp(Lane lane, RawRecord raw) {
    if (lane.foreign) {
      return;
    }
    Stopped where = lane.standing.orElseThrow();
    boolean other = where.kind().equals(ConditionKind.OTHER_JOURNAL);
    if (other && !recognises(lane, raw.partition())) {
      return;
    }
    lane.standing = Optional.empty();
    long folded = lane.state.progress().offset();
    long missed = other ? folded + 1 : where.offset();
    long begin = recall.begin(raw.partition());
    again(raw.partition(), folded + 1, raw.offset(), Optional.of(lane.zone));
    if (lane.standing.filter(where::equals).isPresent()) {
      return;
    }
    if (lane.standing.filter(next -> next.kind().equals(where.kind())).isEmpty()) {
      LOG.info("zone {} goes on behind journal offset {}", lane.zone, where.offset());
      end(lane, where.kind());
    }
    keep(lane, lane.state);
    if (begin > missed) {
      miss(lane, raw.partition(), missed, begin);
    }
  }

  /** Folds a stretch again, of one zone or of all. */
  private void again(int partition, long from, long to, Optional<ZoneId> only) {
    try (RecordSource stretch = recall.journal(partition, from, to)) {
      for (List<RawRecord> page = stretch.next(); !page.isEmpty(); page = stretch.next()) {
        for (RawRecord raw : page) {
          if (JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId zone)
              && only.filter(one -> !one.equals(zone)).isEmpty()) {
            again(lane(zone), raw);
          }
        }
      }
    }
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
      written = ZoneStore.written(before, decision.after());
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
    if (checkpoints.isDue(before, lane.state, entry)) {
      checkpoint(before, lane, entry);
    }
  }

  private void checkpoint(ZoneState before, Lane lane, JournalRecord entry) {
    byte[] state = CheckpointCodec.encode(lane.state);
    // One that is too large for a record is done without: the past is only told later.
    if (state.length <= COMMAND_BYTES_MAX) {
      Headers headers = new RecordHeaders();
      CheckpointCodec.headers(entry, CheckpointPlan.begins(before)).forEach(headers::add);
      long time = Math.max(0, entry.time().toEpochMilli());
      context.forward(new Record<>(lane.zone, new Outcome.Kept(state), time, headers));
    }
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
    Lane lane =
        switch (zones.get(zone)) {
          case ZoneStore.Kept.Nothing ignored ->
              new Lane(zone, ZoneState.unknown(zone), Optional.empty(), false);
          case ZoneStore.Kept.Known(ZoneState state) ->
              new Lane(zone, state, state.progress().stopped(), false);
          case ZoneStore.Kept.Foreign(Stopped where) ->
              new Lane(zone, ZoneState.unknown(zone), Optional.of(where), true);
        };
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
    long sequence = told.merge(fact.zone(), 1L, Long::sum);
    Headers headers = new RecordHeaders();
    String id = Sentence.of("%s-%d", fact.zone(), sequence);
    CloudEvent.headers(fact, id, source, sequence).forEach(headers::add);
    context.forward(
        new Record<>(fact.zone(), new Outcome.Told(fact), context.currentSystemTimeMs(), headers));
  }

  private void forward(ZoneId zone, Outcome outcome, Instant time) {
    context.forward(new Record<>(zone, outcome, Math.max(0, time.toEpochMilli())));
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private static int size(ScaleCommand command) {
    return Topics.SCALE_COMMANDS.value().encode(command).length;
  }

  private static MalformedRecordException malformed(RawRecord raw) {
    return new MalformedRecordException(
        JournalReader.read(raw.key(), raw.value()) instanceof Decoded.Malformed<FleetEvent>(var it)
            ? it
            : "key: expected a zone");
  }
}
