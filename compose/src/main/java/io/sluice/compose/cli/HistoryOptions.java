package io.sluice.compose.cli;

import io.sluice.compose.history.KafkaHistory;
import io.sluice.topology.history.History;
import picocli.CommandLine.Mixin;

/** Whose history a command looks at. */
final class HistoryOptions {
  @Mixin private ClusterOptions cluster = new ClusterOptions();

  /**
   * The running cluster that is named, {@code host:port} of its Kafka, for a command that goes on
   * reading.
   */
  String cluster() {
    return cluster.bootstrap();
  }

  /** The history that is named. */
  History open() {
    return new KafkaHistory(cluster.bootstrap());
  }
}
