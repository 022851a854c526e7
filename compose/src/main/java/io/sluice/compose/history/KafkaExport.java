package io.sluice.compose.history;

import io.sluice.compose.archive.Origin;
import io.sluice.compose.kafka.UnreachableException;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.schemas.topic.Topic;
import io.sluice.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the history in a cluster's Kafka into an archive's file. */
public final class KafkaExport {
  private final KafkaAccess kafka;
  private final String release;

  /**
   * Of a cluster.
   *
   * @param kafka how Kafka is reached
   * @param release the version of Sluice that runs this
   */
  public KafkaExport(KafkaAccess kafka, String release) {
    this.kafka = kafka;
    this.release = release;
  }

  /**
   * Writes what is committed now.
   *
   * @param now the time that the archive will name
   * @throws IOException if the file can't be written
   * @throws UnreachableException if there is no history to export
   */
  public Export.Written to(Path file, Instant now) throws IOException, InterruptedException {
    KafkaHistory history = new KafkaHistory(kafka);
    Map<String, Integer> partitions = new HashMap<>();
    Optional<String> cluster;
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      cluster = admin.cluster();
      for (Topic<?, ?> topic : List.of(Topics.JOURNAL, Topics.SCALE_COMMANDS)) {
        Optional<Integer> found = admin.partitions(topic.name());
        partitions.put(
            topic.name(),
            found.orElseThrow(() ->
                new UnreachableException(
                    "Kafka at %s has no topic '%s': no Sluice cluster was started there"
                        .formatted(kafka.bootstrap(), topic.name()))));
      }
    }
    return new Export(history, partitions)
        .to(file, new Origin(history.name(), cluster, release, now));
  }
}
