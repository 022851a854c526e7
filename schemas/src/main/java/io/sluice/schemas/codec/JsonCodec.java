package io.sluice.schemas.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import io.sluice.schemas.text.Sentence;
import java.io.IOException;
import java.time.DateTimeException;

/**
 * A codec for a record or a sealed family, as JSON with the rules of {@link Json}.
 *
 * @param <T> the type of the values
 */
public final class JsonCodec<T> implements Codec<T> {
  private static final int PROBLEM_MAX = 500;

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
      throw new IllegalArgumentException(Sentence.of("%s can't be written", name), unwritable);
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
      return malformed(malformed.getOriginalMessage() + " at " + location(malformed));
    } catch (IOException | IllegalArgumentException | DateTimeException malformed) {
      return malformed(String.valueOf(malformed.getMessage()));
    }
  }

  private Decoded<T> malformed(String problem) {
    // A parser repeats what it stumbled over, whatever its size.
    return new Decoded.Malformed<>(
        name
            + ": "
            + (problem.length() <= PROBLEM_MAX
                ? problem
                : problem.substring(0, PROBLEM_MAX) + "…"));
  }

  private static String location(JsonProcessingException malformed) {
    var location = malformed.getLocation();
    return location == null
        ? "an unknown place"
        : Sentence.of("line %d, column %d", location.getLineNr(), location.getColumnNr());
  }
}
