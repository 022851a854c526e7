package io.sluice.compose.kafka;

import java.time.Instant;
import java.util.Comparator;

/**
 * A record with its place in its topic.
 *
 * @param partition its partition
 * @param offset its offset there
 * @param time when the broker appended it
 * @param value what it says
 * @param <V> type of the value
 */
public record Entry<V>(int partition, long offset, Instant time, V value) {
  /** Orders by time; records of one partition stay in their order. */
  public static final Comparator<Entry<?>> ORDER =
      Comparator.<Entry<?>, Instant>comparing(Entry::time)
          .thenComparingInt(Entry::partition)
          .thenComparingLong(Entry::offset);
}
