package io.sluice.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code dead-letters}: where a record stood that nobody can read, what is wrong with
 * it, and its bytes. It always fits: whatever the size of the original, a letter takes less than
 * {@value #BYTES_MAX} bytes, which is under what a topic takes by Kafka's own default.
 *
 * @param topic the topic it stood in
 * @param partition its partition
 * @param offset its offset
 * @param error what is wrong, for people; no more than {@value #ERROR_MAX} characters of it
 */
public record DeadLetter(String topic, int partition, long offset, String error) {
  /** No letter takes more than this, headers included, in bytes. */
  public static final int BYTES_MAX = 1_000_000;

  /** Of a longer error only its beginning is told, in characters. */
  public static final int ERROR_MAX = 1_000;

  /** An original that is larger is not copied whole, key and value together, in bytes. */
  private static final int ORIGINAL_MAX = 950_000;

  /** So much of each is copied then: enough to see who wrote it and what it was to be, in bytes. */
  private static final int EXCERPT = 4_096;

  /**
   * What stands in the record.
   *
   * @param key the original's key, or its beginning
   * @param value the original's value, or its beginning
   * @param headers the headers by name
   */
  // Arrays in a record are compared by identity; nobody compares these.
  @SuppressWarnings("ArrayRecordComponent")
  public record Content(
      byte @Nullable [] key, byte @Nullable [] value, Map<String, byte[]> headers) {}

  /** Keeps the beginning of a long error. */
  public DeadLetter {
    error = error.length() <= ERROR_MAX ? error : error.substring(0, ERROR_MAX) + "…";
  }

  /** The letter for an original with this key and value. */
  public Content content(byte @Nullable [] key, byte @Nullable [] value) {
    Map<String, byte[]> headers = headers();
    if (length(key) + length(value) <= ORIGINAL_MAX) {
      return new Content(key, value, headers);
    }
    headers.put("sluice-key-bytes", Long.toString(length(key)).getBytes(UTF_8));
    headers.put("sluice-value-bytes", Long.toString(length(value)).getBytes(UTF_8));
    return new Content(beginning(key), beginning(value), headers);
  }

  private Map<String, byte[]> headers() {
    Map<String, byte[]> headers = new LinkedHashMap<>();
    headers.put("sluice-topic", topic.getBytes(UTF_8));
    headers.put("sluice-partition", Integer.toString(partition).getBytes(UTF_8));
    headers.put("sluice-offset", Long.toString(offset).getBytes(UTF_8));
    headers.put("sluice-error", error.getBytes(UTF_8));
    return headers;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  private static byte @Nullable [] beginning(byte @Nullable [] bytes) {
    return bytes == null || bytes.length <= EXCERPT ? bytes : Arrays.copyOf(bytes, EXCERPT);
  }
}
