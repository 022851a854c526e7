package io.sluice.compose.cli;

import io.sluice.compose.history.ArchiveHistory;
import io.sluice.compose.history.HistoryException;
import io.sluice.compose.history.KafkaHistory;
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
   * The running cluster that is named, {@code host:port} of its Kafka, for a command that goes on
   * reading.
   *
   * @throws HistoryException if an archive is named instead
   */
  String cluster() {
    if (file != null) {
      throw new HistoryException(
          "%s: an archive does not go on: expected a cluster, without --file".formatted(file));
    }
    return cluster.bootstrap();
  }

  /**
   * The history that is named.
   *
   * @throws HistoryException if two are
   */
  History open() {
    if (file != null && cluster.named()) {
      throw new HistoryException(
          "--file names an archive, and --bootstrap or --port-offset a cluster: expected one of them");
    }
    return file == null ? new KafkaHistory(cluster.bootstrap()) : new ArchiveHistory(file);
  }

  /** Where monitors of the cluster may answer; none of one that is named by its Kafka or a file. */
  List<URI> monitors() {
    return file == null ? cluster.monitors() : List.of();
  }
}
