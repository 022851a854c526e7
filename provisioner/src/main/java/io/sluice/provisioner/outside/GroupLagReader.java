package io.sluice.provisioner.outside;

import io.sluice.provisioner.outside.OutsideSource.Place;
import io.sluice.schemas.config.KafkaAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * How many records of a topic a consumer group has not committed yet. Of a partition of which it
 * has committed nothing, or what is deleted by now, that is all that is there:
 *
 * <pre>
 * lag = Σ over partitions of max(0, end − max(committed, beginning))
 * </pre>
 *
 * <p>Example: of 0 to 100 are committed 40, and of 500 to 520, whose earlier records are deleted,
 * 300: 60 + 20 = 80.
 */
final class GroupLagReader implements FigureReader {
  private final Place.GroupLag at;
  private final KafkaAccess access;
  private Optional<Admin> admin = Optional.empty();

  GroupLagReader(Place.GroupLag at, KafkaAccess own) {
    this.at = at;
    this.access = at.kafka().orElse(own);
  }

  /**
   * The records of one partition.
   *
   * @param beginning the first that is there
   * @param end the one that comes next
   * @param committed up to where the group is done; empty: nowhere
   */
  record Extent(long beginning, long end, Optional<Long> committed) {
    long lag() {
      return Math.max(0, end - Math.max(committed.orElse(beginning), beginning));
    }
  }

  @Override
  public Figure ask() throws InterruptedException {
    try {
      if (admin.isEmpty()) {
        admin = Optional.of(Admin.create(settings()));
      }
      return Figure.of(extents(admin.get()).values().stream().mapToDouble(Extent::lag).sum());
    } catch (ExecutionException failed) {
      return new Figure.Unknown("Kafka can't be asked: " + failed.getCause());
    } catch (KafkaException failed) {
      return new Figure.Unknown("Kafka can't be asked: " + failed);
    }
  }

  private Map<TopicPartition, Extent> extents(Admin kafka)
      throws ExecutionException, InterruptedException {
    List<TopicPartition> partitions =
        kafka
            .describeTopics(List.of(at.topic()))
            .allTopicNames()
            .get()
            .values()
            .iterator()
            .next()
            .partitions()
            .stream()
            .map(partition -> new TopicPartition(at.topic(), partition.partition()))
            .toList();
    Map<TopicPartition, Long> committed = committed(kafka);
    Map<TopicPartition, Long> beginnings = offsets(kafka, partitions, OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(kafka, partitions, OffsetSpec.latest());
    return partitions.stream()
        .collect(
            Collectors.toMap(
                Function.identity(),
                one ->
                    new Extent(
                        beginnings.getOrDefault(one, 0L),
                        ends.getOrDefault(one, 0L),
                        Optional.ofNullable(committed.get(one)))));
  }

  private Map<TopicPartition, Long> committed(Admin kafka)
      throws ExecutionException, InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> known =
          kafka.listConsumerGroupOffsets(at.group()).partitionsToOffsetAndMetadata().get();
      return known.entrySet().stream()
          .filter(entry -> entry.getValue() != null)
          .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw failed;
    }
  }

  private static Map<TopicPartition, Long> offsets(
      Admin kafka, List<TopicPartition> partitions, OffsetSpec which)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, ListOffsetsResultInfo> found =
        kafka
            .listOffsets(
                partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> which)))
            .all()
            .get();
    return found.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  private Map<String, Object> settings() {
    int answer = (int) ANSWER_MAX.minusSeconds(1).toMillis();
    return access.settings(
        Map.of(
            CommonClientConfigs.CLIENT_ID_CONFIG,
            "sluice-lag-" + at.group(),
            CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
            answer,
            CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG,
            answer / 2));
  }

  @Override
  public void close() {
    admin.ifPresent(kafka -> kafka.close(Duration.ZERO));
  }
}
