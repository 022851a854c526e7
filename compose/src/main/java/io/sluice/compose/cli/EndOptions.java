package io.sluice.compose.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** When something ends; what is given is judged by the monitor. */
final class EndOptions {
  @Option(names = "--for", paramLabel = "DURATION", description = "For so long, such as 30m.")
  private @Nullable String span;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Until this time, such as 2026-11-01T12:00:00Z.")
  private @Nullable String until;

  void addTo(Map<String, Object> values) {
    if (span != null) {
      values.put("for", span);
    }
    if (until != null) {
      values.put("until", until);
    }
  }

  /** The end that an answer names, as a part of a sentence. */
  static String sentence(JsonNode answer, String otherwise) {
    return answer.hasNonNull("until") ? " until " + answer.get("until").asText() : otherwise;
  }
}
