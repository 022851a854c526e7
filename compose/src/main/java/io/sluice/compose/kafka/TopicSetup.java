package io.sluice.compose.kafka;

import io.sluice.schemas.config.ConfigException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.config.Problem;
import io.sluice.schemas.id.ZoneId;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.TopicFaults;
import io.sluice.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics of a cluster that are not there yet. Existing ones stay as they are; with ones
 * that would lose facts nothing starts.
 */
public final class TopicSetup {
  private static final Logger LOG = LoggerFactory.getLogger(TopicSetup.class);

  private TopicSetup() {}

  /**
   * Creates what is missing.
   *
   * @param kafka how Kafka is reached
   * @param zones the zones, for their membership topics
   * @param partitions partitions of the partitioned topics, 1 or more
   * @param replication copies of every topic, 1 up to the number of brokers
   * @throws UnreachableException if the broker does not do it, or holds an imported history
   * @throws ConfigException if a topic that somebody made has settings with which facts would be
   *     lost or take their time from their writers, with the commands that mend them
   */
  public static void ensure(
      KafkaAccess kafka, Collection<ZoneId> zones, int partitions, int replication) {
    List<Topic<?, ?>> topics = new ArrayList<>(Topics.common());
    zones.forEach(zone -> topics.add(Topics.membership(zone)));
    try (Admin admin = KafkaClients.admin(kafka, Map.of())) {
      Set<String> there = topics(admin, kafka);
      List<Topic<?, ?>> made = topics.stream().filter(it -> there.contains(it.name())).toList();
      check(admin, kafka, made, partitions);
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

  private static void check(Admin admin, KafkaAccess kafka, List<Topic<?, ?>> made, int partitions)
      throws InterruptedException {
    List<Problem> faults = new ArrayList<>();
    try {
      var descriptions =
          admin.describeTopics(made.stream().map(Topic::name).toList()).allTopicNames().get();
      var configs =
          admin.describeConfigs(made.stream().map(TopicSetup::resource).toList()).all().get();
      for (Topic<?, ?> topic : made) {
        Map<String, TopicFaults.Setting> settings = new HashMap<>();
        for (ConfigEntry entry : Objects.requireNonNull(configs.get(resource(topic))).entries()) {
          boolean own = entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
          settings.put(
              entry.name(),
              new TopicFaults.Setting(Objects.requireNonNullElse(entry.value(), ""), own));
        }
        int count = Objects.requireNonNull(descriptions.get(topic.name())).partitions().size();
        faults.addAll(TopicFaults.of(topic, topic.partitioned() ? partitions : 1, count, settings));
      }
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof AuthorizationException) {
        LOG.warn(
            "the settings of the topics at {} can't be looked at: describing them is not"
                + " allowed",
            kafka.bootstrap());
        return;
      }
      throw KafkaClients.explained(kafka, failed);
    }
    if (!faults.isEmpty()) {
      throw new ConfigException("topics at " + kafka.bootstrap(), faults);
    }
  }

  private static ConfigResource resource(Topic<?, ?> topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
  }

  private static NewTopic description(Topic<?, ?> topic, int partitions, int replication) {
    return new NewTopic(topic.name(), topic.partitioned() ? partitions : 1, (short) replication)
        .configs(topic.settings());
  }
}
