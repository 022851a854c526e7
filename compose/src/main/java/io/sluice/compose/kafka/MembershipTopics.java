package io.sluice.compose.kafka;

import io.sluice.provisioner.zones.ZoneTopics;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The membership topics, and marks, of zones that come and go while the cluster runs.
 *
 * @param kafka how Kafka is reached
 * @param replication copies of each topic, 1 up to the number of brokers
 */
public record MembershipTopics(KafkaAccess kafka, int replication) implements ZoneTopics {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(8);

  @Override
  public SortedSet<ZoneId> marked() {
    try (Admin admin = admin()) {
      SortedSet<ZoneId> zones = new TreeSet<>();
      for (String name : await(admin.listTopics().names(), "topics can't be listed")) {
        Topics.zoneOfRetired(name).ifPresent(zones::add);
      }
      return zones;
    } catch (ExecutionException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  @Override
  public void create(ZoneId zone) {
    create(Topics.membership(zone));
  }

  @Override
  public void mark(ZoneId zone) {
    create(Topics.retired(zone));
  }

  private void create(Topic<?, ?> topic) {
    NewTopic wanted = new NewTopic(topic.name(), 1, (short) replication).configs(topic.settings());
    try (Admin admin = admin()) {
      var _ =
          await(
              admin.createTopics(List.of(wanted)).all(),
              "topic '%s' can't be created".formatted(topic.name()));
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof TopicExistsException)) {
        throw new UnreachableException(
            "topic '%s' can't be created: %s".formatted(topic.name(), failed.getCause()), failed);
      }
    }
  }

  @Override
  public void unmark(ZoneId zone) {
    String name = Topics.retired(zone).name();
    try (Admin admin = admin()) {
      var _ =
          await(
              admin.deleteTopics(List.of(name)).all(),
              "topic '%s' can't be removed".formatted(name));
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof UnknownTopicOrPartitionException)) {
        throw new UnreachableException(
            "topic '%s' can't be removed: %s".formatted(name, failed.getCause()), failed);
      }
    }
  }

  private Admin admin() {
    return KafkaClients.admin(
        kafka,
        Map.of(
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            Math.toIntExact(ANSWER_MAX.toMillis()),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            Math.toIntExact(ANSWER_MAX.dividedBy(2).toMillis())));
  }

  private static <T> T await(KafkaFuture<T> future, String what) throws ExecutionException {
    try {
      return future.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      throw new UnreachableException(what + ": the broker does not answer in time", slow);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnreachableException(what + ": interrupted", interrupted);
    }
  }
}
