package io.sluice.compose.cli;

import io.sluice.compose.kafka.KafkaConfigFile;
import io.sluice.schemas.config.KafkaAccess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command says to a Kafka that asks for more than an address. */
final class KafkaOptions {
  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "Settings for Kafka, such as credentials and TLS: Java properties by its names.")
  private @Nullable Path file;

  /** Whether the user named a file. */
  boolean given() {
    return file != null;
  }

  /**
   * How Kafka at these brokers is reached.
   *
   * @throws io.sluice.schemas.config.ConfigException if the file can't be used
   */
  KafkaAccess at(String bootstrap) {
    return file == null
        ? KafkaAccess.at(bootstrap)
        : new KafkaAccess(bootstrap, KafkaConfigFile.read(file));
  }
}
