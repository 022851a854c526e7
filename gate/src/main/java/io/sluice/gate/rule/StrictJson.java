package io.sluice.gate.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * JSON of strangers: UTF-8 without a mark, no key twice in an object, nothing behind the value, and
 * no larger than anything that the fleet sends.
 */
final class StrictJson {
  /** Deeper than {@code HostConfig.PortBindings.8080/tcp[0].HostIp}. */
  private static final int DEPTH_MAX = 8;

  private static final int TOKENS_MAX = 20_000;
  private static final int NAME_MAX = 4096;
  private static final int DIGITS_MAX = 19;

  private static final ObjectReader READER =
      new JsonMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxTokenCount(TOKENS_MAX)
                          .maxNameLength(NAME_MAX)
                          .maxNumberLength(DIGITS_MAX)
                          .build())
                  // Names of strangers are not to be remembered.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .build())
          .reader()
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private StrictJson() {}

  /** The value; empty if it is malformed, which is noted as what is wrong {@code where}. */
  static Optional<JsonNode> parse(String where, byte[] bytes, Problems problems) {
    // A decoder of our own: Jackson's would guess the encoding, and pass over what is none.
    try (var text = new InputStreamReader(new ByteArrayInputStream(bytes), UTF_8.newDecoder())) {
      JsonNode value = READER.readTree(text);
      if (!value.isMissingNode()) {
        return Optional.of(value);
      }
      problems.add(where, "of no byte", "JSON");
    } catch (JsonProcessingException malformed) {
      problems.add(where, "(" + malformed.getOriginalMessage() + ")", "JSON, no key twice");
    } catch (java.nio.charset.CharacterCodingException malformed) {
      problems.add(where, "(malformed text)", "JSON in UTF-8");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return Optional.empty();
  }
}
