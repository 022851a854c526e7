package io.sluice.compose.cli;

import io.sluice.compose.history.ArchiveHistory;
import io.sluice.compose.history.KafkaHistory;
import io.sluice.topology.history.History;
import java.nio.file.Path;
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

  /** The history that is named. */
  History open() {
    return file == null ? new KafkaHistory(cluster.bootstrap()) : new ArchiveHistory(file);
  }
}
