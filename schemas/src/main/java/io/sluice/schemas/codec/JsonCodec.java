package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import java.io.IOException;

/**
 * A codec for a record or a sealed family, as JSON with the rules of {@link Json}.
 *
 * @param <T> the type of the values
 */
public final class JsonCodec<T> implements Codec<T> {
  private final String name;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  /** A codec for values of this type. */
  public JsonCodec(Class<T> type) {
    this.name = type.getSimpleName();
    this.reader = Json.mapper().readerFor(type);
    this.writer = Json.mapper().writerFor(type);
  }

  @Override
  public byte[] encode(T value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException unwritable) {
      throw new IllegalArgumentException("%s can't be written".formatted(name), unwritable);
    }
  }

  @Override
  public Decoded<T> decode(byte[] bytes) {
    try {
      T value = reader.readValue(bytes);
      return value == null
          ? new Decoded.Malformed<>(name + ": is null, expected a JSON object")
          : new Decoded.Value<>(value);
    } catch (InvalidTypeIdException unknown) {
      String type = unknown.getTypeId();
      return type == null
          ? new Decoded.Malformed<>(name + ": field 'type' is missing")
          : new Decoded.UnknownType<>(type);
    } catch (JsonProcessingException malformed) {
      return new Decoded.Malformed<>(
          "%s: %s at %s".formatted(name, malformed.getOriginalMessage(), location(malformed)));
    } catch (IOException | IllegalArgumentException malformed) {
      return new Decoded.Malformed<>(name + ": " + malformed.getMessage());
    }
  }

  private static String location(JsonProcessingException malformed) {
    var location = malformed.getLocation();
    return location == null
        ? "an unknown place"
        : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
