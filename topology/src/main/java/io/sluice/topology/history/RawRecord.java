package io.sluice.topology.history;

import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A record of a topic, byte for byte.
 *
 * @param partition the topic's partition, 0 or more
 * @param offset its position there, 0 or more
 * @param time when the broker appended it
 * @param key its key; Kafka stands for none by null
 * @param value its value; Kafka stands for none by null
 * @param headers its headers
 */
// An array in a record is compared by identity; nobody compares raw records.
@SuppressWarnings("ArrayRecordComponent")
public record RawRecord(
    int partition,
    long offset,
    Instant time,
    byte @Nullable [] key,
    byte @Nullable [] value,
    RecordHeaders headers) {
  /** A record whose headers are text already. The arrays are the caller's; nobody changes them. */
  public RawRecord(
      int partition,
      long offset,
      Instant time,
      byte @Nullable [] key,
      byte @Nullable [] value,
      SortedMap<String, String> headers) {
    this(partition, offset, time, key, value, RecordHeaders.of(headers));
  }
}
