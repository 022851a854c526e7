package io.sluice.compose.history;

import io.sluice.compose.archive.Origin;
import io.sluice.compose.kafka.UnreachableException;
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
  private final String bootstrap;
  private final String release;

  /**
   * Of a cluster.
   *
   * @param bootstrap {@code host:port} of a broker
   * @param release the version of Sluice that runs this
   */
  public KafkaExport(String bootstrap, String release) {
    this.bootstrap = bootstrap;
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
    KafkaHistory history = new KafkaHistory(bootstrap);
    Map<String, Integer> partitions = new HashMap<>();
    Optional<String> cluster;
    try (TopicAdmin admin = new TopicAdmin(bootstrap)) {
      cluster = admin.cluster();
      for (Topic<?, ?> topic : List.of(Topics.JOURNAL, Topics.SCALE_COMMANDS)) {
        Optional<Integer> found = admin.partitions(topic.name());
        partitions.put(
            topic.name(),
            found.orElseThrow(() ->
                new UnreachableException(
                    "Kafka at %s has no topic '%s': no Sluice cluster was started there"
                        .formatted(bootstrap, topic.name()))));
      }
    }
    return new Export(history, partitions)
        .to(file, new Origin(history.name(), cluster, release, now));
  }
}
