package io.sluice.schemas.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** Texts under names with dots, of which some are passwords. */
final class DottedTexts {
  private DottedTexts() {}

  /** The texts in what stands under the key; what is none is noted without being shown. */
  static Map<String, String> of(Section section, String key, JsonNode value) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (!value.isObject() && !value.isMissingNode() && !value.isNull()) {
      section.note(key, "no object", "names and values");
    }
    value
        .properties()
        .forEach(entry -> {
          if (isText(entry.getValue())) {
            texts.put(entry.getKey(), entry.getValue().asText());
          } else {
            section.note(key + "." + entry.getKey(), "no text", "a text, the name with its dots");
          }
        });
    return texts;
  }

  private static boolean isText(JsonNode value) {
    return value.isValueNode() && !value.isNull() && !(value instanceof WrittenNumber);
  }
}
