package io.sluice.topology.stream;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics behind the stores. A zone's head is written with every fact, and only whole segments
 * are ever compacted: with a broker's default of 1 GiB a moved zone would read the heads of a week.
 * They are therefore made before Kafka makes them with its own settings, in small compressed
 * segments. These can't be part of the topology, since a broker takes it for another one then (see
 * {@link StateStores#SERVERS}). Those that are there stay as they are.
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
        if (!(failed.getCause() instanceof TopicExistsException)) {
          LOG.warn("topic {} is left to Kafka to make", made.getKey(), failed.getCause());
        }
      }
    }
  }
}
