package io.sluice.topology.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.event.ConditionKind;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.topology.decide.Decide;
import io.sluice.topology.decide.Stopped;
import io.sluice.topology.decide.ZoneState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The states of the zones of one partition, as they are kept. One that a later release wrote is
 * kept as it is and never overwritten, so that nothing that that release remembers is lost.
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

  private final KeyValueStore<ZoneId, byte[]> store;

  ZoneStore(KeyValueStore<ZoneId, byte[]> store) {
    this.store = store;
  }

  /** The state in what is kept of a zone; empty if this release does not work with it. */
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

  Kept get(ZoneId zone) {
    byte[] bytes = store.get(zone);
    return bytes == null ? new Kept.Nothing() : kept(bytes);
  }

  /** The state of a zone with which this release works; empty if there is none. */
  Optional<ZoneState> state(ZoneId zone) {
    return get(zone) instanceof Kept.Known(ZoneState state) ? Optional.of(state) : Optional.empty();
  }

  /** Every state with which this release works. */
  void forEach(Consumer<ZoneState> action) {
    try (KeyValueIterator<ZoneId, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<ZoneId, byte[]> entry = all.next();
        if (kept(entry.value) instanceof Kept.Known(ZoneState state)) {
          action.accept(state);
        }
      }
    }
  }

  static byte[] encode(ZoneState state) {
    return STATES.encode(state);
  }

  void put(ZoneId zone, byte[] state) {
    store.put(zone, state);
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
