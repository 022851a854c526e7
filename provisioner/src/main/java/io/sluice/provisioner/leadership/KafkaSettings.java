package io.sluice.provisioner.leadership;

import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.MonitorId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * How a leader talks to Kafka.
 *
 * @param access how it is reached
 * @param name the one {@code transactional.id} of all leaders of this cluster, and the group under
 *     which the offsets of the commands are kept
 * @param monitor who talks
 * @param transactionTimeout how long a transaction may take, and how long the broker may be out of
 *     reach before the leader stops acting, 1 s to 1 min
 */
public record KafkaSettings(
    KafkaAccess access, String name, MonitorId monitor, Duration transactionTimeout) {
  /** The name unless the configuration says otherwise. */
  public static final String NAME_DEFAULT = "sluice-provisioner";

  /** Long enough for a garbage collection, short enough for readers that wait behind it. */
  public static final Duration TRANSACTION_TIMEOUT_DEFAULT = Duration.ofSeconds(5);

  /** Few enough that one poll can't overrun the limit on commands recorded out of turn. */
  private static final int POLL_RECORDS_MAX = 200;

  private static final Duration RECONNECT_MAX = Duration.ofMillis(500);

  /** Kafka that does not answer within this does not answer a monitor that may be needed. */
  private static final Duration HEARTBEAT_PATIENCE = Duration.ofSeconds(1);

  Map<String, Object> producer() {
    int timeout = millis(transactionTimeout);
    Map<String, Object> settings = common("office-producer");
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, name);
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, timeout);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, timeout);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, timeout / 2);
    return access.settings(settings);
  }

  Map<String, Object> consumer() {
    Map<String, Object> settings = common("office-consumer");
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, name);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // A journal that does not reach as far as it was read is another one: whoever reads it ends.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(transactionTimeout));
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(transactionTimeout));
    return access.settings(settings);
  }

  /** Of a consumer that follows the journal, and belongs to no group. */
  Map<String, Object> follower() {
    Map<String, Object> settings = common("follower");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(transactionTimeout));
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(transactionTimeout));
    return access.settings(settings);
  }

  /** Of the consumer of what balancers count, which reads only what is new. */
  public Map<String, Object> trafficConsumer() {
    Map<String, Object> settings = common("traffic-consumer");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(transactionTimeout));
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(transactionTimeout));
    return access.settings(settings);
  }

  /** Of a producer of heartbeats or signs of life: late ones are worth nothing. */
  public Map<String, Object> fleetingProducer(String part) {
    return fleeting(part + "-producer");
  }

  /** Of the producer of samples: the next one is a second away. */
  public Map<String, Object> sampleProducer() {
    return fleeting("sample-producer");
  }

  private Map<String, Object> fleeting(String part) {
    Map<String, Object> settings = common(part);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    settings.put(ProducerConfig.ACKS_CONFIG, "1");
    settings.put(ProducerConfig.RETRIES_CONFIG, 0);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(HEARTBEAT_PATIENCE));
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(HEARTBEAT_PATIENCE));
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(HEARTBEAT_PATIENCE));
    return access.settings(settings);
  }

  /** Of the consumer of heartbeats, which reads only what is new. */
  public Map<String, Object> heartbeatConsumer() {
    Map<String, Object> settings = common("heartbeat-consumer");
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    // One that is not there must not be made by a broker, with settings of its own.
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(HEARTBEAT_PATIENCE));
    settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(HEARTBEAT_PATIENCE));
    return access.settings(settings);
  }

  /**
   * Makes a topic of one partition that somebody has deleted, with as many copies as the journal
   * has.
   *
   * @throws KafkaException if that is not possible
   */
  public void restore(Topic<?, ?> topic) {
    try (Admin admin = Admin.create(admin())) {
      TopicDescription journal =
          admin
              .describeTopics(List.of(Topics.JOURNAL.name()))
              .allTopicNames()
              .get()
              .values()
              .iterator()
              .next();
      short copies = (short) journal.partitions().getFirst().replicas().size();
      admin
          .createTopics(List.of(new NewTopic(topic.name(), 1, copies).configs(topic.settings())))
          .all()
          .get();
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof TopicExistsException)) {
        throw new KafkaException(
            "topic %s can't be made: %s".formatted(topic.name(), failed.getCause()), failed);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptException(interrupted);
    }
  }

  Map<String, Object> admin() {
    Map<String, Object> settings = common("office-admin");
    settings.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, millis(transactionTimeout));
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis(transactionTimeout) / 2);
    return access.settings(settings);
  }

  private Map<String, Object> common(String part) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "monitor-%s-%s".formatted(monitor, part));
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX.toMillis());
    return settings;
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
