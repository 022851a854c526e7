package io.sluice.topology.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.id.ServerId;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Stopped;
import io.sluice.topology.decide.ZoneState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The states of the zones of one partition: in memory for those who decide and observe, and written
 * down as they change.
 *
 * <pre>
 *   store zones    zone1      ─▶ all but the servers: one record for each fact
 *   store servers  zone1|42   ─▶ what is known of server 42: one record for each fact about it
 * </pre>
 *
 * <p>What is written of a fact is therefore the same in a zone of three servers and of ten
 * thousand. A state that an earlier release wrote, with all servers in one record, is taken over
 * whole. One that a later release wrote is kept as it is and never overwritten, so that nothing
 * that that release remembers is lost.
 */
public final class ZoneStore {
  /** What is kept of a zone. */
  sealed interface Kept {
    /** Nothing. */
    record Nothing() implements Kept {}

    /**
     * A state that this release can go on from.
     *
     * @param state the state
     */
    record Known(ZoneState state) implements Kept {}

    /**
     * A state of a later release, or one that nobody can read.
     *
     * @param where why the zone stands still, and where
     */
    record Foreign(Stopped where) implements Kept {}
  }

  /**
   * How a foreign state is kept, so that a release that can read it knows where the zone stopped.
   *
   * @param waiting where and why the zone stands still
   * @param state the state as it was
   */
  // An array in a record is compared by identity; nobody compares these.
  @SuppressWarnings("ArrayRecordComponent")
  private record Wrapped(Stopped waiting, byte[] state) {}

  private static final JsonCodec<ZoneState> STATES = new JsonCodec<>(ZoneState.class);
  private static final byte[] WRAPPED = "{\"waiting\":".getBytes(StandardCharsets.UTF_8);

  private static final JsonCodec<ZoneState.Entry> ENTRIES = new JsonCodec<>(ZoneState.Entry.class);
  private static final char SEPARATOR = '|';

  private final KeyValueStore<ZoneId, byte[]> store;
  private final KeyValueStore<String, byte[]> servers;

  /** The states as objects: reading them back would cost more than deciding. */
  private final Map<ZoneId, ZoneState> known = new HashMap<>();

  ZoneStore(KeyValueStore<ZoneId, byte[]> store, KeyValueStore<String, byte[]> servers) {
    this.store = store;
    this.servers = servers;
  }

  /**
   * The state in what is kept of a zone, without its servers; empty if this release does not work
   * with it.
   */
  public static Optional<ZoneState> read(byte[] kept) {
    return kept(kept) instanceof Kept.Known(ZoneState state)
        ? Optional.of(state)
        : Optional.empty();
  }

  boolean isEmpty() {
    try (KeyValueIterator<ZoneId, byte[]> all = store.all()) {
      return !all.hasNext();
    }
  }

  /** The journal offset up to which the zone that is furthest is folded; -1: none is. */
  long folded() {
    long[] last = {-1};
    forEach(state -> last[0] = Math.max(last[0], state.progress().offset()));
    return last[0];
  }

  /** Whether a zone's state names a place of this kind. */
  boolean stopped(ConditionKind kind) {
    boolean[] found = {false};
    forEach(state ->
        found[0] |=
            state.progress().stopped().filter(where -> where.kind().equals(kind)).isPresent());
    return found[0];
  }

  Kept get(ZoneId zone) {
    ZoneState state = known.get(zone);
    return state == null ? load(zone) : new Kept.Known(state);
  }

  private Kept load(ZoneId zone) {
    byte[] bytes = store.get(zone);
    if (bytes == null) {
      return new Kept.Nothing();
    }
    Kept kept = kept(bytes);
    if (!(kept instanceof Kept.Known(ZoneState head))) {
      return kept;
    }
    boolean whole = !head.differences(ZoneState.unknown(zone)).isEmpty();
    ZoneState state = whole ? head : head.with(entries(zone));
    known.put(zone, state);
    if (whole) {
      // An earlier release had them all in there: from here on each has its own.
      put(written(ZoneState.unknown(zone), state));
    }
    return new Kept.Known(state);
  }

  private Map<ServerId, ZoneState.Entry> entries(ZoneId zone) {
    Map<ServerId, ZoneState.Entry> entries = new TreeMap<>();
    String from = zone.value() + SEPARATOR;
    String to = zone.value() + (char) (SEPARATOR + 1);
    try (KeyValueIterator<String, byte[]> all = servers.range(from, to)) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> next = all.next();
        long number = Long.parseLong(next.key, from.length(), next.key.length(), 10);
        entries.put(
            zone.server(number),
            ENTRIES.decode(next.value).orElseThrow(SerializationException::new));
      }
    }
    return entries;
  }

  /** The state of a zone with which this release works; empty if there is none. */
  Optional<ZoneState> state(ZoneId zone) {
    return get(zone) instanceof Kept.Known(ZoneState state) ? Optional.of(state) : Optional.empty();
  }

  /** Every state with which this release works. */
  void forEach(Consumer<ZoneState> action) {
    List<ZoneId> zones = new ArrayList<>();
    try (KeyValueIterator<ZoneId, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> zones.add(entry.key));
    }
    zones.forEach(zone -> state(zone).ifPresent(action));
  }

  /**
   * What is written of a state: its head, and the servers of which it says something else than the
   * state before it.
   */
  static final class Written {
    private final ZoneState state;
    private final byte[] head;

    /** By their keys; empty: nothing is known of the server any more. */
    private final Map<String, Optional<byte[]>> servers = new TreeMap<>();

    private Written(ZoneState before, ZoneState state) {
      this.state = state;
      this.head = STATES.encode(state.head());
      for (ServerId id : state.differences(before)) {
        ZoneState.Entry entry = state.entry(id);
        servers.put(
            state.zone().id().value() + SEPARATOR + id.number(),
            entry.isNothing() ? Optional.empty() : Optional.of(ENTRIES.encode(entry)));
      }
    }

    /** The bytes of the largest record. */
    int largest() {
      int largest = head.length;
      for (Optional<byte[]> server : servers.values()) {
        largest = Math.max(largest, server.map(bytes -> bytes.length).orElse(0));
      }
      return largest;
    }
  }

  /**
   * What is to be written of a state.
   *
   * @param before what is kept of the zone, or a state that knows nothing
   */
  static Written written(ZoneState before, ZoneState state) {
    return new Written(before, state);
  }

  /** Keeps a state. */
  void put(Written written) {
    ZoneId zone = written.state.zone().id();
    written.servers.forEach((key, entry) -> servers.put(key, entry.orElse(null)));
    store.put(zone, written.head);
    known.put(zone, written.state);
  }

  /**
   * What an earlier release told the balancer of a zone; told once, since from then on what is told
   * is what is kept.
   */
  Optional<byte[]> takeTold(ZoneId zone) {
    byte[] told = servers.get(zone.value());
    if (told != null) {
      servers.put(zone.value(), null);
    }
    return Optional.ofNullable(told);
  }

  /**
   * Remembers where a zone stands whose state this release must not touch; false if that is
   * remembered already.
   */
  boolean wait(ZoneId zone, Stopped where) {
    byte[] bytes = store.get(zone);
    if (bytes == null || isWrapped(bytes)) {
      return false;
    }
    try {
      store.put(zone, Json.mapper().writeValueAsBytes(new Wrapped(where, bytes)));
      return true;
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a zone's place can't be written", impossible);
    }
  }

  private static Kept kept(byte[] bytes) {
    if (!isWrapped(bytes)) {
      return read(bytes, Optional.empty());
    }
    try {
      Wrapped wrapped = Json.mapper().readValue(bytes, Wrapped.class);
      return read(wrapped.state(), Optional.of(wrapped.waiting()));
    } catch (IOException unreadable) {
      return new Kept.Foreign(foreign(-1, String.valueOf(unreadable.getMessage())));
    }
  }

  private static Kept read(byte[] bytes, Optional<Stopped> waiting) {
    return switch (STATES.decode(bytes)) {
      case Decoded.Value<ZoneState>(ZoneState state) -> known(state, waiting);
      case Decoded.UnknownType<ZoneState>(String type) ->
          new Kept.Foreign(waiting.orElse(foreign(-1, "it has parts of unknown type " + type)));
      case Decoded.Malformed<ZoneState>(String problem) ->
          new Kept.Foreign(waiting.orElse(foreign(-1, problem)));
    };
  }

  private static Kept known(ZoneState state, Optional<Stopped> waiting) {
    int version = state.progress().foldVersion();
    if (version > Decide.FOLD_VERSION) {
      String problem =
          Sentence.of(
              "decision rules %d made it, and this release has %d", version, Decide.FOLD_VERSION);
      return new Kept.Foreign(waiting.orElse(foreign(state.progress().offset() + 1, problem)));
    }
    return new Kept.Known(waiting.map(state::stopped).orElse(state));
  }

  private static Stopped foreign(long offset, String problem) {
    return new Stopped(
        Math.max(0, offset),
        ConditionKind.NEWER_RECORD,
        "the zone's state is of a later release: " + Sentence.shown(problem),
        "run that release, or a later one, on every monitor");
  }

  private static boolean isWrapped(byte[] bytes) {
    return bytes.length > WRAPPED.length
        && Arrays.equals(bytes, 0, WRAPPED.length, WRAPPED, 0, WRAPPED.length);
  }
}
