package io.sluice.schemas.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sluice.schemas.codec.Codec;
import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.codec.JsonCodec;
import io.sluice.schemas.event.FleetEvent.LoadObserved;
import io.sluice.schemas.text.Sentence;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads and writes facts. One that can't be read though it says that it is of a later version than
 * this release knows is no garbage: a later release wrote it, so that it counts as {@link
 * Decoded.UnknownType}.
 */
public enum FactCodec implements Codec<FleetEvent> {
  /** The only one. */
  INSTANCE;

  private static final JsonCodec<FleetEvent> JSON = new JsonCodec<>(FleetEvent.class);

  private static final byte[] VERSION = ",\"version\":".getBytes(UTF_8);
  private static final int QUOTES_BEFORE_VERSION = 4;

  private record Head(Optional<String> type, OptionalInt version) {}

  @Override
  public byte[] encode(FleetEvent fact) {
    return JSON.encode(fact);
  }

  @Override
  public Decoded<FleetEvent> decode(byte[] bytes) {
    Optional<LoadObserved> observation = LoadObservedReader.read(bytes);
    if (observation.isPresent()) {
      return new Decoded.Value<>(observation.get());
    }
    return mapped(bytes);
  }

  /** What the mapper reads. */
  static Decoded<FleetEvent> mapped(byte[] bytes) {
    return switch (JSON.decode(bytes)) {
      case Decoded.Value<FleetEvent> value -> value;
      case Decoded.UnknownType<FleetEvent>(String type) ->
          new Decoded.UnknownType<>(Sentence.shown(type));
      case Decoded.Malformed<FleetEvent> malformed -> laterOr(malformed, bytes);
    };
  }

  /**
   * Reads a fact for those who must not skip what a later release may have meant: also one whose
   * fields are all known counts as {@link Decoded.UnknownType} if it is of a later version.
   */
  public static Decoded<FleetEvent> decodeStrictly(byte[] bytes) {
    Optional<LoadObserved> observation = LoadObservedReader.read(bytes);
    if (observation.isPresent()) {
      return new Decoded.Value<>(observation.get());
    }
    Decoded<FleetEvent> decoded = mapped(bytes);
    if (decoded instanceof Decoded.Value<FleetEvent>(FleetEvent fact)
        && !startsLike(bytes, fact.version())) {
      Head head = head(bytes);
      return isLater(head) ? new Decoded.UnknownType<>(described(head)) : decoded;
    }
    return decoded;
  }

  /** Whether a record begins as this release writes it, which most do; then nobody need look. */
  private static boolean startsLike(byte[] bytes, int version) {
    // {"type":"load-observed","version":2, …
    int at = 0;
    for (int quotes = 0; at < bytes.length && quotes < QUOTES_BEFORE_VERSION; at++) {
      quotes += bytes[at] == '"' ? 1 : 0;
    }
    return at + VERSION.length + 1 < bytes.length
        && Arrays.equals(bytes, at, at + VERSION.length, VERSION, 0, VERSION.length)
        && bytes[at + VERSION.length] == '0' + version
        && bytes[at + VERSION.length + 1] == ',';
  }

  private static boolean isLater(Head head) {
    int known = head.type().map(FactVersions::of).orElse(Integer.MAX_VALUE);
    return head.version().isPresent() && head.version().getAsInt() > known;
  }

  private static String described(Head head) {
    return Sentence.of("%s of version %d", head.type().orElse("?"), head.version().orElse(0));
  }

  private static Decoded<FleetEvent> laterOr(
      Decoded.Malformed<FleetEvent> malformed, byte[] bytes) {
    Head head = head(bytes);
    if (isLater(head)) {
      return new Decoded.UnknownType<>(described(head));
    }
    return malformed;
  }

  private static Head head(byte[] bytes) {
    Optional<String> type = Optional.empty();
    OptionalInt version = OptionalInt.empty();
    try (JsonParser parser = Json.mapper().createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return new Head(type, version);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("type") && value == JsonToken.VALUE_STRING) {
          type = Optional.of(parser.getText());
        } else if (name.equals("version") && value == JsonToken.VALUE_NUMBER_INT) {
          version = OptionalInt.of(parser.getIntValue());
        } else {
          parser.skipChildren();
        }
        if (type.isPresent() && version.isPresent()) {
          break;
        }
      }
    } catch (IOException unreadable) {
      // What was read of it up to here is all that there is to know.
      return new Head(type, version);
    }
    return new Head(type, version);
  }
}
