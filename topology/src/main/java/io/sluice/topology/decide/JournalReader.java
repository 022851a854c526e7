package io.sluice.topology.decide;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.event.FactCodec;
import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.Topics;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of the journal. Everybody who folds the journal reads it with this, so that all
 * of them take the same records for facts.
 */
public final class JournalReader {
  private JournalReader() {}

  /**
   * The fact in a record, or what is wrong with it. A record without a value, or whose key is not
   * the zone of its fact, is malformed; one of a later version is of unknown type, even where its
   * fields are known, since what they mean now a fold can't know.
   */
  public static Decoded<FleetEvent> read(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null || value == null) {
      return new Decoded.Malformed<>(
          Sentence.of(
              "journal record without a %s: expected a zone and a fact",
              key == null ? "key" : "value"));
    }
    return switch (FactCodec.decodeStrictly(value)) {
      case Decoded.Value<FleetEvent>(FleetEvent event) -> keyed(key, event);
      case Decoded.UnknownType<FleetEvent> unknown -> unknown;
      case Decoded.Malformed<FleetEvent> malformed -> malformed;
    };
  }

  /** Whose journal a record belongs to, by its key. */
  public static Decoded<ZoneId> zone(byte @Nullable [] key) {
    return key == null
        ? new Decoded.Malformed<>("journal record without a key: expected a zone and a fact")
        : Topics.JOURNAL.key().decode(key);
  }

  private static Decoded<FleetEvent> keyed(byte[] key, FleetEvent event) {
    if (isText(key, event.zone().value())) {
      return new Decoded.Value<>(event);
    }
    return switch (Topics.JOURNAL.key().decode(key)) {
      case Decoded.Value<ZoneId>(var zone) when zone.equals(event.zone()) ->
          new Decoded.Value<>(event);
      case Decoded.Value<ZoneId>(var zone) ->
          new Decoded.Malformed<>(
              Sentence.of("key '%s': expected the fact's zone '%s'", zone, event.zone()));
      case Decoded.UnknownType<ZoneId>(String type) ->
          new Decoded.Malformed<>(Sentence.of("key of type '%s': expected a zone", type));
      case Decoded.Malformed<ZoneId>(String problem) -> new Decoded.Malformed<>("key: " + problem);
    };
  }

  /** Whether the bytes are this text, which is ASCII. */
  private static boolean isText(byte[] bytes, String text) {
    if (bytes.length != text.length()) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
