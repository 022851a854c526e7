package io.sluice.gate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.schemas.secret.SecretUse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;

/**
 * Whose a container is and whether it may be given files of secrets, of all that an engine
 * describes it by: {@code Id}, {@code State.Status}, {@code Config.Labels} and {@code .User}, and
 * what is mounted where those files belong. The rest is passed over as it comes in, its environment
 * above all, so that what a description takes of the heap does not grow with it.
 */
final class ContainerIdentity {
  /** More than all labels that a container can sensibly have; characters. */
  private static final int LABELS_MAX = 256 * 1024;

  /** More than a path, or the name of a user; characters. */
  private static final int TEXT_MAX = 8 * 1024;

  /** No engine mounts two things at one place. */
  private static final int MOUNTS_MAX = 4;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LABELS_MAX).build())
          .build();

  private ContainerIdentity() {}

  /**
   * Reads a description; what is missing there is missing here.
   *
   * @throws com.fasterxml.jackson.core.JsonProcessingException if it is no JSON, or not whole, or
   *     its labels are out of proportion
   */
  static JsonNode read(InputStream description) throws IOException {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    try (JsonParser parser = JSON.createParser(description)) {
      require(parser.nextToken() == JsonToken.START_OBJECT, parser);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("Id") && value == JsonToken.VALUE_STRING) {
          told.put(name, parser.getText());
        } else if (name.equals("Config") && value == JsonToken.START_OBJECT) {
          told.set(name, config(parser));
        } else if (name.equals("State") && value == JsonToken.START_OBJECT) {
          told.set(name, texts(parser, Set.of("Status")));
        } else if (name.equals("Mounts") && value == JsonToken.START_ARRAY) {
          told.set(name, mounts(parser));
        } else {
          parser.skipChildren();
        }
      }
      require(parser.currentToken() == JsonToken.END_OBJECT, parser);
    }
    return told;
  }

  private static ObjectNode config(JsonParser parser) throws IOException {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("Labels") && value == JsonToken.START_OBJECT) {
        config.set(name, labels(parser));
      } else if (name.equals("User") && value == JsonToken.VALUE_STRING) {
        config.put(name, text(parser));
      } else {
        parser.skipChildren();
      }
    }
    return config;
  }

  private static ObjectNode labels(JsonParser parser) throws IOException {
    ObjectNode labels = JsonNodeFactory.instance.objectNode();
    int characters = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_STRING) {
        String value = parser.getText();
        characters += name.length() + value.length();
        require(characters <= LABELS_MAX, parser);
        labels.put(name, value);
      } else {
        parser.skipChildren();
      }
    }
    return labels;
  }

  /** What is mounted where the files of secrets belong. */
  private static ArrayNode mounts(JsonParser parser) throws IOException {
    ArrayNode mounts = JsonNodeFactory.instance.arrayNode();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      require(next == JsonToken.START_OBJECT, parser);
      ObjectNode mount = texts(parser, Set.of("Type", "Name", "Destination"));
      if (mount.path("Destination").asText("").equals(SecretUse.DIRECTORY)) {
        mounts.add(mount);
        require(mounts.size() <= MOUNTS_MAX, parser);
      }
    }
    return mounts;
  }

  /** Those fields of an object that are texts and have one of these names. */
  private static ObjectNode texts(JsonParser parser, Set<String> names) throws IOException {
    ObjectNode texts = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_STRING && names.contains(name)) {
        texts.put(name, text(parser));
      } else {
        parser.skipChildren();
      }
    }
    return texts;
  }

  private static String text(JsonParser parser) throws IOException {
    String text = parser.getText();
    require(text.length() <= TEXT_MAX, parser);
    return text;
  }

  private static void require(boolean expected, JsonParser parser) throws JsonParseException {
    if (!expected) {
      throw new JsonParseException(parser, "no description of a container");
    }
  }
}
