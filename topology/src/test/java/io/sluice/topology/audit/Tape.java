package io.sluice.topology.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.CommandFailed;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.ServerDrained;
import io.sluice.schemas.event.FleetEvent.ServerReported;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.JournalRecord;
import io.sluice.schemas.fleet.Zone;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Decision;
import io.sluice.topology.decide.JournalReader;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.history.Checkpoint;
import io.sluice.topology.history.CheckpointCodec;
import io.sluice.topology.history.History;
import io.sluice.topology.history.Passage;
import io.sluice.topology.history.Place;
import io.sluice.topology.history.RawRecord;
import io.sluice.topology.history.RecordSource;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A recorded history in memory, which can be tampered with. */
final class Tape implements History {
  static final int PARTITION = 3;
  private static final int KEEP_EVERY = 5;
  static final String LEADER = "/monitors/1/terms/a";
  static final String OBSERVE = "/observe/a";
  static final String WRITER = "/decide/a";

  final List<RawRecord> journal = new ArrayList<>();
  final List<RawRecord> commands = new ArrayList<>();

  /** The states that were kept while it was written, oldest first. */
  final List<Checkpoint> kept = new ArrayList<>();

  /** The same as they stand in their topic. */
  final List<RawRecord> checkpoints = new ArrayList<>();

  /** Whether what does not belong to a passage is left out. */
  boolean exact;

  private final Map<ZoneId, ZoneState> states = new TreeMap<>();
  private final Map<String, Long> sequences = new HashMap<>();
  private long nextOffset;

  /** Writes a fact and what is decided on it, with the numbers that writers give. */
  Tape tell(Instant time, FleetEvent event) {
    SortedMap<String, String> headers = new TreeMap<>();
    if (!(event instanceof ServerReported) && !(event instanceof ServerDrained)) {
      String source = event instanceof LoadObserved ? OBSERVE : LEADER;
      long sequence = sequences.merge(event.zone() + source, 1L, Long::sum);
      CloudEvent.headers(event, "id", source, sequence)
          .forEach((name, value) -> headers.put(name, new String(value, UTF_8)));
    }
    raw(time, Topics.ZONE_KEY.encode(event.zone()), Topics.FLEET_EVENT.encode(event), headers);
    ZoneState before = states.computeIfAbsent(event.zone(), ZoneState::unknown);
    Decision decision =
        Decide.step(before, new JournalRecord(journal.getLast().offset(), time, event));
    states.put(event.zone(), decision.after());
    if (journal.size() == 1 || journal.size() % KEEP_EVERY == 0) {
      keep(decision.after(), journal.getLast(), before.progress().offset() < 0);
    }
    decision.command().ifPresent(command -> commands.add(raw(commands.size(), command)));
    return this;
  }

  /** Keeps a state behind a fact, as decide does. */
  void keep(ZoneState state, RawRecord fact, boolean begins) {
    kept.add(new Checkpoint(state, new Place(PARTITION, fact.offset(), fact.time()), begins));
    Optional<CheckpointCodec.Link> before =
        checkpoints.reversed().stream()
            .filter(one -> Arrays.equals(one.key(), fact.key()))
            .findFirst()
            .flatMap(CheckpointCodec::head)
            .map(CheckpointCodec.Head::link);
    checkpoints.add(checkpoint(checkpoints.size(), state, fact, begins, before));
  }

  /** A checkpoint with the digest that it has to have. */
  static RawRecord checkpoint(
      long offset,
      ZoneState state,
      RawRecord fact,
      boolean begins,
      Optional<CheckpointCodec.Link> before) {
    FleetEvent event =
        Topics.FLEET_EVENT.decode(value(fact)).orElseThrow(IllegalStateException::new);
    JournalRecord last = new JournalRecord(fact.offset(), fact.time(), event);
    byte[] packed = CheckpointCodec.encode(state);
    CheckpointCodec.Link link = CheckpointCodec.link(WRITER, before, last, begins, packed);
    SortedMap<String, String> headers = new TreeMap<>();
    CheckpointCodec.headers(last, begins, link)
        .forEach((name, bytes) -> headers.put(name, new String(bytes, UTF_8)));
    return new RawRecord(
        PARTITION, offset, fact.time(), Topics.ZONE_KEY.encode(event.zone()), packed, headers);
  }

  /** Writes a record to the journal, of which nothing comes. */
  void raw(Instant time, byte[] key, byte[] value, SortedMap<String, String> headers) {
    journal.add(new RawRecord(PARTITION, nextOffset, time, key, value, headers));
    // Transactions leave marks, so that offsets have gaps.
    nextOffset += nextOffset % 3 == 0 ? 2 : 1;
  }

  static RawRecord raw(long offset, ScaleCommand command) {
    return new RawRecord(
        PARTITION,
        offset,
        command.at(),
        Topics.ZONE_KEY.encode(command.zone()),
        Topics.SCALE_COMMANDS.value().encode(command),
        new TreeMap<>());
  }

  ZoneState state(ZoneId zone) {
    return states.getOrDefault(zone, ZoneState.unknown(zone));
  }

  ScaleCommand command(int index) {
    return Topics.SCALE_COMMANDS
        .value()
        .decode(value(commands.get(index)))
        .orElseThrow(IllegalStateException::new);
  }

  static byte[] value(RawRecord raw) {
    byte[] value = raw.value();
    return value == null ? new byte[0] : value;
  }

  /** Puts these bytes in the place of a command. */
  Tape put(int index, byte[] value) {
    ScaleCommand command = command(index);
    commands.set(
        index,
        new RawRecord(
            PARTITION,
            commands.get(index).offset(),
            command.at(),
            Topics.ZONE_KEY.encode(command.zone()),
            value,
            new TreeMap<>()));
    return this;
  }

  Tape change(int index, UnaryOperator<ScaleCommand> change) {
    commands.set(index, raw(commands.get(index).offset(), change.apply(command(index))));
    return this;
  }

  /**
   * What honest writers make of random facts: the leader writes only what fits what it has read,
   * and reads the reports of a balancer a few records late. A server whose start failed although it
   * was known is gone at the next record.
   */
  static Tape honest(List<JournalRecord> random) {
    Tape tape = new Tape();
    Zone view = Zone.unknown(random.getFirst().event().zone());
    Deque<JournalRecord> unread = new ArrayDeque<>();
    for (JournalRecord entry : random) {
      FleetEvent event = entry.event();
      boolean report = event instanceof ServerReported || event instanceof ServerDrained;
      if (report || view.objection(event).isEmpty()) {
        tape.tell(entry.time(), event);
        unread.add(entry);
        view = report ? view : view.apply(entry);
        if (event instanceof CommandFailed failed && view.servers().containsKey(failed.server())) {
          FleetEvent gone =
              new ServerStopped(failed.zone(), failed.at(), failed.server(), failed.reason());
          tape.tell(entry.time(), gone);
          view = view.apply(new JournalRecord(entry.offset(), entry.time(), gone));
        }
      }
      if (unread.size() > 2) {
        JournalRecord read = unread.remove();
        view = read.event() instanceof ServerReported ? view.apply(read) : view;
      }
    }
    return tape;
  }

  /** Whether the writer of the record at this index counts and has written another one later. */
  boolean goesOnAfter(int index) {
    Optional<String> source = journal.get(index).headers().value(CloudEvent.SOURCE);
    return source.isPresent()
        && journal.subList(index + 1, journal.size()).stream()
            .anyMatch(later -> source.equals(later.headers().value(CloudEvent.SOURCE)));
  }

  @Override
  public String name() {
    return "a tape";
  }

  @Override
  public RecordSource journal(Passage passage) {
    return new Pages(part(journal, passage));
  }

  @Override
  public RecordSource commands(Passage passage) {
    return new Pages(part(commands, passage));
  }

  @Override
  public RecordSource checkpoints(Passage passage) {
    return new Pages(part(checkpoints, passage));
  }

  /** What belongs to the passage, and what can't be left out by its position. */
  private List<RawRecord> part(List<RawRecord> all, Passage passage) {
    if (!exact) {
      return all;
    }
    int begin = 0;
    while (begin < all.size()
        && (all.get(begin).offset() < passage.first()
            || all.get(begin).time().isBefore(passage.from()))) {
      begin++;
    }
    int end = begin;
    while (end < all.size() && !all.get(end).time().isAfter(passage.to())) {
      end++;
    }
    long last = Math.max(begin, end - Math.min(end, passage.last()));
    return all.subList((int) last, end);
  }

  @Override
  public Optional<Checkpoint> checkpoint(ZoneId zone, Instant time, long offset) {
    return kept.stream()
        .filter(one -> one.state().zone().id().equals(zone))
        .filter(one -> one.isWithin(time, offset))
        .reduce((_, later) -> later);
  }

  @Override
  public Map<ZoneId, Checkpoint> checkpoints(Instant time) {
    Map<ZoneId, Checkpoint> all = new TreeMap<>();
    zones()
        .forEach(
            zone -> checkpoint(zone, time, Long.MAX_VALUE).ifPresent(one -> all.put(zone, one)));
    return all;
  }

  @Override
  public SortedSet<ZoneId> zones() {
    SortedSet<ZoneId> zones = new TreeSet<>();
    for (RawRecord raw : journal) {
      if (JournalReader.zone(raw.key()) instanceof Decoded.Value<ZoneId>(ZoneId zone)) {
        zones.add(zone);
      }
    }
    return zones;
  }

  private static final class Pages implements RecordSource {
    private static final int PAGE = 7;

    private final List<RawRecord> records;
    private int next;

    Pages(List<RawRecord> records) {
      this.records = List.copyOf(records);
    }

    @Override
    public List<RawRecord> next() {
      List<RawRecord> page = records.subList(next, Math.min(records.size(), next + PAGE));
      next += page.size();
      return page;
    }

    @Override
    public long size() {
      return records.size();
    }

    @Override
    public void close() {}
  }
}
