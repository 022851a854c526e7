package io.sluice.provisioner.leadership;

import static io.sluice.schemas.topic.Topics.JOURNAL;
import static io.sluice.schemas.topic.Topics.SCALE_COMMANDS;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * What the topics look like at the beginning of a term.
 *
 * <p>The ends are those of all records, not of the committed ones: behind an open transaction of
 * somebody else, committed facts of an earlier leader may stand that readers of committed records
 * don't see yet. Whoever has read up to these ends has seen every one of them.
 *
 * @param journalId the journal's topic id
 * @param journalBegins first offset per partition of the journal
 * @param journalEnds offset behind the last record per partition of the journal
 * @param commandPartitions how many partitions the commands have
 */
record KafkaSurvey(
    String journalId,
    Map<Integer, Long> journalBegins,
    Map<Integer, Long> journalEnds,
    int commandPartitions) {

  /** Asks for it by a connection of its own. */
  static KafkaSurvey take(KafkaSettings settings) {
    try (Admin admin = Admin.create(settings.admin())) {
      return take(admin);
    }
  }

  /**
   * Asks for it.
   *
   * @throws KafkaException if Kafka does not answer
   */
  static KafkaSurvey take(Admin admin) {
    try {
      Map<String, TopicDescription> topics =
          admin
              .describeTopics(List.of(JOURNAL.name(), SCALE_COMMANDS.name()))
              .allTopicNames()
              .get();
      TopicDescription journal = topic(topics, JOURNAL.name());
      return new KafkaSurvey(
          journal.topicId().toString(),
          offsets(admin, journal, OffsetSpec.earliest()),
          offsets(admin, journal, OffsetSpec.latest()),
          topic(topics, SCALE_COMMANDS.name()).partitions().size());
    } catch (ExecutionException failed) {
      throw new KafkaException(
          "the topics can't be surveyed: " + failed.getCause(), failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptException(interrupted);
    }
  }

  private static TopicDescription topic(Map<String, TopicDescription> topics, String name) {
    TopicDescription found = topics.get(name);
    if (found == null) {
      throw new KafkaException("topic %s: expected to exist".formatted(name));
    }
    return found;
  }

  private static Map<Integer, Long> offsets(Admin admin, TopicDescription topic, OffsetSpec spec)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> wanted =
        topic.partitions().stream()
            .map(partition -> new TopicPartition(topic.name(), partition.partition()))
            .collect(Collectors.toMap(Function.identity(), partition -> spec));
    Map<Integer, Long> offsets = new HashMap<>();
    admin
        .listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
        .all()
        .get()
        .forEach((partition, result) -> offsets.put(partition.partition(), result.offset()));
    return offsets;
  }
}
