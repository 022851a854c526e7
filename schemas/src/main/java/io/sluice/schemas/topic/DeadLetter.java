package io.sluice.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a record stood that nobody can read, and what is wrong with it; the headers of a {@code
 * dead-letters} record, whose key and value are the original bytes.
 *
 * @param topic the topic it stood in
 * @param partition its partition
 * @param offset its offset
 * @param error what is wrong, for people
 */
public record DeadLetter(String topic, int partition, long offset, String error) {
  /** The headers by name. */
  public Map<String, byte[]> headers() {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put("sluice-topic", topic.getBytes(UTF_8));
    headers.put("sluice-partition", Integer.toString(partition).getBytes(UTF_8));
    headers.put("sluice-offset", Long.toString(offset).getBytes(UTF_8));
    headers.put("sluice-error", error.getBytes(UTF_8));
    return headers;
  }
}
