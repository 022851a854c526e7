package io.sluice.balancer;

import io.sluice.balancer.membership.MembershipTopic;
import io.sluice.schemas.config.KafkaAccess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the Kafka clients of a balancer. */
final class KafkaClients {
  private static final String RECONNECT_MAX_MILLIS = "2000";
  private static final int FIGURES_REQUEST_MAX_MILLIS = 3_000;
  private static final int FIGURES_DELIVERY_MAX_MILLIS = 4_000;
  private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

  private KafkaClients() {}

  /** A consumer that reads committed records only, belongs to no group and commits nothing. */
  static Consumer<byte[], byte[]> consumer(KafkaAccess access, String clientId) {
    Map<String, Object> settings = common(clientId);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // A position that is not in the topic is not its reader's any more: it begins anew.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    return new KafkaConsumer<>(
        access.settings(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** A way to a membership topic. */
  static MembershipTopic membership(KafkaAccess access, String clientId) {
    Consumer<byte[], byte[]> consumer = consumer(access, clientId);
    try {
      return new Membership(consumer, Admin.create(access.settings(common(clientId))));
    } catch (RuntimeException failed) {
      consumer.close();
      throw failed;
    }
  }

  private record Membership(Consumer<byte[], byte[]> consumer, Admin admin)
      implements MembershipTopic {
    @Override
    public Optional<String> identity(String topic, Duration atMost) {
      DescribeTopicsOptions options =
          new DescribeTopicsOptions().timeoutMs(Math.toIntExact(atMost.toMillis()));
      try {
        return admin.describeTopics(List.of(topic), options).allTopicNames().get().values().stream()
            .map(found -> found.topicId().toString())
            .findFirst();
      } catch (ExecutionException failed) {
        return switch (failed.getCause()) {
          case UnknownTopicOrPartitionException _ -> Optional.empty();
          case KafkaException known -> throw known;
          case null, default -> throw new KafkaException(failed);
        };
      } catch (InterruptedException interrupted) {
        throw new InterruptException(interrupted);
      }
    }

    @Override
    public void close() {
      try (consumer) {
        admin.close(CLOSE_MAX);
      }
    }
  }

  /** A producer whose records are neither lost nor doubled while it lives. */
  static Producer<byte[], byte[]> producer(KafkaAccess access, String clientId) {
    return producer(access, common(clientId));
  }

  /** A producer for what is worth nothing after a few seconds. */
  static Producer<byte[], byte[]> figures(KafkaAccess access, String clientId) {
    Map<String, Object> settings = common(clientId);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, FIGURES_REQUEST_MAX_MILLIS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, FIGURES_DELIVERY_MAX_MILLIS);
    return producer(access, settings);
  }

  private static Producer<byte[], byte[]> producer(
      KafkaAccess access, Map<String, Object> settings) {
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
    return new KafkaProducer<>(
        access.settings(settings), new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Map<String, Object> common(String clientId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX_MILLIS);
    return settings;
  }
}
