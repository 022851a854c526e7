package io.sluice.schemas.topic;

import io.sluice.schemas.codec.Codec;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A Kafka topic with what its records are.
 *
 * @param name the topic's name
 * @param key reads and writes the keys
 * @param value reads and writes the values
 * @param partitioned true: as many partitions as the cluster is set to; false: one
 * @param cleanup what happens to old records
 * @param retention how long records are kept; empty: for ever
 * @param <K> type of the keys
 * @param <V> type of the values
 */
public record Topic<K, V>(
    String name,
    Codec<K> key,
    Codec<V> value,
    boolean partitioned,
    Cleanup cleanup,
    Optional<Duration> retention) {
  /** The largest record, in bytes: Kafka's own default, said so that no broker's counts. */
  public static final int RECORD_BYTES_MAX = 1_048_588;

  private static final Duration SEGMENT_MAX = Duration.ofDays(1);

  /** What Kafka does with old records. */
  public enum Cleanup {
    /** Records older than the retention are deleted. */
    DELETE,
    /** Of each key the last record is kept. */
    COMPACT
  }

  /**
   * The topic's settings by Kafka's names. Timestamps are always the broker's append time, so that
   * no writer's clock is trusted.
   */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("message.timestamp.type", "LogAppendTime");
    settings.put("cleanup.policy", cleanup == Cleanup.COMPACT ? "compact" : "delete");
    settings.put(
        "retention.ms", retention.map(time -> Long.toString(time.toMillis())).orElse("-1"));
    settings.put("retention.bytes", "-1");
    settings.put("max.message.bytes", Integer.toString(RECORD_BYTES_MAX));
    // Kafka deletes whole segments only, and closes one after a week by default.
    retention.ifPresent(
        time -> settings.put("segment.ms", Long.toString(shorter(time, SEGMENT_MAX).toMillis())));
    return settings;
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
