package io.sluice.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.command.ScaleCommand;
import io.sluice.schemas.event.Actor;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.event.FleetEvent.PolicyChanged;
import io.sluice.schemas.event.FleetEvent.ServerReady;
import io.sluice.schemas.event.FleetEvent.ServerStarted;
import io.sluice.schemas.event.FleetEvent.ServerStopped;
import io.sluice.schemas.event.FleetEvent.ZoneDeclared;
import io.sluice.schemas.fleet.Server;
import io.sluice.schemas.fleet.ServerState;
import io.sluice.schemas.id.CommandId;
import io.sluice.schemas.id.Epoch;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.member.Member;
import io.sluice.schemas.metric.HealthStatus;
import io.sluice.schemas.metric.Metric;
import io.sluice.schemas.metric.ServerMetrics;
import io.sluice.schemas.policy.ZonePolicy;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import io.sluice.topology.decide.ZoneState;
import io.sluice.topology.stream.CodecSerde;
import io.sluice.topology.stream.StateStores;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The topology without a broker, in virtual time, with a fleet that can be told to obey. */
final class Loop implements AutoCloseable {
  private static final JsonCodec<ZoneState.Entry> ENTRIES = new JsonCodec<>(ZoneState.Entry.class);
  private static final JsonCodec<ZoneState> STATES = new JsonCodec<>(ZoneState.class);

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final Duration TICK = Duration.ofMillis(100);
  private static final int TICKS_PER_SECOND = 10;

  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> metrics;
  private final TestInputTopic<byte[], byte[]> journal;
  private final List<ScaleCommand> commands = new ArrayList<>();
  private Instant now;

  Loop(Path directory) {
    this(directory, START);
  }

  Loop(Path directory, Instant start) {
    this(directory, start, new Past(List.of(), List.of()));
  }

  Loop(Path directory, Instant start, Past past) {
    now = start;
    driver =
        new TopologyTestDriver(
            ZoneTopology.build(1, past),
            TopologyConfig.of("unused:9092", 1, directory).properties(),
            start);
    metrics = input(Topics.METRICS);
    journal = input(Topics.JOURNAL);
  }

  private TestInputTopic<byte[], byte[]> input(Topic<?, ?> topic) {
    return driver.createInputTopic(
        topic.name(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private <K, V> List<TestRecord<K, V>> output(Topic<K, V> topic) {
    TestOutputTopic<K, V> output =
        driver.createOutputTopic(
            topic.name(),
            new CodecSerde<>(topic.key()).deserializer(),
            new CodecSerde<>(topic.value()).deserializer());
    return output.readRecordsToList();
  }

  TopologyTestDriver driver() {
    return driver;
  }

  Instant now() {
    return now;
  }

  /** A declared zone with this policy, whose first servers are ready. */
  ZoneId zone(String name, ZonePolicy policy) {
    ZoneId zone = new ZoneId(name);
    fact(new ZoneDeclared(zone, now, Actor.CONFIGURATION));
    fact(new PolicyChanged(zone, now, 1, policy, Actor.CONFIGURATION));
    obey();
    return zone;
  }

  void fact(FleetEvent event) {
    rawFact(Topics.ZONE_KEY.encode(event.zone()), Topics.FLEET_EVENT.encode(event));
  }

  void rawFact(byte[] key, byte[] value) {
    journal.pipeInput(new TestRecord<>(key, value, now));
  }

  void rawReport(byte[] key, byte[] value) {
    metrics.pipeInput(new TestRecord<>(key, value, now));
  }

  void report(ServerId server, double cpu) {
    report(server, cpu, now, now);
  }

  void report(ServerId server, double cpu, Instant measured, Instant appended) {
    ServerMetrics report =
        new ServerMetrics(
            server, measured, HealthStatus.HEALTHY, new TreeMap<>(Map.of(Metric.CPU, cpu)));
    metrics.pipeInput(
        new TestRecord<>(
            Topics.METRICS.key().encode(server), Topics.METRICS.value().encode(report), appended));
  }

  /** Time passes. */
  void pass(Duration duration) {
    for (Duration passed = Duration.ZERO;
        passed.compareTo(duration) < 0;
        passed = passed.plus(TICK)) {
      now = now.plus(TICK);
      driver.advanceWallClockTime(TICK);
    }
  }

  /** So many seconds in which every ready server of the zone reports this. */
  void load(ZoneId zone, int seconds, double cpu) {
    load(zone, seconds, server -> cpu);
  }

  void load(ZoneId zone, int seconds, ToDoubleFunction<ServerId> cpu) {
    for (int second = 0; second < seconds; second++) {
      ready(zone).forEach(server -> report(server, cpu.applyAsDouble(server)));
      pass(TICK.multipliedBy(TICKS_PER_SECOND));
    }
  }

  List<ServerId> ready(ZoneId zone) {
    return state(zone).zone().in(ServerState.READY).map(Server::id).toList();
  }

  ZoneState state(ZoneId zone) {
    byte[] head = zones().get(zone);
    if (head == null) {
      return ZoneState.unknown(zone);
    }
    ZoneState state = STATES.decode(head).orElseThrow(IllegalStateException::new);
    Map<ServerId, ZoneState.Entry> entries = new TreeMap<>();
    try (KeyValueIterator<String, byte[]> all = servers().all()) {
      all.forEachRemaining(each -> put(entries, zone, each.key, each.value));
    }
    return entries.isEmpty() ? state : state.with(entries);
  }

  private static void put(
      Map<ServerId, ZoneState.Entry> entries, ZoneId zone, String key, byte[] value) {
    String begin = zone + "|";
    if (key.startsWith(begin)) {
      entries.put(
          zone.server(Long.parseLong(key.substring(begin.length()))),
          ENTRIES.decode(value).orElseThrow(IllegalStateException::new));
    }
  }

  KeyValueStore<ZoneId, byte[]> zones() {
    return driver.getKeyValueStore(StateStores.ZONES);
  }

  KeyValueStore<String, byte[]> servers() {
    return driver.getKeyValueStore(StateStores.SERVERS);
  }

  /** Begins with what another one has kept, and behind the records that it has read. */
  void restore(Map<ZoneId, ZoneState> kept) {
    kept.forEach((zone, state) -> zones().put(zone, STATES.encode(state)));
    long read =
        kept.values().stream().mapToLong(state -> state.progress().offset()).max().orElse(-1);
    skip(read + 1);
  }

  /** Begins behind so many records of the journal. */
  void skip(long records) {
    for (long offset = 0; offset < records; offset++) {
      journal.pipeInput(new TestRecord<>(new byte[0], new byte[0], now));
    }
    take();
    commands.clear();
  }

  /** The fleet carries out every command at once. */
  void obey() {
    for (List<ScaleCommand> next = take(); !next.isEmpty(); next = take()) {
      next.forEach(this::obey);
    }
  }

  private void obey(ScaleCommand command) {
    for (ServerId server : command.start()) {
      started(server, command.id());
      fact(new ServerReady(command.zone(), now, server));
    }
    for (ServerId server : command.stop()) {
      fact(new ServerStopped(command.zone(), now, server, command.reason().sentence()));
    }
  }

  void started(ServerId server, CommandId command) {
    fact(
        new ServerStarted(
            server.zone(),
            now,
            server,
            command,
            URI.create("http://127.0.0.1:" + (5000 + server.number())),
            "pid-" + server,
            new Epoch(1)));
  }

  private List<ScaleCommand> take() {
    List<ScaleCommand> next =
        output(Topics.SCALE_COMMANDS).stream().map(TestRecord::value).toList();
    commands.addAll(next);
    return next;
  }

  /** Every command so far. */
  List<ScaleCommand> commands() {
    take();
    return commands;
  }

  /** Every observation since this was last asked. */
  List<LoadObserved> observations(ZoneId zone) {
    return output(Topics.JOURNAL).stream()
        .map(TestRecord::value)
        .filter(LoadObserved.class::isInstance)
        .map(LoadObserved.class::cast)
        .filter(observed -> observed.zone().equals(zone))
        .toList();
  }

  /** Every record of the journal that the topology wrote since this was last asked. */
  List<TestRecord<ZoneId, FleetEvent>> observationRecords() {
    return output(Topics.JOURNAL);
  }

  /** Every record of the zone's membership topic since this was last asked. */
  List<TestRecord<ServerId, Member>> membership(ZoneId zone) {
    return output(Topics.membership(zone));
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return driver
        .createOutputTopic(
            Topics.DEAD_LETTERS.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** What the stores' changelogs hold: what a restart would find. */
  Map<ZoneId, ZoneState> changelog() {
    Map<String, byte[]> entries = new TreeMap<>();
    for (var entry : changes("sluice-members-changelog")) {
      entries.put(new String(entry.key(), UTF_8), entry.value());
    }
    Map<ZoneId, ZoneState> last = new TreeMap<>();
    for (var entry : changes("sluice-zones-changelog")) {
      ZoneState head = STATES.decode(entry.value()).orElseThrow(IllegalStateException::new);
      last.put(head.zone().id(), head);
    }
    last.replaceAll((zone, head) -> {
      Map<ServerId, ZoneState.Entry> servers = new TreeMap<>();
      entries.forEach((key, value) -> {
        if (value != null) {
          put(servers, zone, key, value);
        }
      });
      return head.with(servers);
    });
    return last;
  }

  /** Every record of a topic since this was last asked, as bytes. */
  List<TestRecord<byte[], byte[]>> changes(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  @Override
  public void close() {
    driver.close();
  }
}
