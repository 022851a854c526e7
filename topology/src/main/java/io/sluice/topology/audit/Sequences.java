package io.sluice.topology.audit;

import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.CloudEvent;
import io.sluice.topology.history.RecordHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far each writer of a zone's facts has counted. A writer that counts leaves no gaps, so that
 * one shows that a fact is gone. Facts without a number are passed over: balancers do not count,
 * and neither did the first release.
 */
final class Sequences {
  private final Map<String, Long> last = new HashMap<>();

  /** Whether writers may have counted before: then each may begin with any number. */
  private final boolean begun;

  Sequences(boolean begun) {
    this.begun = begun;
  }

  static boolean numbered(RecordHeaders headers) {
    return headers.value(CloudEvent.SEQUENCE).isPresent()
        && headers.value(CloudEvent.SOURCE).isPresent();
  }

  /** Takes note of a numbered fact; says what is wrong with its number. */
  Optional<String> objection(RecordHeaders headers) {
    String source = headers.value(CloudEvent.SOURCE).orElse("");
    String text = headers.value(CloudEvent.SEQUENCE).orElse("");
    long sequence;
    try {
      sequence = Long.parseLong(text);
    } catch (NumberFormatException malformed) {
      return Optional.of(Sentence.of("%s is '%s': expected a number", CloudEvent.SEQUENCE, text));
    }
    Long before = last.put(source, sequence);
    if (before == null && begun) {
      return Optional.empty();
    }
    long expected = before == null ? 1 : before + 1;
    if (sequence == expected) {
      return Optional.empty();
    }
    return Optional.of(
        Sentence.of(
            "fact %d of %s stands where its fact %d is expected: %s",
            sequence,
            source,
            expected,
            sequence < expected ? "a fact was put in" : missing(sequence - expected)));
  }

  private static String missing(long count) {
    return count == 1 ? "1 fact is missing" : count + " facts are missing";
  }
}
