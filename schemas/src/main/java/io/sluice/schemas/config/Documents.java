package io.sluice.schemas.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.schemas.codec.Json;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Text that people wrote, as a tree, and nothing in it that two readers could take for two things.
 *
 * <p>Refused are values that were left blank, anchors, aliases and tags, and words that YAML would
 * turn into something else ({@code no}, {@code 0123}, {@code 1_000}, {@code 12:30:45}). A number
 * whose text would change ({@code 1.10}) stays one that knows its text: where a number is expected
 * it is that number, where a text is expected it is refused (see {@link Section#string(String)}).
 */
public final class Documents {
  /** Of two values under one key only one could hold, and nobody would know which. */
  private static final ObjectReader READER =
      Json.yaml().reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private Documents() {}

  /**
   * Reads YAML, of which JSON is a part; an empty text gives a missing node.
   *
   * @param source the file or call that the text came from, for the message
   * @throws ConfigException if it is malformed, names a key twice, with the line and column, or
   *     says anything that could be read in two ways, with all that does
   */
  public static JsonNode parse(String source, String text) {
    try {
      return isEmpty(text) ? MissingNode.getInstance() : PlainDocument.read(source, text);
    } catch (JsonProcessingException malformed) {
      throw malformed(source, place(malformed.getLocation()), malformed.getOriginalMessage());
    } catch (IOException | YAMLException malformed) {
      throw malformed(source, "(text)", String.valueOf(malformed.getMessage()));
    }
  }

  /** Whether there is nothing in it; what is there is well formed then, and one document. */
  private static boolean isEmpty(String text) throws IOException {
    try (JsonParser parser = READER.createParser(text)) {
      JsonToken first = parser.nextToken();
      boolean blank = first == null || first == JsonToken.VALUE_NULL;
      for (int depth = depth(first); depth > 0; ) {
        JsonToken next = parser.nextToken();
        depth = next == null ? 0 : depth + depth(next);
      }
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "more than one document");
      }
      return blank;
    }
  }

  private static int depth(@Nullable JsonToken token) {
    if (token == null || token.isScalarValue() || token == JsonToken.FIELD_NAME) {
      return 0;
    }
    return token.isStructStart() ? 1 : -1;
  }

  private static ConfigException malformed(String source, String place, String message) {
    String problem = message.lines().findFirst().orElse("malformed");
    return new ConfigException(
        source, List.of(new Problem(place, "malformed (" + problem + ")", "YAML")));
  }

  private static String place(@Nullable JsonLocation location) {
    return location == null
        ? "(text)"
        : String.format(
            Locale.ROOT, "line %d, column %d", location.getLineNr(), location.getColumnNr());
  }
}
