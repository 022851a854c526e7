package io.sluice.topology.stream;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics behind the stores. A zone's head is written with every fact, and only whole segments
 * are ever compacted: with a broker's default of 1 GiB a moved zone would read the heads of a week.
 * They are therefore made before Kafka makes them with its own settings, in small compressed
 * segments. These can't be part of the topology, since a broker takes it for another one then (see
 * {@link StateStores#SERVERS}). Those that an earlier release left to Kafka get the same segments,
 * unless somebody has set theirs.
 */
public final class ChangelogTopics {
  private static final Logger LOG = LoggerFactory.getLogger(ChangelogTopics.class);

  /** Small enough to be restored in a moment, large enough for a broker with thousands of them. */
  private static final String SEGMENT_BYTES = Integer.toString(4 * 1024 * 1024);

  private static final Map<String, String> SETTINGS =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_COMPACT,
          TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
          "CreateTime",
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          Integer.toString(StateStores.RECORD_BYTES_MAX),
          TopicConfig.COMPRESSION_TYPE_CONFIG,
          "zstd",
          TopicConfig.SEGMENT_BYTES_CONFIG,
          SEGMENT_BYTES,
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          "0.2");

  /** Those by which a topic is compacted soon. */
  private static final List<String> OF_COMPACTION =
      List.of(TopicConfig.SEGMENT_BYTES_CONFIG, TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG);

  private ChangelogTopics() {}

  /**
   * Makes those that are missing, if that is allowed; otherwise Kafka makes them later.
   *
   * @param applicationId the name with which theirs begin
   * @param partitions as many as the journal has
   * @param replication how many copies they have
   */
  public static void make(Admin admin, String applicationId, int partitions, int replication)
      throws InterruptedException {
    List<NewTopic> topics =
        Stream.of(StateStores.ZONES, StateStores.SERVERS)
            .map(store ->
                new NewTopic(
                        applicationId + "-" + store + "-changelog", partitions, (short) replication)
                    .configs(SETTINGS))
            .toList();
    for (Map.Entry<String, KafkaFuture<Void>> made :
        admin.createTopics(topics).values().entrySet()) {
      try {
        made.getValue().get();
      } catch (ExecutionException failed) {
        if (failed.getCause() instanceof TopicExistsException) {
          compactSoon(admin, new ConfigResource(ConfigResource.Type.TOPIC, made.getKey()));
        } else {
          LOG.warn("topic {} is left to Kafka to make", made.getKey(), failed.getCause());
        }
      }
    }
  }

  /** Gives a topic that is there what it is compacted by, as far as nobody has set it. */
  private static void compactSoon(Admin admin, ConfigResource topic) throws InterruptedException {
    try {
      Config config =
          admin
              .describeConfigs(List.of(topic))
              .all()
              .get()
              .getOrDefault(topic, new Config(List.of()));
      List<AlterConfigOp> changes =
          OF_COMPACTION.stream()
              .filter(name -> !isSet(config, name))
              .map(name -> new ConfigEntry(name, SETTINGS.get(name)))
              .map(entry -> new AlterConfigOp(entry, AlterConfigOp.OpType.SET))
              .toList();
      if (!changes.isEmpty()) {
        admin.incrementalAlterConfigs(Map.of(topic, changes)).all().get();
        LOG.info("topic {} has small segments from here on: {}", topic.name(), changes);
      }
    } catch (ExecutionException failed) {
      LOG.warn(
          "topic {} keeps its segments, of which a zone that moves reads up to a week: set its"
              + " segment.bytes to {} with kafka-configs",
          topic.name(),
          SEGMENT_BYTES,
          failed.getCause());
    }
  }

  private static boolean isSet(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry != null && entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
  }
}
