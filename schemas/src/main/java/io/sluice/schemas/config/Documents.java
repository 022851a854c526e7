package io.sluice.schemas.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.sluice.schemas.codec.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text that people wrote, as a tree. */
public final class Documents {
  /** Of two values under one key only one could hold, and nobody would know which. */
  private static final ObjectReader READER =
      Json.yaml().reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private Documents() {}

  /**
   * Reads YAML, of which JSON is a part; an empty text gives a missing node.
   *
   * @param source the file or call that the text came from, for the message
   * @throws ConfigException if it is malformed or names a key twice, with the line and column
   */
  public static JsonNode parse(String source, String text) {
    try {
      return READER.readTree(text);
    } catch (JsonProcessingException malformed) {
      String problem = malformed.getOriginalMessage().lines().findFirst().orElse("malformed");
      throw new ConfigException(
          source,
          List.of(
              new Problem(place(malformed.getLocation()), "malformed (" + problem + ")", "YAML")));
    }
  }

  private static String place(@Nullable JsonLocation location) {
    return location == null
        ? "(text)"
        : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
