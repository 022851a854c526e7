package io.sluice.compose.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.topology.history.RecordHeaders;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The headers of a record of Kafka, read when they are asked for.
 *
 * @param headers nobody changes them
 */
record KafkaHeaders(Headers headers) implements RecordHeaders {
  @Override
  public Optional<String> value(String name) {
    Header header = headers.lastHeader(name);
    return header == null ? Optional.empty() : Optional.of(text(header));
  }

  @Override
  public SortedMap<String, String> all() {
    SortedMap<String, String> all = new TreeMap<>();
    headers.forEach(header -> all.put(header.key(), text(header)));
    return all;
  }

  private static String text(Header header) {
    return header.value() == null ? "" : new String(header.value(), UTF_8);
  }
}
