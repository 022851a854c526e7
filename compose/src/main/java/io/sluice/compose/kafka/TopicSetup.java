package io.sluice.compose.kafka;

import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics of a cluster that are not there yet; existing ones stay as they are. */
public final class TopicSetup {
  private TopicSetup() {}

  /**
   * Creates what is missing.
   *
   * @param kafka how Kafka is reached
   * @param zones the zones, for their membership topics
   * @param partitions partitions of the partitioned topics, 1 or more
   * @param replication copies of every topic, 1 up to the number of brokers
   * @throws UnreachableException if the broker does not do it, or holds an imported history
   */
  public static void ensure(
      KafkaAccess kafka, Collection<ZoneId> zones, int partitions, int replication) {
    List<Topic<?, ?>> topics = new ArrayList<>(Topics.common());
    zones.forEach(zone -> topics.add(Topics.membership(zone)));
    try (Admin admin = KafkaClients.admin(kafka, Map.of())) {
      Set<String> there = topics(admin, kafka);
      // Whoever made them all need not give us the right to.
      topics.removeIf(topic -> there.contains(topic.name()));
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

  /**
   * The topics that are there. Deciding on a history whose fleet is elsewhere would write what
   * never was into it, so that an imported one is refused.
   */
  private static Set<String> topics(Admin admin, KafkaAccess kafka) throws InterruptedException {
    try {
      Set<String> names = admin.listTopics().names().get();
      if (names.contains(Topics.IMPORTED_HISTORY.name())) {
        throw new UnreachableException(
            "Kafka at %s holds an imported history, which is only for reading: expected one without, in another data directory or cluster"
                .formatted(kafka.bootstrap()));
      }
      return names;
    } catch (ExecutionException failed) {
      throw KafkaClients.explained(kafka, failed);
    }
  }

  private static NewTopic description(Topic<?, ?> topic, int partitions, int replication) {
    return new NewTopic(topic.name(), topic.partitioned() ? partitions : 1, (short) replication)
        .configs(topic.settings());
  }
}
