package io.sluice.compose.cli;

import io.sluice.compose.history.ArchiveHistory;
import io.sluice.compose.history.HistoryException;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.compose.history.OrderedHistory;
import io.sluice.schemas.config.KafkaAccess;
import io.sluice.topology.history.History;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose history a command looks at. */
final class HistoryOptions {
  @Mixin private ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "An archive that 'sluice export' wrote, instead of a cluster.")
  private @Nullable Path file;

  /**
   * The Kafka of the running cluster that is named, for a command that goes on reading.
   *
   * @throws HistoryException if an archive is named instead
   */
  KafkaAccess cluster() {
    if (file != null) {
      throw new HistoryException(
          "%s: an archive does not go on: expected a cluster, without --file".formatted(file));
    }
    return cluster.kafka();
  }

  /**
   * The history that is named.
   *
   * @throws HistoryException if two are
   */
  History open() {
    requireOne();
    return file == null ? new KafkaHistory(cluster.kafka()) : new ArchiveHistory(file);
  }

  /**
   * The same, to be told in the order of time.
   *
   * @throws HistoryException if two are named
   */
  OrderedHistory ordered() {
    requireOne();
    return file == null ? new KafkaHistory(cluster.kafka()) : new ArchiveHistory(file);
  }

  private void requireOne() {
    if (file != null && cluster.named()) {
      throw new HistoryException(
          "--file names an archive, and --bootstrap, --port-offset or --kafka-config a cluster: expected one of them");
    }
  }

  /** Where monitors of the cluster may answer; none of one that is named by its Kafka or a file. */
  List<URI> monitors() {
    return file == null ? cluster.monitors() : List.of();
  }
}
