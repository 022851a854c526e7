package io.sluice.compose.history;

import io.sluice.compose.kafka.KafkaClients;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of a history in Kafka, as their administrator sees them. */
final class TopicAdmin implements AutoCloseable {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration SETTLE_TIMEOUT = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 20;

  private static final String TIMESTAMP_TYPE = "message.timestamp.type";
  private static final String TIMESTAMP_AHEAD = "message.timestamp.after.max.ms";

  private final KafkaAccess kafka;
  private final Admin admin;

  TopicAdmin(KafkaAccess kafka) {
    this.kafka = kafka;
    this.admin =
        KafkaClients.admin(
            kafka,
            Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) ANSWER_TIMEOUT.toMillis(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) ANSWER_TIMEOUT.toMillis()));
  }

  /** How many partitions a topic has; none if it is not there. */
  Optional<Integer> partitions(String topic) throws InterruptedException {
    try {
      Map<String, TopicDescription> found =
          admin
              .describeTopics(List.of(topic))
              .allTopicNames()
              .get(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return found.values().stream().map(description -> description.partitions().size()).findAny();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw unreachable(failed);
    } catch (java.util.concurrent.TimeoutException late) {
      throw unreachable(late);
    }
  }

  /** The id of the cluster. */
  Optional<String> cluster() throws InterruptedException {
    return Optional.ofNullable(get(admin.describeCluster().clusterId()));
  }

  /** The next offset of each partition of a topic. */
  Map<TopicPartition, Long> ends(String topic, int partitions, IsolationLevel isolation)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    IntStream.range(0, partitions)
        .forEach(
            partition -> question.put(new TopicPartition(topic, partition), OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(question, new ListOffsetsOptions(isolation)).all())
        .forEach((place, found) -> ends.put(place, found.offset()));
    return ends;
  }

  /** Returns when the next offset of a partition is this one. */
  void awaitEnd(TopicPartition place, long offset) throws InterruptedException {
    long begin = System.nanoTime();
    while (end(place) < offset) {
      pause(begin, place.toString());
    }
  }

  /** Returns when no transaction is open in a topic. */
  void awaitSettled(String topic, int partitions) throws InterruptedException {
    long begin = System.nanoTime();
    while (!ends(topic, partitions, IsolationLevel.READ_COMMITTED)
        .equals(ends(topic, partitions, IsolationLevel.READ_UNCOMMITTED))) {
      pause(begin, topic);
    }
  }

  /**
   * Creates a topic, or takes over an empty one, in which records keep the times they come with.
   */
  void prepare(Topic<?, ?> topic, int partitions, short replication) throws InterruptedException {
    Map<String, String> settings = new HashMap<>(topic.settings());
    settings.put(TIMESTAMP_TYPE, "CreateTime");
    // Times may lie ahead of this machine's clock.
    settings.put(TIMESTAMP_AHEAD, Long.toString(Long.MAX_VALUE));
    if (partitions(topic.name()).isPresent()) {
      configure(topic.name(), settings, List.of());
    } else {
      create(topic.name(), partitions, replication, settings);
    }
  }

  void create(String topic, int partitions, short replication, Map<String, String> settings)
      throws InterruptedException {
    var _ =
        get(
            admin
                .createTopics(
                    List.of(new NewTopic(topic, partitions, replication).configs(settings)))
                .all());
  }

  /** From here on the broker's time counts, as in every cluster. */
  void seal(Topic<?, ?> topic) throws InterruptedException {
    configure(topic.name(), topic.settings(), List.of(TIMESTAMP_AHEAD));
  }

  /** Cuts a log, so that it begins at this offset. */
  void cut(TopicPartition place, long offset) throws InterruptedException {
    var _ = get(admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(offset))).all());
  }

  /** Deletes those topics that are there. */
  void delete(Collection<String> topics) throws InterruptedException {
    List<String> there = new ArrayList<>();
    for (String topic : topics) {
      if (partitions(topic).isPresent()) {
        there.add(topic);
      }
    }
    var _ = get(admin.deleteTopics(there).all());
  }

  @Override
  public void close() {
    admin.close();
  }

  private long end(TopicPartition place) throws InterruptedException {
    return get(admin.listOffsets(Map.of(place, OffsetSpec.latest())).partitionResult(place))
        .offset();
  }

  private void configure(String topic, Map<String, String> set, List<String> removed)
      throws InterruptedException {
    List<AlterConfigOp> changes = new ArrayList<>();
    set.forEach((name, value) ->
        changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
    removed.forEach(name ->
        changes.add(new AlterConfigOp(new ConfigEntry(name, ""), AlterConfigOp.OpType.DELETE)));
    var _ =
        get(
            admin
                .incrementalAlterConfigs(
                    Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), changes))
                .all());
  }

  private static void pause(long begin, String what) throws InterruptedException {
    if (System.nanoTime() - begin > SETTLE_TIMEOUT.toNanos()) {
      throw new HistoryException(
          "%s: no mark of a transaction after %d s".formatted(what, SETTLE_TIMEOUT.toSeconds()));
    }
    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
  }

  private <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(SETTLE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | java.util.concurrent.TimeoutException failed) {
      throw unreachable(failed);
    }
  }

  private UnreachableException unreachable(Exception failed) {
    return switch (failed.getCause()) {
      case AuthenticationException _, AuthorizationException _, TimeoutException _ ->
          KafkaClients.explained(kafka, failed);
      case null -> KafkaClients.explained(kafka, failed);
      default ->
          new UnreachableException(
              "Kafka at %s does not do it: %s"
                  .formatted(kafka.bootstrap(), failed.getCause().getMessage()),
              failed);
    };
  }
}
