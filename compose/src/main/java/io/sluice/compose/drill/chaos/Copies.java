package io.sluice.compose.drill.chaos;

import io.sluice.compose.drill.DrillException;
import io.sluice.compose.kafka.KafkaClients;
import io.sluice.schemas.config.KafkaAccess;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Whether every copy of every partition, and every controller, is in step. Until it is, the loss of
 * one more is the loss of two: that is the rule for restarts too.
 */
final class Copies implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final String ANSWER_MAX_MILLIS = Long.toString(ANSWER_MAX.toMillis());

  private static final Duration CONTROLLER_BEHIND_MAX = Duration.ofSeconds(2);
  private static final long NEVER_CAUGHT_UP = -1;

  private final Admin admin;

  Copies(String bootstrap) {
    this.admin =
        KafkaClients.admin(
            KafkaAccess.at(bootstrap),
            Map.of(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MAX_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MAX_MILLIS));
  }

  /** What is behind, for people; empty: nothing. */
  Optional<String> behind() {
    try {
      Collection<String> topics =
          admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      List<String> behind =
          admin.describeTopics(topics).allTopicNames().get().values().stream()
              .flatMap(topic -> behind(topic).stream())
              .sorted()
              .toList();
      return behind.isEmpty()
          ? controllersBehind()
          : Optional.of(
              "%d partitions are, such as %s".formatted(behind.size(), behind.getFirst()));
    } catch (ExecutionException untold) {
      // A broker that was lost a moment ago is still asked: that is waited for, and told in the
      // end.
      return Optional.of("Kafka does not tell: " + untold.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new DrillException("interrupted while copies catch up", interrupted);
    }
  }

  private Optional<String> controllersBehind() throws ExecutionException, InterruptedException {
    QuorumInfo quorum = admin.describeMetadataQuorum().quorumInfo().get();
    // Of the one that leads it is the time of the answer.
    long now = quorum.voters().stream().mapToLong(Copies::caughtUp).max().orElse(NEVER_CAUGHT_UP);
    List<Integer> behind =
        quorum.voters().stream()
            .filter(voter -> now - caughtUp(voter) > CONTROLLER_BEHIND_MAX.toMillis())
            .map(QuorumInfo.ReplicaState::replicaId)
            .toList();
    return behind.isEmpty()
        ? Optional.empty()
        : Optional.of("the controllers %s are not".formatted(behind));
  }

  private static long caughtUp(QuorumInfo.ReplicaState voter) {
    return voter.lastCaughtUpTimestamp().orElse(NEVER_CAUGHT_UP);
  }

  private static List<String> behind(TopicDescription topic) {
    return topic.partitions().stream()
        .filter(partition -> partition.isr().size() < partition.replicas().size())
        .map(partition -> topic.name() + "-" + partition.partition())
        .toList();
  }

  @Override
  public void close() {
    admin.close();
  }
}
