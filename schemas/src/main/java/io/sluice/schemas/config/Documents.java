package io.sluice.schemas.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sluice.schemas.codec.Json;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.MarkedYAMLException;
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
      JsonNode tree = READER.readTree(text);
      if (tree.isMissingNode() || tree.isNull()) {
        return MissingNode.getInstance();
      }
      return PlainDocument.read(source, text);
    } catch (JsonProcessingException malformed) {
      throw malformed(source, place(malformed.getLocation()), malformed.getOriginalMessage());
    } catch (MarkedYAMLException malformed) {
      throw malformed(source, "(text)", String.valueOf(malformed.getProblem()));
    } catch (YAMLException malformed) {
      throw malformed(source, "(text)", String.valueOf(malformed.getMessage()));
    }
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
