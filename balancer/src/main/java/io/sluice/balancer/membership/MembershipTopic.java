package io.sluice.balancer.membership;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;

/** A way to Kafka over which a membership topic is read: closed after a failure and made again. */
public interface MembershipTopic extends AutoCloseable {
  /** Reads committed records only, and fails where a position is not in the topic. */
  Consumer<byte[], byte[]> consumer();

  /**
   * What tells this topic from a later one of the same name.
   *
   * @param atMost how long the broker may take
   * @return empty: there is no such topic
   * @throws org.apache.kafka.common.KafkaException if Kafka can't be asked
   */
  Optional<String> identity(String topic, Duration atMost);

  @Override
  void close();
}
