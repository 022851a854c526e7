package io.sluice.compose.kafka;

import io.sluice.schemas.codec.Decoded;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.leadership.Heartbeat;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Who led last, by the signs that leaders give: where no monitor can be asked. Only the end of the
 * topic is read.
 *
 * @param heartbeat the last sign
 * @param at when it was given
 */
public record LastLeader(Heartbeat heartbeat, Instant at) {
  private static final TopicPartition SIGNS = new TopicPartition(Topics.LEADERSHIP.name(), 0);

  /** Ends of transactions take places too. */
  private static final long PLACES_MAX = 100;

  /** A broker that was reached may take a while when it is busy. */
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private static final Duration POLL = Duration.ofMillis(200);

  private static final Map<String, Object> SETTINGS =
      Map.of(
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          false,
          ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
          false,
          ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
          Math.toIntExact(ANSWER_MAX.toMillis()));

  /**
   * Who led last; empty: nobody within the time for which such signs are kept.
   *
   * @throws UnreachableException if no broker answers
   */
  public static Optional<LastLeader> of(KafkaAccess kafka) {
    try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(kafka, SETTINGS)) {
      if (consumer.partitionsFor(SIGNS.topic(), TopicReader.REACH_TIMEOUT).isEmpty()) {
        return Optional.empty();
      }
      consumer.assign(List.of(SIGNS));
      long begin = consumer.beginningOffsets(List.of(SIGNS)).getOrDefault(SIGNS, 0L);
      long end = consumer.endOffsets(List.of(SIGNS)).getOrDefault(SIGNS, 0L);
      consumer.seek(SIGNS, Math.max(begin, end - PLACES_MAX));
      Optional<LastLeader> last = Optional.empty();
      long until = System.nanoTime() + ANSWER_MAX.toNanos();
      while (consumer.position(SIGNS) < end && System.nanoTime() < until) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Optional<LastLeader> sign = read(record);
          last = sign.isPresent() ? sign : last;
        }
      }
      return last;
    } catch (KafkaException unreachable) {
      throw KafkaClients.explained(kafka, unreachable);
    }
  }

  private static Optional<LastLeader> read(ConsumerRecord<byte[], byte[]> record) {
    return record.value() != null
            && Topics.LEADERSHIP.value().decode(record.value())
                instanceof Decoded.Value<Heartbeat>(Heartbeat sign)
        ? Optional.of(new LastLeader(sign, Instant.ofEpochMilli(record.timestamp())))
        : Optional.empty();
  }
}
