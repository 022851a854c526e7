package io.sluice.schemas.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.sluice.schemas.codec.Json;
import io.sluice.schemas.config.Section;
import io.sluice.schemas.text.Sentence;

/**
 * How large a policy or a template may become. Each is a fact of the journal, whole, and is told
 * again with reasons and versions that it did not have when it came.
 */
final class FactSize {
  /** As JSON, in bytes: half of what a record of Kafka carries unless it is set up otherwise. */
  static final int MAX_BYTES = 512 * 1024;

  private FactSize() {}

  /** Notes if the value is larger than that. */
  static <T> T bounded(Section section, T value) {
    int bytes = bytes(value);
    if (bytes > MAX_BYTES) {
      section.note(
          "(whole)", bytes + " bytes as JSON", Sentence.of("at most %d bytes as JSON", MAX_BYTES));
    }
    return value;
  }

  private static int bytes(Object value) {
    try {
      return Json.mapper().writeValueAsBytes(value).length;
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a value that was read can't be written", impossible);
    }
  }
}
