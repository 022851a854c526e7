package io.sluice.compose.kafka;

import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of a cluster that are not there yet; existing ones stay as they are. */
public final class TopicSetup {
  private TopicSetup() {}

  /**
   * Creates what is missing.
   *
   * @param bootstrap {@code host:port} of a broker
   * @param zones the zones, for their membership topics
   * @param partitions partitions of the partitioned topics, 1 or more
   * @param replication copies of every topic, 1 up to the number of brokers
   * @throws UnreachableException if the broker does not do it, or holds an imported history
   */
  public static void ensure(
      String bootstrap, Collection<ZoneId> zones, int partitions, int replication) {
    List<Topic<?, ?>> topics = new ArrayList<>(Topics.common());
    zones.forEach(zone -> topics.add(Topics.membership(zone)));
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
      requireOwnHistory(admin, bootstrap);
      var creations =
          admin
              .createTopics(
                  topics.stream()
                      .map(topic -> description(topic, partitions, replication))
                      .toList())
              .values();
      for (var creation : creations.entrySet()) {
        try {
          creation.getValue().get();
        } catch (ExecutionException failed) {
          Throwable cause = failed.getCause();
          if (!(cause instanceof TopicExistsException)) {
            throw new UnreachableException(
                "topic '%s' can't be created: %s".formatted(creation.getKey(), cause), failed);
          }
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted while creating topics", interrupted);
    }
  }

  /** Deciding on a history whose fleet is elsewhere would write what never was into it. */
  private static void requireOwnHistory(Admin admin, String bootstrap) throws InterruptedException {
    try {
      if (admin.listTopics().names().get().contains(Topics.IMPORTED_HISTORY.name())) {
        throw new UnreachableException(
            "Kafka at %s holds an imported history, which is only for reading: expected one without, in another data directory or cluster"
                .formatted(bootstrap));
      }
    } catch (ExecutionException failed) {
      throw new UnreachableException(
          "Kafka at %s does not name its topics: %s".formatted(bootstrap, failed.getCause()),
          failed);
    }
  }

  private static NewTopic description(Topic<?, ?> topic, int partitions, int replication) {
    return new NewTopic(topic.name(), topic.partitioned() ? partitions : 1, (short) replication)
        .configs(topic.settings());
  }
}
