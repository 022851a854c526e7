package io.sluice.topology.history;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A record of a topic, byte for byte.
 *
 * @param partition the topic's partition, 0 or more
 * @param offset its position there, 0 or more
 * @param time when the broker appended it
 * @param key its key; Kafka stands for none by null
 * @param value its value; Kafka stands for none by null
 * @param headers its headers as text by name
 */
// An array in a record is compared by identity; nobody compares raw records.
@SuppressWarnings("ArrayRecordComponent")
public record RawRecord(
    int partition,
    long offset,
    Instant time,
    byte @Nullable [] key,
    byte @Nullable [] value,
    SortedMap<String, String> headers) {
  /** Copies the headers; the arrays are the caller's, and nobody changes them. */
  // Written out, since a compact constructor loses the annotations of its arrays in the class file.
  public RawRecord(
      int partition,
      long offset,
      Instant time,
      byte @Nullable [] key,
      byte @Nullable [] value,
      SortedMap<String, String> headers) {
    this.partition = partition;
    this.offset = offset;
    this.time = time;
    this.key = key;
    this.value = value;
    this.headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
  }
}
