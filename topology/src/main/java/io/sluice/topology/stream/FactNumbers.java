package io.sluice.topology.stream;

import io.sluice.schemas.event.FleetEvent;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.text.Sentence;
import io.sluice.schemas.topic.CloudEvent;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A processor as a writer of facts: it numbers those of each zone. After an aborted transaction
 * Kafka Streams makes another one, so that what one of them wrote and committed has no gaps.
 */
final class FactNumbers {
  private final String source;
  private final Map<ZoneId, Long> written = new HashMap<>();

  /**
   * A writer that has written nothing.
   *
   * @param kind what its name begins with
   */
  FactNumbers(String kind) {
    this.source = kind + UUID.randomUUID();
  }

  /** What it is called as a writer. */
  String source() {
    return source;
  }

  /** The headers of its next fact. */
  Headers next(FleetEvent fact) {
    long sequence = written.merge(fact.zone(), 1L, Long::sum);
    String id = Sentence.of("%s-%d", fact.zone(), sequence);
    Headers headers = new RecordHeaders();
    CloudEvent.headers(fact, id, source, sequence).forEach(headers::add);
    return headers;
  }
}
